#pragma once
// An expression of given numbers, each used exactly once, that must have a given value: countdown's and the game of
// 24's answers. Exact rational arithmetic, linear time.

#include "core/tasks/puzzle.h"

#include <span>

namespace aha {

/// Order of checks and reasons: bad_character, too_long, leading_zero, too_deep, syntax, wrong_numbers,
/// division_by_zero, wrong_value, ok. The normal form is the expression's value, "1/3". Total.
AnswerCheck checkExpression(std::span<const int64_t> numbers, int64_t target, std::string_view answer);

} // namespace aha
