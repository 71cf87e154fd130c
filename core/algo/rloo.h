#pragma once
// RLOO (Ahmadian et al. 2024, arXiv 2402.14740) §2.2 eq. 7: REINFORCE over whole completions, each against the mean
// reward of the others of its group. Numerically TRL's (RLOOTrainer, 1.16).
//
//   r_i = clip(Σ_f w_f r_if) - β Σ_t (log old - log ref)         KL (k1) inside the reward, after the clip
//   b_i = (Σ_j r_j - r_i) / (n - 1),   A_i = r_i - b_i            n: scorable rows of the group
//   with normalisation: A ← (A - mean) / (std + 1e-4) over the batch, unbiased
//   loss (type `rloo`, rloo.cpp): -mean_i min(W A, clip(W, 1 - ε, 1 + ε_high) A),   W = exp Σ_t (log p - log old)
//
// A row without a reward, or alone in its group, gets 0. TRL's defaults: G 2, β 0.05, ε 0.2, no normalisation.

#include "core/algo/reward_groups.h"

#include <optional>
#include <utility>

namespace aha {

struct RlooConfig {
    int groupSize = 2;
    std::vector<double> weights; ///< one per reward function
    double beta = 0.05;
    std::optional<std::pair<double, double>> rewardClip {};
    bool normalize = false;
};

struct RlooAdvantages {
    std::vector<double> advantage; ///< [R]
    std::vector<double> reward; ///< [R] weighted sum, neither clipped nor penalised; NaN = unscorable
    RewardSummary summary; ///< of rewards neither clipped nor penalised
    double zeroVarianceShare = 0; ///< frac_reward_zero_std, of the rewards that the advantages come from
};

/// rewards: [R][functions], R a multiple of groupSize. klSums: per row Σ_t (log old - log ref), or empty when beta = 0.
RlooAdvantages rlooAdvantages(
    const std::vector<std::vector<double>>& rewards, const std::vector<double>& klSums, const RlooConfig& config);

} // namespace aha
