#pragma once
// Rewards to advantages, as TRL computes them (GRPOTrainer._generate_and_score_completions): GRPO (DeepSeekMath, arXiv
// 2402.03300 §4.1.2), Dr. GRPO (arXiv 2503.20783), GDPO (arXiv 2601.05242).
//
// R completions, groups of G consecutive rows share a prompt. Standard deviations are unbiased (n-1), epsilon 1e-4:
//   group: (r - mean_g) / (std_g + ε)    batch: (r - mean_g) / (std_all + ε)    none: r - mean_g   (Dr. GRPO)
// verl's group form has ε = 1e-6; GRPO-Zero's and minimind's the population deviation.
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
    double epsilon = 1e-4;
    bool populationStd = false; ///< of groups and batch; reported deviations stay unbiased
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
