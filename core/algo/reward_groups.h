#pragma once
// What advantages are made of: weighted rewards and their means, where NaN means "not applicable" and drops out.
// Standard deviations are unbiased and NaN for fewer than two values, as torch has them.

#include <cstddef>
#include <vector>

namespace aha {

/// The numbers among values[from .. from + count), which may reach past the end.
std::vector<double> scorable(const std::vector<double>& values, size_t from, size_t count);
/// NaN for none.
double meanOfScorable(const std::vector<double>& values);
double deviation(const std::vector<double>& values);
/// Divides by n and not n - 1.
double populationDeviation(const std::vector<double>& values);
double orZero(double value);

std::vector<double> weightedRewards(
    const std::vector<std::vector<double>>& rewards, const std::vector<double>& weights);

/// The metrics every algorithm reports of its rewards.
struct RewardSummary {
    std::vector<double> functionMean, functionStd; ///< rewards/<f>/mean, rewards/<f>/std
    double mean = 0, std = 0; ///< reward, reward_std: of the weighted sums
};
RewardSummary summarizeRewards(
    const std::vector<std::vector<double>>& rewards, const std::vector<double>& weightedSums, size_t functions);

} // namespace aha
