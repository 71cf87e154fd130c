#pragma once
// Rewards that compare a completion with what its problem says: the answer in a box, TinyZero's equations, Logic-RL's
// knights and knaves, a block of code in the problem's language. A problem without what a reward needs is not scored.
//   boxed      the gold answer of a row, or the value of an arithmetic problem; a gold without LaTeX marks counts as if
//              it stood between dollars (open-r1 reads such golds too)
//   tiny_zero  "numbers" and "target" of a countdown; the whole number that an arithmetic problem or row asks for
//   logic_rl   "names" and "solution" (true: a knight), or "solution_text_format" with a line a person
//   code_format  "language" of a row's gold, else python

#include "core/engine/reward_parts.h"

namespace aha {

/// Fills in those of the parts that `rewards` weighs or an expression may use. Pure; whatever the texts hold.
void scoreByItem(
    RewardValues& values, const RewardConfig& rewards, const std::string& itemJson, const std::string& text);

} // namespace aha
