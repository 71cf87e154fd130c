#pragma once
// Kimi k1.5's length reward (arXiv 2501.12599 §2.3.3), over the completions of one prompt:
//   λ_i = 0.5 - (len_i - min) / (max - min);   right: λ_i,   wrong: min(0, λ_i);   all of one length: 0
// It is added to the outcome reward with a weight that is warmed up.

#include <cstdint>
#include <vector>

namespace aha {

std::vector<double> kimiLengthRewards(const std::vector<int64_t>& lengths, const std::vector<bool>& correct);

} // namespace aha
