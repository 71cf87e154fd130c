// Rates of two kinds of completions: pooled, within prompts, and what the cluster does to the interval.

#include "core/base/cluster_rates.h"
#include "core/base/statistics.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace aha;

namespace {

using Strata = std::vector<std::vector<ClusterCounts>>; // [cluster]

std::optional<RateComparison> withinStrata(const Strata& clusters)
{
    StratifiedRates sums(clusters.size());
    for (size_t i = 0; i < clusters.size(); ++i)
        for (const ClusterCounts& stratum : clusters[i])
            sums.add(i, stratum);
    return sums.rates();
}

} // namespace

class TestClusterRates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// One completion of one kind in each cluster: the linearised interval is the plain one of two shares, times
    /// n/(n−1).
    void pooledIsThePlainOneWithoutClusters()
    {
        std::vector<ClusterCounts> clusters;
        for (int i = 0; i < 40; ++i)
            clusters.push_back({ 1, i < 10, 0, 0 }); // 25 %
        for (int i = 0; i < 60; ++i)
            clusters.push_back({ 0, 0, 1, i < 30 }); // 50 %
        const auto found = pooledRates(clusters);
        QVERIFY(found);
        QCOMPARE(found->rate, 0.25);
        QCOMPARE(found->othersRate, 0.5);
        QCOMPARE(found->difference, -0.25);
        QCOMPARE(found->n, 40);
        QCOMPARE(found->othersN, 60);
        const double plain = 1.959963984540054 * std::sqrt(100.0 / 99 * (0.25 * 0.75 / 40 + 0.25 / 60));
        QVERIFY(std::abs(found->high - found->difference - plain) < 1e-12);
        QVERIFY(std::abs(found->rateHigh - 0.25 - 1.959963984540054 * std::sqrt(40.0 / 39 * 0.25 * 0.75 / 40)) < 1e-12);
    }

    /// Ten copies of each completion are no ten times as much evidence.
    void copiesDoNotNarrow()
    {
        std::vector<ClusterCounts> single, copied;
        for (int i = 0; i < 30; ++i) {
            single.push_back({ 1, i % 3 == 0, 1, i % 2 == 0 });
            copied.push_back({ 10, 10 * (i % 3 == 0), 10, 10 * (i % 2 == 0) });
        }
        const auto a = pooledRates(single), b = pooledRates(copied);
        QVERIFY(std::abs((a->high - a->low) - (b->high - b->low)) < 1e-12);
    }

    /// Clusters with the same counts as one entry: the same rates and intervals.
    void equalClustersTogether()
    {
        std::vector<ClusterCounts> clusters;
        for (int i = 0; i < 60; ++i)
            clusters.push_back({ i % 3, i % 3 > 1, 4 - i % 2, i % 5 > 2 });
        std::vector<ClusterCounts> merged = clusters;
        mergeEqual(merged);
        QVERIFY(merged.size() < 20);
        const auto same
            = [](double a, double b) { return std::abs(a - b) < 1e-12 || (std::isnan(a) && std::isnan(b)); };
        for (const auto of : { pooledRates, ratesWithinClusters }) {
            const auto a = of(clusters), b = of(merged);
            QVERIFY(a && b && a->low < a->high);
            QVERIFY(same(a->rate, b->rate) && same(a->rateLow, b->rateLow) && same(a->othersHigh, b->othersHigh));
            QVERIFY(same(a->difference, b->difference) && same(a->low, b->low) && same(a->high, b->high));
            QCOMPARE(b->n, a->n);
            QCOMPARE(b->othersN, a->othersN);
            QCOMPARE(b->clusters, a->clusters);
        }
        for (const auto of : { shareOfKind, shareRight }) {
            const ClusterShare a = of(clusters), b = of(merged);
            QVERIFY(same(a.share, b.share) && same(a.low, b.low) && same(a.high, b.high));
            QCOMPARE(b.n, a.n);
            QCOMPARE(b.clusters, a.clusters);
        }
    }

    /// Simpson: mixed traces are common where problems are hard, and no worse there. Pooled they look far worse.
    void withinPromptsTakesTheProblemOut()
    {
        std::vector<ClusterCounts> clusters;
        for (int i = 0; i < 50; ++i) {
            clusters.push_back({ 8, 1, 8, 1 }); // hard, half of them mix
            clusters.push_back({ 1, 1, 15, 15 }); // easy, few mix
        }
        QVERIFY(pooledRates(clusters)->difference < -0.4);
        const auto within = ratesWithinClusters(clusters);
        QCOMPARE(within->difference, 0.0);
        QVERIFY(std::isnan(within->low) && std::isnan(within->high)); // all groups say the same: no certainty
        QCOMPARE(within->clusters, 100);
        clusters.push_back({ 4, 4, 0, 0 }); // one kind only: says nothing here
        QCOMPARE(ratesWithinClusters(clusters)->clusters, 100);
    }

    void weightsAreMantelHaenszels()
    {
        const auto found = ratesWithinClusters({ { 1, 1, 1, 0 }, { 4, 2, 12, 3 } }); // weights 0.5 and 3
        QVERIFY(std::abs(found->difference - (0.5 * 1.0 + 3 * 0.25) / 3.5) < 1e-12);
    }

    /// A problem that is asked five times is not five problems: the difference stays, its interval is wider.
    void strataOfAClusterAreNoClusters()
    {
        std::vector<ClusterCounts> flat, single;
        Strata asked, once;
        for (int i = 0; i < 30; ++i) {
            const ClusterCounts counts { 4, 1 + i % 3, 2 + i % 2, i % 2 };
            single.push_back(counts);
            once.push_back({ counts });
            asked.push_back(std::vector<ClusterCounts>(5, counts));
            asked.back().push_back({ 3, 3, 0, 0 }); // an evaluation with one kind only
            flat.insert(flat.end(), 5, counts);
        }
        const auto same = withinStrata(once), each = ratesWithinClusters(single);
        QVERIFY(same && each);
        QCOMPARE(same->difference, each->difference);
        QCOMPARE(same->low, each->low);
        QCOMPARE(same->clusters, 30);
        const auto found = withinStrata(asked), wrong = ratesWithinClusters(flat);
        QVERIFY(found && wrong);
        QCOMPARE(found->clusters, 30);
        QCOMPARE(found->n, 30 * 5 * 4);
        QVERIFY(std::abs(found->difference - wrong->difference) < 1e-12);
        QVERIFY(std::abs(found->low - each->low) < 1e-12); // asking again the same tells nothing new
        QVERIFY(found->high - found->low > 2 * (wrong->high - wrong->low));
        QVERIFY(!withinStrata({ { { 1, 1, 1, 0 }, { 2, 1, 2, 0 } }, { { 4, 2, 0, 0 } } })); // one cluster has both
    }

    /// In one pass, stratum by stratum in any order, what the formula says of all of them.
    void sumsOfStrata()
    {
        Strata asked(40);
        StratifiedRates sums(asked.size());
        uint32_t state = 7;
        const auto upTo = [&state](int64_t most) {
            state = state * 1664525u + 1013904223u;
            return int64_t(state >> 16) % (most + 1);
        };
        for (int evaluation = 0; evaluation < 6; ++evaluation)
            for (size_t i = 0; i < asked.size(); ++i) {
                ClusterCounts counts { upTo(4), 0, upTo(4), 0 };
                counts.right = upTo(counts.of);
                counts.othersRight = upTo(counts.others);
                asked[i].push_back(counts);
                sums.add(i, counts);
            }
        const auto weight
            = [](const ClusterCounts& c) { return double(c.of * c.others) / std::max(1.0, double(c.of + c.others)); };
        const auto here = [](const ClusterCounts& c) {
            return double(c.right) / double(c.of) - double(c.othersRight) / double(c.others);
        };
        double weights = 0, difference = 0, squares = 0;
        for (const auto& strata : asked)
            for (const ClusterCounts& c : strata)
                if (weight(c) > 0) {
                    weights += weight(c);
                    difference += weight(c) * here(c);
                }
        difference /= weights;
        for (const auto& strata : asked) {
            double error = 0;
            for (const ClusterCounts& c : strata)
                if (weight(c) > 0)
                    error += weight(c) * (here(c) - difference) / weights;
            squares += error * error;
        }
        const auto found = sums.rates();
        QVERIFY(found);
        QCOMPARE(found->clusters, 40);
        QVERIFY(std::abs(found->difference - difference) < 1e-12);
        const double half = 1.959963984540054 * std::sqrt(40.0 / 39 * squares);
        QVERIFY(half > 0.01 && std::abs(found->high - difference - half) < 1e-12);
        QVERIFY(std::abs(found->low - difference + half) < 1e-12);
    }

    /// Clusters that all say the same leave nothing to estimate a spread from, whatever rounding makes of it.
    void agreementIsNoCertainty()
    {
        for (const int64_t n : { 2, 3, 5, 10, 20, 30 }) {
            const std::vector<ClusterCounts> clusters(size_t(n), ClusterCounts { 7, 1, 3, 0 });
            for (const auto& found :
                { pooledRates(clusters), ratesWithinClusters(clusters), withinStrata(Strata(size_t(n), clusters)) }) {
                QVERIFY(std::abs(found->difference - 1.0 / 7) < 1e-12);
                QVERIFY(std::isnan(found->low) && std::isnan(found->high));
            }
            const auto [low, high] = wilsonIntervalOfShare(1.0 / 7, n);
            QVERIFY(std::abs(pooledRates(clusters)->rateLow - low) < 1e-12);
            QVERIFY(std::abs(pooledRates(clusters)->rateHigh - high) < 1e-12);
        }
        std::vector<ClusterCounts> clusters(20, ClusterCounts { 3, 0, 3, 0 });
        const ClusterShare half = shareOfKind(clusters);
        const auto [low, high] = wilsonInterval(10, 20);
        QCOMPARE(half.share, 0.5);
        QVERIFY(std::abs(half.low - low) < 1e-12 && std::abs(half.high - high) < 1e-12);
        mergeEqual(clusters);
        QCOMPARE(clusters.size(), size_t(1));
        QCOMPARE(shareOfKind(clusters).low, half.low);
        // One completion among a million is a spread.
        clusters = { { 500, 0, 500, 0, 1000 }, { 501, 0, 499, 0 } };
        const ClusterShare nearly = shareOfKind(clusters);
        QVERIFY(nearly.low < nearly.share && nearly.high - nearly.low < 1e-4);
    }

    void noDifferenceIsBeyondOne()
    {
        // Four prompts, of one kind each: the interval would reach to 1.2.
        const auto far = pooledRates({ { 4, 4, 0, 0 }, { 4, 3, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 1, 1 } });
        QVERIFY(far && far->high == 1 && far->low > -1 && far->difference < 1);
        const auto back = pooledRates({ { 0, 0, 4, 4 }, { 0, 0, 4, 3 }, { 1, 0, 0, 0 }, { 1, 1, 0, 0 } });
        QCOMPARE(back->low, -1.0);
        QCOMPARE(back->high, -far->low);
    }

    void nothingToCompare()
    {
        QVERIFY(!pooledRates({}));
        QVERIFY(!pooledRates({ { 4, 2, 0, 0 }, { 3, 1, 0, 0 } }));
        QVERIFY(!ratesWithinClusters({ { 4, 2, 4, 0 } }));
        const ClusterShare one = shareOfKind({ { 1, 0, 3, 0 } });
        QCOMPARE(one.share, 0.25);
        QVERIFY(std::isnan(one.low));
        const ClusterShare two = shareRight({ { 1, 1, 3, 0 }, { 2, 2, 2, 1 } });
        QCOMPARE(two.share, 0.5);
        QVERIFY(two.low < 0.5 && two.high > 0.5);
        QVERIFY(std::isnan(shareRight({}).share));
        // None of 80 in 20 clusters is not certainly none at all.
        const ClusterShare none = shareOfKind(std::vector<ClusterCounts>(20, ClusterCounts { 0, 0, 4, 0 }));
        QCOMPARE(none.share, 0.0);
        QVERIFY(std::abs(none.low) < 1e-12 && std::abs(none.high - wilsonInterval(0, 20).second) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(TestClusterRates)
#include "tst_cluster_rates.moc"
