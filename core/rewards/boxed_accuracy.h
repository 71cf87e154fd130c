#pragma once
// Right or wrong by the boxed answer: open-r1's and TRL's accuracy_reward, and TRL's reasoning_accuracy_reward, for
// answers that core/tasks/exact_answer.h can compare (numbers, fractions, words). Algebra is not done here.
//   Gold: LaTeX in $…$, \(…\), \[…\] or \boxed{…}; anything else is unparsable and the row is not scored.
//   Prediction: the last \boxed{…}; boxes fewer than 20 characters apart are one set, which is right only when all its
//   members are (Math-Verify gathers them so).

#include <optional>
#include <string_view>

namespace aha {

/// 1 or 0; empty where the gold cannot be read.
std::optional<double> boxedAccuracy(std::string_view gold, std::string_view completion);
/// Of what follows the last </think>; without one 0.
std::optional<double> reasoningAccuracy(std::string_view gold, std::string_view completion);

} // namespace aha
