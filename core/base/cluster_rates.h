#pragma once
// Are completions of one kind right more often than the others? With intervals that know that the completions of one
// prompt are alike.

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace aha {

/// The completions of one prompt, in two kinds.
struct ClusterCounts {
    int64_t of = 0, right = 0; ///< of the kind that is asked about
    int64_t others = 0, othersRight = 0;
    int64_t times = 1; ///< clusters that have these counts
    /// Further ones that nobody judged: in no rate of right ones, but in the share of the kind.
    int64_t unjudged = 0, othersUnjudged = 0;

    int64_t allOf() const { return of + unjudged; }
    int64_t all() const { return allOf() + others + othersUnjudged; }
    auto counts() const { return std::tuple(of, right, others, othersRight, unjudged, othersUnjudged); }
};

/// Clusters with the same counts as one entry each, in the order of their counts. What is computed of them stays the
/// same but for the order of the sums.
void mergeEqual(std::vector<ClusterCounts>& clusters);

struct RateComparison {
    double rate = 0, rateLow = 0, rateHigh = 0;
    double othersRate = 0, othersLow = 0, othersHigh = 0;
    double difference = 0, low = 0, high = 0; ///< rate − othersRate
    int64_t n = 0, othersN = 0;
    int clusters = 0; ///< that the difference rests on
};

/// Rates over everything, pooled; 95 % intervals by linearisation of the ratio with the cluster as the unit
/// (variance G/(G−1) Σ e_g²). Confounded by whatever differs between prompts and steps. nullopt without completions of
/// both kinds or with fewer than two clusters. No interval (NaN) where no cluster differs from the others.
std::optional<RateComparison> pooledRates(const std::vector<ClusterCounts>& clusters);

/// The same within clusters: only prompts that have completions of both kinds, weighted n₁n₀/(n₁+n₀) (Mantel and
/// Haenszel's risk difference), so that neither the prompt nor the step can explain the difference. Rates are weighted
/// likewise and have no interval of their own (NaN). nullopt for fewer than two such clusters.
std::optional<RateComparison> ratesWithinClusters(const std::vector<ClusterCounts>& clusters);

/// Likewise where a cluster has several strata, each compared in itself alone: the evaluations of a held-out problem.
/// The cluster stays the unit of the interval; `clusters` are those with both kinds in a stratum. Strata may come in
/// any order, as only sums of each cluster are kept.
class StratifiedRates {
public:
    explicit StratifiedRates(size_t clusters)
        : m_clusters(clusters)
    {
    }
    /// `cluster` from 0 on. The strata of a cluster have the same `times`.
    void add(size_t cluster, const ClusterCounts& stratum);
    std::optional<RateComparison> rates() const;

private:
    struct Cluster {
        double weight = 0, difference = 0; ///< sums over strata with both kinds; the difference is weighted
        int64_t times = 0; ///< 0: no stratum has both kinds
    };
    std::vector<Cluster> m_clusters;
    double m_weight = 0, m_rate = 0, m_othersRate = 0;
    int64_t m_n = 0, m_othersN = 0;
};

/// A share k/n over clusters with its 95 % interval by the same linearisation; low and high are NaN for fewer than two.
/// Where all clusters have the same share, 0 and 1 included, it is Wilson's with the cluster as the trial.
struct ClusterShare {
    double share = 0, low = 0, high = 0;
    int64_t n = 0;
    int clusters = 0;
};
/// Those of the kind of all completions, judged or not.
ClusterShare shareOfKind(const std::vector<ClusterCounts>& clusters);
/// The right ones of those that were judged.
ClusterShare shareRight(const std::vector<ClusterCounts>& clusters);

} // namespace aha
