#include "core/algo/advantages.h"

#include "core/base/statistics.h"

#include <cmath>
#include <limits>

namespace aha {

namespace {

constexpr double kEpsilon = 1e-4;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> present(const std::vector<double>& values, size_t from, size_t count)
{
    std::vector<double> kept;
    for (size_t i = from; i < from + count; ++i)
        if (!std::isnan(values[i]))
            kept.push_back(values[i]);
    return kept;
}

/// Unbiased deviation; NaN for fewer than two values, as torch has it.
double deviation(const std::vector<double>& values) { return values.size() < 2 ? kNaN : sampleStd(values); }

double orZero(double value) { return std::isnan(value) ? 0 : value; }

/// (value - group mean) / (group deviation + ε) within each group; NaN stays NaN.
std::vector<double> normalizedInGroups(const std::vector<double>& values, size_t groupSize)
{
    std::vector<double> result(values.size(), kNaN);
    for (size_t from = 0; from < values.size(); from += groupSize) {
        const std::vector<double> group = present(values, from, groupSize);
        const double centre = mean(group), spread = deviation(group);
        for (size_t i = from; i < from + groupSize; ++i)
            result[i] = (values[i] - centre) / (spread + kEpsilon);
    }
    return result;
}

} // namespace

Advantages computeAdvantages(const std::vector<std::vector<double>>& rewards, const AdvantageConfig& config)
{
    const size_t rows = rewards.size(), functions = config.weights.size(), groupSize = size_t(config.groupSize);
    Advantages result;
    const auto column = [&](size_t f) {
        std::vector<double> values(rows);
        for (size_t i = 0; i < rows; ++i)
            values[i] = rewards[i][f];
        return values;
    };
    const auto weightedSum = [&](const std::vector<std::vector<double>>& parts) {
        std::vector<double> sums(rows, kNaN);
        for (size_t i = 0; i < rows; ++i)
            for (size_t f = 0; f < functions; ++f)
                if (!std::isnan(rewards[i][f]))
                    sums[i] = orZero(sums[i]) + config.weights[f] * orZero(parts[f][i]);
        return sums;
    };
    std::vector<std::vector<double>> columns;
    for (size_t f = 0; f < functions; ++f) {
        columns.push_back(column(f));
        const std::vector<double> values = present(columns[f], 0, rows);
        result.functionMean.push_back(values.empty() ? kNaN : mean(values));
        result.functionStd.push_back(orZero(deviation(values)));
    }
    result.reward = weightedSum(columns);
    const std::vector<double> all = present(result.reward, 0, rows);
    result.rewardMean = mean(all);

    int zeroGroups = 0;
    for (size_t from = 0; from < rows; from += groupSize) {
        const std::vector<double> group = present(result.reward, from, groupSize);
        const double spread = deviation(group);
        result.groupMean.push_back(mean(group));
        result.groupStd.push_back(orZero(spread));
        const bool zero = group.size() >= 2 && spread < 1e-12;
        result.zeroVariance.push_back(zero);
        zeroGroups += zero;
    }
    const double batchDeviation = deviation(all);
    const size_t groups = rows / groupSize;
    if (config.aggregation == "normalize_then_sum") {
        std::vector<std::vector<double>> parts;
        for (const std::vector<double>& values : columns)
            parts.push_back(normalizedInGroups(values, groupSize));
        const std::vector<double> sums = weightedSum(parts);
        const std::vector<double> kept = present(sums, 0, rows);
        const double centre = mean(kept), spread = deviation(kept);
        for (double sum : sums)
            result.advantage.push_back(orZero((sum - centre) / (spread + kEpsilon)));
        result.rewardStd = orZero(batchDeviation);
        result.zeroVarianceShare = spread < 1e-12 ? 1.0 : 0.0;
        return result;
    }
    for (size_t i = 0; i < rows; ++i) {
        const size_t g = i / groupSize;
        const std::vector<double> group = present(result.reward, g * groupSize, groupSize);
        const double centred = result.reward[i] - result.groupMean[g];
        const double divisor = config.scaleRewards == "group" ? deviation(group) + kEpsilon
            : config.scaleRewards == "batch"                  ? batchDeviation + kEpsilon
                                                              : 1.0;
        result.advantage.push_back(orZero(centred / divisor));
    }
    const bool batch = config.scaleRewards == "batch";
    result.rewardStd = orZero(batchDeviation);
    result.zeroVarianceShare = batch ? (batchDeviation < 1e-12 ? 1.0 : 0.0)
        : groups                     ? double(zeroGroups) / double(groups)
                                     : 0;
    return result;
}

} // namespace aha
