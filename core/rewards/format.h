#pragma once
// Rewards for the form of a completion, 1 or 0, each the anchored match of its reference's regular expression in linear
// time.

#include <string_view>

namespace aha {

/// open-r1 (src/open_r1/rewards.py, format_reward):
///   ^<think>\n.*?\n</think>\n<answer>\n.*?\n</answer>$   with DOTALL and MULTILINE
/// so that further lines may follow </answer>.
double openR1Format(std::string_view text);

/// open-r1 (code_format_reward): the same with a fenced block of `language` inside the answer:
///   ^<think>\n.*?\n</think>\n<answer>\n.*?```language.*?```.*?\n</answer>$
double codeFormat(std::string_view text, std::string_view language);

/// TRL (trl/rewards, think_format_reward): ^<think>(?!.*<think>)(.*?)</think>.*$   with DOTALL
/// so that one <think> at the very start is closed somewhere, and no other follows.
double thinkFormat(std::string_view text);

} // namespace aha
