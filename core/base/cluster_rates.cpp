#include "core/base/cluster_rates.h"

#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace aha {

namespace {

constexpr double kZ95 = 1.959963984540054;

/// What rounding leaves where all clusters say the same; of shares, so far below what one completion can make.
constexpr double kNoSpread = 1e-12;

/// nullopt where all clusters say the same: there is no spread to estimate from, and that is no certainty.
std::optional<double> halfWidth(double squares, int clusters)
{
    if (std::sqrt(squares) < kNoSpread)
        return std::nullopt;
    return kZ95 * std::sqrt(double(clusters) / double(clusters - 1) * squares);
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
    double squares = 0;
    for (const ClusterCounts& c : clusters) {
        const double error = (double(count(c)) - found.share * double(all(c))) / double(found.n);
        squares += double(c.times) * error * error;
    }
    if (const auto half = halfWidth(squares, found.clusters)) {
        found.low = std::max(0.0, found.share - *half);
        found.high = std::min(1.0, found.share + *half);
    } else { // each cluster has this share: Wilson's, with the cluster as the trial
        std::tie(found.low, found.high) = wilsonIntervalOfShare(found.share, found.clusters);
    }
    return found;
}

/// Two rates cannot differ by more than 1.
std::pair<double, double> ofDifference(double difference, std::optional<double> halfWidth)
{
    return halfWidth ? std::pair(std::max(difference - *halfWidth, -1.0), std::min(difference + *halfWidth, 1.0))
                     : std::pair<double, double>(NAN, NAN);
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
        clusters, [](const ClusterCounts& c) { return c.allOf(); }, [](const ClusterCounts& c) { return c.all(); });
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
    const double difference = of.share - others.share;
    const auto [low, high] = ofDifference(difference, halfWidth(squares, used));
    return RateComparison { of.share, of.low, of.high, others.share, others.low, others.high, difference, low, high,
        of.n, others.n, used };
}

void StratifiedRates::add(size_t cluster, const ClusterCounts& stratum)
{
    if (stratum.of == 0 || stratum.others == 0)
        return;
    const double weight = double(stratum.of) * double(stratum.others) / double(stratum.of + stratum.others);
    const double rate = double(stratum.right) / double(stratum.of);
    const double othersRate = double(stratum.othersRight) / double(stratum.others);
    Cluster& sums = m_clusters[cluster];
    sums.weight += weight;
    sums.difference += weight * (rate - othersRate);
    sums.times = stratum.times;
    const double all = double(stratum.times) * weight;
    m_weight += all;
    m_rate += all * rate;
    m_othersRate += all * othersRate;
    m_n += stratum.of * stratum.times;
    m_othersN += stratum.others * stratum.times;
}

std::optional<RateComparison> StratifiedRates::rates() const
{
    int clusters = 0;
    for (const Cluster& cluster : m_clusters)
        clusters += int(cluster.times);
    if (clusters < 2)
        return std::nullopt;
    RateComparison found { m_rate / m_weight, NAN, NAN, m_othersRate / m_weight, NAN, NAN, 0, 0, 0, m_n, m_othersN,
        clusters };
    found.difference = found.rate - found.othersRate;
    double squares = 0;
    for (const Cluster& cluster : m_clusters) { // the errors of its strata, added up
        const double error = (cluster.difference - found.difference * cluster.weight) / m_weight;
        squares += double(cluster.times) * error * error;
    }
    std::tie(found.low, found.high) = ofDifference(found.difference, halfWidth(squares, clusters));
    return found;
}

std::optional<RateComparison> ratesWithinClusters(const std::vector<ClusterCounts>& clusters)
{
    StratifiedRates sums(clusters.size());
    for (size_t i = 0; i < clusters.size(); ++i)
        sums.add(i, clusters[i]);
    return sums.rates();
}

} // namespace aha
