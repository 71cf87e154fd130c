#pragma once
// Reflection words, counted and paid for: to show what rewarding them does (more words, no better answers).

#include "core/trace/reflection.h"

namespace aha {

/// Words of the lexicon in `text`, at most ten.
double reflectionCount(const Lexicon& lexicon, std::string_view text);

} // namespace aha
