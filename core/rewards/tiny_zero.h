#pragma once
// TinyZero (verl/utils/reward_score/countdown.py and multiply.py). Both look for the last <answer>…</answer>.
// Deviations: the text is the completion (there: what follows "Assistant:"), the arithmetic that Python's eval does is
// done here, and its holes are shut: ** and // (they pass the reference's characters) are wrong answers.

#include <cstdint>
#include <string_view>
#include <vector>

namespace aha {

/// Of the last line: 1 right (within 1e-5), 0.1 an answer that is wrong, unreadable or of other numbers, 0 no answer.
/// All numbers must be used, each once.
double tinyZeroCountdown(std::string_view completion, const std::vector<int64_t>& numbers, int64_t target);
/// 1 the right number, 0.1 another number, 0 no answer or none that is a number.
double tinyZeroMultiply(std::string_view completion, int64_t product);

} // namespace aha
