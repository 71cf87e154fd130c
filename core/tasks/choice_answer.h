#pragma once
// Multiple choice: one letter of A to J.

#include "core/tasks/task.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace aha {

/// Texts of a row's options in order, from a list, from {"A": text, "B": …} or from {"text": […], "label": […]} (ARC).
/// Empty when there are none or more than ten.
std::vector<std::string> choiceOptions(const nlohmann::ordered_json& options);
/// Which option a row's answer names: a letter, a label of ARC, an option's text, or a number from 0 (MMLU).
std::optional<int> choiceGold(const nlohmann::ordered_json& gold, const nlohmann::ordered_json& options);

/// The answer stands in the tags, in the \boxed{…} after </think>, or is all that stands there. Accepted, in either
/// case of letters: B, (B), B. and B), in $…$ or \text{…} or \boxed{…}; an option's own text, alone or behind its
/// letter. Malformed with reason "ambiguous": boxes that differ, a letter with another text behind it, a text that two
/// options have. Other reasons: those of readAnswerTags(), not_a_choice, wrong_choice, ok; bad_gold (InfraError). An
/// answer in tags has a strict verdict (strict_verdict.h).
Judgement judgeChoice(
    const nlohmann::ordered_json& gold, const nlohmann::ordered_json& options, std::string_view completion);

} // namespace aha
