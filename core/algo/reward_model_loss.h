#pragma once
// Reward models: a scalar r for a whole completion, learned from comparisons or from grades. Numerically TRL's
// (RewardTrainer.compute_loss, 1.16) for pairs.
//
//   pairwise   -log σ(r_w - r_l - margin) + c (r_w + r_l)²                mean over pairs
//              Bradley-Terry (arXiv 2203.02155) with Llama 2's margin (arXiv 2307.09288) and centring (arXiv
//              2312.09244)
//   pointwise  -y log σ(r) - (1 - y) log(1 - σ(r))                        mean over completions; y in [0, 1]
//              an outcome reward model: is the final answer right? (arXiv 2110.14168)
// r is the scalar head's output at the last token of the completion (scalar_head.h).
//
// Deviations: divisors are those of the whole update, so accumulation is exact.

#include <ATen/core/Tensor.h>

namespace aha {

struct PairwiseRewardInput {
    at::Tensor chosen_P, rejected_P; ///< rewards, differentiable
    at::Tensor margin_P; ///< undefined: 0
    double centering = 0; ///< c
    double updatePairs = 1; ///< of the whole update
};

/// Sums over what was given, but for the extremes. Pairs: `right` counts winners above losers; grades: rewards on the
/// side of 0 that the grade is of ½.
struct RewardDiagnostics {
    double rewards = 0, rewardSum = 0, minReward = 0, maxReward = 0; ///< over all rewards; 0 without any
    double comparisons = 0, right = 0, marginSum = 0; ///< margin: r_w - r_l of pairs
    void merge(const RewardDiagnostics& other);
};

struct RewardLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    RewardDiagnostics diagnostics;
};

RewardLossOutput pairwiseRewardLoss(const PairwiseRewardInput& input);
/// `updateRows`: of the whole update.
RewardLossOutput pointwiseRewardLoss(const at::Tensor& reward_R, const at::Tensor& grade_R, double updateRows);

} // namespace aha
