#include "core/algo/reward_groups.h"

#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aha {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

std::vector<double> scorable(const std::vector<double>& values, size_t from, size_t count)
{
    std::vector<double> kept;
    for (size_t i = from; i < std::min(from + count, values.size()); ++i)
        if (!std::isnan(values[i]))
            kept.push_back(values[i]);
    return kept;
}

double meanOfScorable(const std::vector<double>& values) { return values.empty() ? kNaN : mean(values); }

double deviation(const std::vector<double>& values) { return values.size() < 2 ? kNaN : sampleStd(values); }

double populationDeviation(const std::vector<double>& values)
{
    const double n = double(values.size());
    return values.size() < 2 ? 0 : sampleStd(values) * std::sqrt((n - 1) / n);
}

double orZero(double value) { return std::isnan(value) ? 0 : value; }

std::vector<double> weightedRewards(const std::vector<std::vector<double>>& rewards, const std::vector<double>& weights)
{
    std::vector<double> sums;
    for (const std::vector<double>& row : rewards) {
        double sum = kNaN;
        for (size_t f = 0; f < weights.size(); ++f)
            if (!std::isnan(row[f]))
                sum = orZero(sum) + weights[f] * row[f];
        sums.push_back(sum);
    }
    return sums;
}

RewardSummary summarizeRewards(
    const std::vector<std::vector<double>>& rewards, const std::vector<double>& weightedSums, size_t functions)
{
    RewardSummary summary;
    for (size_t f = 0; f < functions; ++f) {
        std::vector<double> values;
        for (const std::vector<double>& row : rewards)
            if (!std::isnan(row[f]))
                values.push_back(row[f]);
        summary.functionMean.push_back(meanOfScorable(values));
        summary.functionStd.push_back(orZero(deviation(values)));
    }
    const std::vector<double> all = scorable(weightedSums, 0, weightedSums.size());
    summary.mean = mean(all);
    summary.std = orZero(deviation(all));
    return summary;
}

} // namespace aha
