#pragma once
// The puzzles of this folder; each has its file.

#include "core/tasks/puzzle.h"

namespace aha {

std::unique_ptr<Puzzle> makeMultiplication(const TaskConfig& config);

} // namespace aha
