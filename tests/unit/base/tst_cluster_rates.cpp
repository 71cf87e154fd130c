// Rates of two kinds of completions: pooled, within prompts, and what the cluster does to the interval.

#include "core/base/cluster_rates.h"
#include "core/base/statistics.h"

#include <QTest>

#include <cmath>

using namespace aha;

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
        std::vector<std::vector<ClusterCounts>> asked, once;
        for (int i = 0; i < 30; ++i) {
            const ClusterCounts counts { 4, 1 + i % 3, 2 + i % 2, i % 2 };
            single.push_back(counts);
            once.push_back({ counts });
            asked.push_back(std::vector<ClusterCounts>(5, counts));
            asked.back().push_back({ 3, 3, 0, 0 }); // an evaluation with one kind only
            flat.insert(flat.end(), 5, counts);
        }
        const auto same = ratesWithinStrata(once), each = ratesWithinClusters(single);
        QVERIFY(same && each);
        QCOMPARE(same->difference, each->difference);
        QCOMPARE(same->low, each->low);
        QCOMPARE(same->clusters, 30);
        const auto found = ratesWithinStrata(asked), wrong = ratesWithinClusters(flat);
        QVERIFY(found && wrong);
        QCOMPARE(found->clusters, 30);
        QCOMPARE(found->n, 30 * 5 * 4);
        QVERIFY(std::abs(found->difference - wrong->difference) < 1e-12);
        QVERIFY(std::abs(found->low - each->low) < 1e-12); // asking again the same tells nothing new
        QVERIFY(found->high - found->low > 2 * (wrong->high - wrong->low));
        QVERIFY(!ratesWithinStrata({ { { 1, 1, 1, 0 }, { 2, 1, 2, 0 } }, { { 4, 2, 0, 0 } } })); // one cluster has both
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
