// Paired tests against exact rational arithmetic, published values and cases that can be worked out by hand.

#include "core/base/paired_tests.h"
#include "core/base/statistics.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestPairedTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// min(1, 2 * sum of C(n, i) for i >= max) / 2^n in rational arithmetic (Python's fractions), which is what
    /// scipy.stats.binomtest(better, better + worse, 0.5).pvalue computes.
    void signTest()
    {
        QCOMPARE(exactSignTest(0, 0), 1.0);
        QCOMPARE(exactSignTest(1, 0), 1.0);
        QCOMPARE(exactSignTest(5, 5), 1.0);
        QVERIFY(std::abs(exactSignTest(12, 2) - 0.012939453125) < 1e-12);
        QVERIFY(std::abs(exactSignTest(2, 12) - 0.012939453125) < 1e-12);
        QVERIFY(std::abs(exactSignTest(9, 1) - 0.021484375) < 1e-12);
        QVERIFY(std::abs(exactSignTest(25, 8) - 0.004551384132355452) < 1e-12);
        QVERIFY(std::abs(exactSignTest(121, 59) - 4.434449263755176e-06) < 1e-15);
        QVERIFY(exactSignTest(40'000, 10'000) < 1e-100); // no overflow
    }

    /// 682 of 925: the example of R's binom.test (Mendel's peas in Conover 1971). 0 of 10: 1 - 0.025^(1/10).
    void clopperPearsonInterval()
    {
        const auto [low, high] = clopperPearson(682, 925);
        QVERIFY(std::abs(low - 0.7076683) < 1e-7 && std::abs(high - 0.7654066) < 1e-7);
        QCOMPARE(clopperPearson(0, 10).first, 0.0);
        QVERIFY(std::abs(clopperPearson(0, 10).second - (1 - std::pow(0.025, 0.1))) < 1e-12);
        QCOMPARE(clopperPearson(10, 10).second, 1.0);
        QVERIFY(std::abs(clopperPearson(12, 14).first - 0.571870839090301) < 1e-12);
        QVERIFY(std::abs(clopperPearson(12, 14).second - 0.9822054845168084) < 1e-12);
        QCOMPARE(clopperPearson(0, 0), (std::pair { 0.0, 1.0 }));
    }

    void bootstrap()
    {
        QCOMPARE(bootstrapInterval({}, 100, 1), (std::pair { 0.0, 0.0 }));
        QCOMPARE(bootstrapInterval({ 0.25, 0.25, 0.25 }, 100, 1), (std::pair { 0.25, 0.25 }));
        // Means of two draws from {0, 1}: 0, ½ and 1 with ¼, ½, ¼, so both ends are beyond the 2.5 % tails.
        QCOMPARE(bootstrapInterval({ 0, 1 }, 2000, 1), (std::pair { 0.0, 1.0 }));
        std::vector<double> values;
        for (int i = 0; i < 400; ++i)
            values.push_back(std::sin(i * 1.7) + (i % 3));
        const auto interval = bootstrapInterval(values, 10'000, 7);
        QCOMPARE(bootstrapInterval(values, 10'000, 7), interval);
        QVERIFY(bootstrapInterval(values, 10'000, 8) != interval);
        // Many values: the normal interval with the plain (n) deviation; 10,000 resamples leave about 2 % of its width.
        const double half = 1.96 * sampleStd(values) * std::sqrt(399.0 / 400) / std::sqrt(400.0);
        QVERIFY(std::abs(interval.first - (mean(values) - half)) < 0.05 * half);
        QVERIFY(std::abs(interval.second - (mean(values) + half)) < 0.05 * half);
    }

    void comparison()
    {
        std::vector<PairedCount> problems(20, { 1, 1 });
        for (int i = 0; i < 12; ++i)
            problems.push_back({ 0, 1 });
        for (int i = 0; i < 2; ++i)
            problems.push_back({ 1, 0 });
        const auto c = comparePaired(problems, 1, 1, 2000, 1);
        QVERIFY(c);
        QCOMPARE(c->problems, 34);
        QVERIFY(std::abs(c->difference - 10.0 / 34) < 1e-12 && std::abs(c->meanA - 22.0 / 34) < 1e-12);
        QVERIFY(c->low > 0 && c->low < c->difference && c->high > c->difference && c->high < 0.6);
        QCOMPARE(c->better, 12);
        QCOMPARE(c->worse, 2);
        QCOMPARE(c->equal, 20);
        QVERIFY(c->p && std::abs(*c->p - 0.012939453125) < 1e-12);
        const auto said = pairedSentences(*c, "A", "B");
        QCOMPARE(said.size(), size_t(2));
        QVERIFY(said[0].starts_with("B against A: +29.4 points of pass@1, from 64.7 to 94.1 % (95 % interval +"));
        QVERIFY(said[0].find("n = 34 shared problems, 2,000 resamples, seed 1). The interval leaves out 0")
            != std::string::npos);
        QVERIFY(said[1].find("12 problems, less often on 2, equally on 20: McNemar's exact test p = 0.0129.")
            != std::string::npos);
        QVERIFY(said[1].find("B is better on 85.7 % (95 % interval 57.2 – 98.2 %") != std::string::npos);
    }

    /// A problem may be right more often without turning: both counts are said, and how they differ.
    void twoCountsAreToldApart()
    {
        // Of two samples: three gained, one lost, two from half to all, one from half to none, one from none to half.
        std::vector<PairedCount> problems(3, { 0, 2 });
        for (const PairedCount& one : { PairedCount { 2, 0 }, { 1, 2 }, { 1, 2 }, { 1, 0 }, { 0, 1 }, { 1, 1 } })
            problems.push_back(one);
        const auto c = comparePaired(problems, 2, 2, 100, 1);
        QVERIFY(c);
        QCOMPARE(c->gained, 3);
        QCOMPARE(c->lost, 1);
        QCOMPARE(c->better, 6);
        QCOMPARE(c->worse, 2);
        const std::string said = pairedSentences(*c, "A", "B")[1];
        QVERIFY2(
            said.starts_with("From A to B, 3 problems turn from mostly wrong to mostly right and 1 from mostly right "
                             "to mostly wrong (half right is neither). Counting every difference in their "
                             "samples, B is right more often on 6 problems, less often on 2, equally on 1: exact "
                             "sign test p = "),
            said.c_str());
    }

    void pointsHaveATrueMinus()
    {
        QCOMPARE(pointsText(-0.1094), std::string("−10.9"));
        QCOMPARE(pointsText(0.015), std::string("+1.5"));
        QCOMPARE(pointsText(-0.0001), std::string("0.0"));
        const auto c = comparePaired({ { 2, 0 }, { 2, 0 } }, 2, 2, 100, 1);
        QVERIFY(pairedSentences(*c, "A", "B")[0].starts_with(
            "B against A: −100.0 points of pass@1, from 100.0 to 0.0 % (95 % interval −100.0 to −100.0;"));
    }

    void whatCannotBeTestedSaysSo()
    {
        QVERIFY(!comparePaired({ { 0, 1 } }, 1, 1, 100, 1));
        const auto unequal = comparePaired({ { 2, 1 }, { 2, 0 }, { 1, 1 } }, 4, 1, 100, 1);
        QVERIFY(unequal && !unequal->p && unequal->better == 0);
        QVERIFY(pairedSentences(*unequal, "A", "B")[1].starts_with("No test by problem: A drew 4 and B 1 samples"));
        const auto same = comparePaired({ { 2, 2 }, { 0, 0 } }, 4, 4, 100, 1);
        const auto said = pairedSentences(*same, "A", "B");
        QVERIFY(said[0].find("B against A: 0.0 points of pass@1") == 0);
        QVERIFY(said[0].find("includes 0") != std::string::npos);
        QVERIFY(said[1].starts_with("On no problem do the two differ"));
        QVERIFY(pairedSentences(*comparePaired({ { 1, 2 }, { 2, 0 } }, 4, 4, 100, 1), "A", "B")[1].find(
                    "exact sign test p = 1.0000")
            != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestPairedTests)
#include "tst_paired_tests.moc"
