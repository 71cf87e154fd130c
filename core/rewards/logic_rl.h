#pragma once
// Logic-RL (arXiv 2502.14768; verl/utils/reward_score/kk.py): knights and knaves.
//   format: +1 when each of <think> </think> <answer> </answer> occurs exactly once and in this order, else -1
//   answer: +2 all roles right, -1.5 some wrong, -2 unreadable or without the format
// Readable: "knight" and "knave" occur as often as there are people, and "NAME is a knight|knave" is found for each.
// Deviation: the reference first looks for "Assistant:" or "<|im_start|>assistant"; here the text is the completion.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct LogicRlScore {
    double format = -1, answer = -2;
    std::optional<std::vector<std::string>> roles; ///< as read, of each name; empty = unreadable
    double total() const { return format + answer; }
};

/// `roles`: "knight" or "knave" of each of `names`.
LogicRlScore logicRlScore(
    std::string_view completion, const std::vector<std::string>& names, const std::vector<std::string>& roles);

} // namespace aha
