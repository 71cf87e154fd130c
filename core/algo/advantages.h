#pragma once
// Rewards to advantages, as TRL computes them (GRPOTrainer._generate_and_score_completions).
//
// R completions, groups of G consecutive rows share a prompt. Standard deviations are unbiased (n-1), epsilon 1e-4:
//   group: (r - mean_g) / (std_g + 1e-4)    batch: (r - mean_g) / (std_all + 1e-4)    none: r - mean_g   (Dr. GRPO)
// A NaN reward means "not applicable": it drops out of the weighted sum; a row with none left is unscorable, gets
// advantage 0 and does not count in its group's mean and deviation.

#include <string>
#include <vector>

namespace aha {

struct AdvantageConfig {
    int groupSize = 8;
    std::string scaleRewards = "group"; ///< group | batch | none
    std::string aggregation = "sum_then_normalize"; ///< or normalize_then_sum (GDPO)
    std::vector<double> weights; ///< one per reward function
};

struct Advantages {
    std::vector<double> advantage; ///< [R]
    std::vector<double> reward; ///< [R] weighted sum; NaN = unscorable
    std::vector<double> groupMean, groupStd; ///< [R / G]
    std::vector<bool> zeroVariance; ///< [R / G] all scorable rewards of the group are equal
    double rewardMean = 0, rewardStd = 0, zeroVarianceShare = 0; ///< reward, reward_std, frac_reward_zero_std
    std::vector<double> functionMean, functionStd; ///< rewards/<f>/mean, rewards/<f>/std
};

/// rewards: [R][functions], R a multiple of groupSize.
Advantages computeAdvantages(const std::vector<std::vector<double>>& rewards, const AdvantageConfig& config);

} // namespace aha
