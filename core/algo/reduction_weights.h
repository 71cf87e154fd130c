#pragma once
// What one token of each row weighs in the loss of a micro-batch: the whole difference between several members of the
// GRPO family, and why a loss can be a plain sum over tokens (parts of different workers then add up exactly).
//
//   sequence_mean       1 / (rows · length · k)       grpo, sapo, gmpo, rloo, kimi: mean over rows of token means
//   token_mean          1 / (tokens · k)              bnpo, ppo, reinforce, clip_cov, kl_cov: mean over this
//                                                     micro-batch's tokens, so it depends on how the batch is cut
//   horizon             1 / (rows · horizon · k)      dr_grpo (arXiv 2503.20783): a constant length
//   window_token_mean   s / (items · k)               dapo (arXiv 2503.14476 eq. 8), cispo, vespo: mean over the tokens
//                                                     of one accumulation window
//   sequence_sum        1 / (rows · k)                luspo (arXiv 2602.05261): mean over rows of sums
//   horizon_sum         1 / horizon                   verl's seq-mean-token-sum-norm (sum over rows, not mean)
// k = gradient accumulation steps, s = steps per generation, items = tokens of the whole generation batch.

#include <cstdint>
#include <string>
#include <vector>

namespace aha {

struct ReductionInput {
    std::string lossType = "grpo"; ///< of policy_loss.h; decides the reduction
    std::vector<int64_t> lengths; ///< unmasked tokens of every row of the micro-batch; 0 = fully masked
    double maxCompletionLength = 1; ///< the horizon
    double itemsInGenerationBatch = 1;
    double stepsPerGeneration = 1;
    double gradientAccumulation = 1;
    std::string reduction {}; ///< one of the names above: instead of the loss type's own
};

/// The reduction that a loss type is defined with. Throws std::invalid_argument for an unknown type.
std::string reductionOf(const std::string& lossType);
/// Weight of one token of each row.
std::vector<double> reductionWeights(const ReductionInput& input);
/// TRL reports policy_loss before the division by the accumulation steps: its share of the summed loss, inverted.
double policyLossScale(const ReductionInput& input);

} // namespace aha
