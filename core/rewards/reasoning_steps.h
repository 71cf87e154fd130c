#pragma once
// open-r1 (src/open_r1/rewards.py, reasoning_steps_reward): n / 3, at most 1, for n matches of
//   (Step \d+:|^\d+\.|\n-|\n\*|First,|Second,|Next,|Finally,)
// Without MULTILINE, as there: "1." counts at the very start alone.

#include <string_view>

namespace aha {

double reasoningSteps(std::string_view text);

} // namespace aha
