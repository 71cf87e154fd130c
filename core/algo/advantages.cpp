#include "core/algo/advantages.h"

#include "core/algo/reward_groups.h"
#include "core/base/statistics.h"

#include <cmath>
#include <limits>

namespace aha {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNoSpread = 1e-12;

/// NaN for fewer than two values: there is nothing to compare with.
double spreadOf(const std::vector<double>& values, const AdvantageConfig& config)
{
    return config.populationStd && values.size() >= 2 ? populationDeviation(values) : deviation(values);
}

/// (value - group mean) / (group deviation + ε) within each group; NaN stays NaN.
std::vector<double> normalizedInGroups(const std::vector<double>& values, const AdvantageConfig& config)
{
    const size_t groupSize = size_t(config.groupSize);
    std::vector<double> result(values.size(), kNaN);
    for (size_t from = 0; from < values.size(); from += groupSize) {
        const std::vector<double> group = scorable(values, from, groupSize);
        const double centre = mean(group), divisor = spreadOf(group, config) + config.epsilon;
        for (size_t i = from; i < from + groupSize; ++i)
            result[i] = (values[i] - centre) / divisor;
    }
    return result;
}

/// GDPO: every reward function normalised in its group, weighted, summed, and the sums normalised over the batch.
void normalizeThenSum(
    Advantages& result, const std::vector<std::vector<double>>& rewards, const AdvantageConfig& config)
{
    std::vector<double> sums(rewards.size(), kNaN);
    for (size_t f = 0; f < config.weights.size(); ++f) {
        std::vector<double> column;
        for (const std::vector<double>& row : rewards)
            column.push_back(row[f]);
        const std::vector<double> normalized = normalizedInGroups(column, config);
        for (size_t i = 0; i < rewards.size(); ++i)
            if (!std::isnan(column[i])) // alone in its group it has no deviation: it counts 0
                sums[i] = orZero(sums[i]) + config.weights[f] * orZero(normalized[i]);
    }
    const std::vector<double> kept = scorable(sums, 0, sums.size());
    const double centre = mean(kept), spread = spreadOf(kept, config);
    for (const double sum : sums)
        result.advantage.push_back(orZero((sum - centre) / (spread + config.epsilon)));
    result.zeroVarianceShare = spread < kNoSpread ? 1.0 : 0.0;
}

} // namespace

Advantages computeAdvantages(const std::vector<std::vector<double>>& rewards, const AdvantageConfig& config)
{
    const size_t rows = rewards.size(), groupSize = size_t(config.groupSize);
    Advantages result;
    result.reward = weightedRewards(rewards, config.weights);
    const RewardSummary summary = summarizeRewards(rewards, result.reward, config.weights.size());
    result.rewardMean = summary.mean;
    result.rewardStd = summary.std;
    result.functionMean = summary.functionMean;
    result.functionStd = summary.functionStd;
    std::vector<double> spreads; // NaN where a group has fewer than two scorable rows
    double zeroGroups = 0;
    for (size_t from = 0; from < rows; from += groupSize) {
        const std::vector<double> group = scorable(result.reward, from, groupSize);
        result.groupMean.push_back(mean(group));
        result.groupStd.push_back(orZero(deviation(group)));
        result.zeroVariance.push_back(group.size() >= 2 && deviation(group) < kNoSpread);
        zeroGroups += result.zeroVariance.back();
        spreads.push_back(spreadOf(group, config));
    }
    if (config.aggregation == "normalize_then_sum") {
        normalizeThenSum(result, rewards, config);
        return result;
    }
    const std::vector<double> all = scorable(result.reward, 0, rows);
    const double batchSpread = spreadOf(all, config);
    for (size_t i = 0; i < rows; ++i) {
        const size_t g = i / groupSize;
        const double divisor = config.scaleRewards == "group" ? spreads[g] + config.epsilon
            : config.scaleRewards == "batch"                  ? batchSpread + config.epsilon
                                                              : 1.0;
        result.advantage.push_back(orZero((result.reward[i] - result.groupMean[g]) / divisor));
    }
    if (config.scaleRewards == "batch")
        result.zeroVarianceShare = batchSpread < kNoSpread ? 1.0 : 0.0;
    else if (rows > 0)
        result.zeroVarianceShare = zeroGroups * double(groupSize) / double(rows);
    return result;
}

} // namespace aha
