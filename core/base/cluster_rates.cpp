#include "core/base/cluster_rates.h"

#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

namespace aha {

namespace {

constexpr double kZ95 = 1.959963984540054;

/// NaN where all clusters say the same: that is no certainty.
double halfWidth(double squares, int clusters)
{
    return squares > 0 ? kZ95 * std::sqrt(double(clusters) / double(clusters - 1) * squares) : NAN;
}

template <class Count, class All> ClusterShare shareOf(const std::vector<ClusterCounts>& clusters, Count count, All all)
{
    ClusterShare found { NAN, NAN, NAN, 0, 0 };
    int64_t hits = 0;
    for (const ClusterCounts& c : clusters) {
        hits += count(c) * c.times;
        found.n += all(c) * c.times;
        found.clusters += all(c) > 0 ? int(c.times) : 0;
    }
    if (found.n == 0)
        return found;
    found.share = double(hits) / double(found.n);
    if (found.clusters < 2)
        return found;
    if (hits == 0 || hits == found.n) { // no spread to estimate from: Wilson's, with the cluster as the trial
        std::tie(found.low, found.high) = wilsonInterval(hits == 0 ? 0 : found.clusters, found.clusters);
        return found;
    }
    double squares = 0;
    for (const ClusterCounts& c : clusters) {
        const double error = (double(count(c)) - found.share * double(all(c))) / double(found.n);
        squares += double(c.times) * error * error;
    }
    const double half = kZ95 * std::sqrt(double(found.clusters) / double(found.clusters - 1) * squares);
    found.low = std::max(0.0, found.share - half);
    found.high = std::min(1.0, found.share + half);
    return found;
}

/// `strataOf(i)`: the strata of cluster i, a span.
template <class StrataOf> std::optional<RateComparison> ratesWithin(size_t clusters, StrataOf strataOf)
{
    RateComparison found;
    double weights = 0;
    const auto hasBoth = [](const ClusterCounts& c) { return c.of > 0 && c.others > 0; };
    const auto weightOf
        = [](const ClusterCounts& c) { return double(c.of) * double(c.others) / double(c.of + c.others); };
    for (size_t i = 0; i < clusters; ++i) {
        int64_t counted = 0; // times that this cluster has both kinds
        for (const ClusterCounts& c : strataOf(i)) {
            if (!hasBoth(c))
                continue;
            const double weight = double(c.times) * weightOf(c);
            weights += weight;
            found.rate += weight * double(c.right) / double(c.of);
            found.othersRate += weight * double(c.othersRight) / double(c.others);
            found.n += c.of * c.times;
            found.othersN += c.others * c.times;
            counted = c.times;
        }
        found.clusters += int(counted);
    }
    if (found.clusters < 2)
        return std::nullopt;
    found.rate /= weights;
    found.othersRate /= weights;
    found.difference = found.rate - found.othersRate;
    double squares = 0;
    for (size_t i = 0; i < clusters; ++i) {
        double error = 0;
        int64_t times = 0;
        for (const ClusterCounts& c : strataOf(i))
            if (hasBoth(c)) {
                const double here = double(c.right) / double(c.of) - double(c.othersRight) / double(c.others);
                error += weightOf(c) * (here - found.difference) / weights;
                times = c.times;
            }
        squares += double(times) * error * error;
    }
    const double half = halfWidth(squares, found.clusters);
    found.low = found.difference - half;
    found.high = found.difference + half;
    found.rateLow = found.rateHigh = found.othersLow = found.othersHigh = NAN;
    return found;
}

} // namespace

void mergeEqual(std::vector<ClusterCounts>& clusters)
{
    std::sort(clusters.begin(), clusters.end(),
        [](const ClusterCounts& a, const ClusterCounts& b) { return a.counts() < b.counts(); });
    size_t to = 0;
    for (size_t from = 0; from < clusters.size(); ++from)
        if (to > 0 && clusters[to - 1].counts() == clusters[from].counts())
            clusters[to - 1].times += clusters[from].times;
        else
            clusters[to++] = clusters[from];
    clusters.resize(to);
}

ClusterShare shareOfKind(const std::vector<ClusterCounts>& clusters)
{
    return shareOf(
        clusters, [](const ClusterCounts& c) { return c.of; }, [](const ClusterCounts& c) { return c.of + c.others; });
}

ClusterShare shareRight(const std::vector<ClusterCounts>& clusters)
{
    return shareOf(
        clusters, [](const ClusterCounts& c) { return c.right + c.othersRight; },
        [](const ClusterCounts& c) { return c.of + c.others; });
}

std::optional<RateComparison> pooledRates(const std::vector<ClusterCounts>& clusters)
{
    const ClusterShare of = shareOf(
        clusters, [](const ClusterCounts& c) { return c.right; }, [](const ClusterCounts& c) { return c.of; });
    const ClusterShare others = shareOf(
        clusters, [](const ClusterCounts& c) { return c.othersRight; },
        [](const ClusterCounts& c) { return c.others; });
    if (of.n == 0 || others.n == 0)
        return std::nullopt;
    double squares = 0;
    int used = 0;
    for (const ClusterCounts& c : clusters) {
        if (c.of + c.others == 0)
            continue;
        used += int(c.times);
        const double error = (double(c.right) - of.share * double(c.of)) / double(of.n)
            - (double(c.othersRight) - others.share * double(c.others)) / double(others.n);
        squares += double(c.times) * error * error;
    }
    if (used < 2)
        return std::nullopt;
    const double difference = of.share - others.share, half = halfWidth(squares, used);
    return RateComparison { of.share, of.low, of.high, others.share, others.low, others.high, difference,
        difference - half, difference + half, of.n, others.n, used };
}

std::optional<RateComparison> ratesWithinClusters(const std::vector<ClusterCounts>& clusters)
{
    return ratesWithin(clusters.size(), [&](size_t i) { return std::span(&clusters[i], 1); });
}

std::optional<RateComparison> ratesWithinStrata(const std::vector<std::vector<ClusterCounts>>& clusters)
{
    return ratesWithin(clusters.size(), [&](size_t i) { return std::span(clusters[i]); });
}

} // namespace aha
