#pragma once
// The puzzles of this folder; each has its file.

#include "core/tasks/puzzle.h"

namespace aha {

} // namespace aha
