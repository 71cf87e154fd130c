#pragma once
// GSM8K's own form: the answer is the number behind "####".

#include "core/tasks/task.h"

#include <string_view>

namespace aha {

/// Judges by the last "####" after the last </think> (or in all of a text without thoughts). What counts: one number
/// right behind it on the same line, with sign, commas between thousands, decimals, $ in front, % or a full stop
/// behind; words may follow, other digits may not. Anything else there is malformed, and an earlier "####" does not
/// help. format: 1 when "####" occurs once, on the last line. Reasons: no_think_end, no_answer, not_a_number,
/// wrong_value, ok; bad_gold (InfraError): the row's own answer is no number.
Judgement judgeGsm8k(std::string_view gold, std::string_view completion);

} // namespace aha
