#pragma once
// Penalties for repeated n-grams. `penalty` is negative.

#include <cstdint>
#include <string_view>
#include <vector>

namespace aha {

/// (1 - different / all) · penalty over the n-grams of tokens; 0 for fewer than n tokens. TRL
/// (get_repetition_penalty_reward).
double repetitionOfTokens(const std::vector<int32_t>& ids, int64_t n, double penalty);

/// The same over lower-cased words between white space. open-r1 (repetition_penalty_reward).
double repetitionOfWords(std::string_view text, int64_t n, double penalty);

/// One value a token: `penalty` on every token of an n-gram that occurred before, else 0; `onlyStart` skips n-grams
/// that begin inside the one before. Demystifying Long CoT (RepetitionDensePenalty; n = 40, penalty = -0.05 in its
/// scripts), which discounts this stream with its own γ.
std::vector<double> denseRepetition(const std::vector<int32_t>& ids, int64_t n, double penalty, bool onlyStart);

} // namespace aha
