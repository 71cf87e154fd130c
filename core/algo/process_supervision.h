#pragma once
// Process supervision of DeepSeekMath (arXiv 2402.03300 §4.1.3): a reward at the end of every reasoning step,
// normalised over all steps of all completions of the group; a token's advantage is the sum over the steps that end at
// or after it.
//
//   z_j = (r_j - mean) / (std + ε),   A_t = Σ_{steps with end >= t} z_j
//
// The paper states neither the deviation nor ε: here unbiased with 1e-4, as in GRPO, or population with any ε.

#include <cstdint>
#include <vector>

namespace aha {

struct SteppedCompletion {
    int64_t length = 0; ///< tokens
    std::vector<int64_t> stepEnds; ///< token index at which each step ends
    std::vector<double> stepRewards; ///< one a step
};
struct ProcessSupervisionConfig {
    bool populationStd = false;
    double epsilon = 1e-4;
};
/// Advantage per token of each completion of one group; all 0 where the group has fewer than two steps.
std::vector<std::vector<double>> processAdvantages(
    const std::vector<SteppedCompletion>& group, const ProcessSupervisionConfig& config);

} // namespace aha
