// Closed forms that the golden tables do not reach: edges, clipping, exact binomials, votes.

#include "core/base/statistics.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

double binomial(int n, int k)
{
    double value = 1;
    for (int i = 1; i <= k; ++i)
        value = value * (n - k + i) / i;
    return value;
}

} // namespace

class TestStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void meanAndDeviation()
    {
        QCOMPARE(mean({}), 0.0);
        QCOMPARE(sampleStd({}), 0.0);
        QCOMPARE(sampleStd({ 3 }), 0.0);
        QCOMPARE(mean({ 1, 2, 3, 6 }), 3.0);
        QCOMPARE(sampleStd({ 1, 2, 3, 6 }), std::sqrt(14.0 / 3));
        QVERIFY(std::abs(sampleStd({ 1e9 + 1, 1e9 + 2, 1e9 + 3 }) - 1) < 1e-9); // two passes: no cancellation
    }

    void medians()
    {
        QCOMPARE(median({}), 0.0);
        QCOMPARE(median({ 9, 1, 2 }), 2.0);
        QCOMPARE(median({ 9, 1, 2, 4 }), 3.0);
    }

    void passAtKIsTheBinomial()
    {
        for (int n = 1; n <= 20; ++n)
            for (int c = 0; c <= n; ++c)
                for (int k = 1; k <= n; ++k) {
                    const double want = n - c < k ? 1.0 : 1 - binomial(n - c, k) / binomial(n, k);
                    QVERIFY2(std::abs(passAtK(n, c, k) - want) < 1e-12,
                        qPrintable(QString("%1 %2 %3").arg(n).arg(c).arg(k)));
                }
        QCOMPARE(passAtK(1000, 1, 1000), 1.0);
        QVERIFY(std::abs(passAtK(4096, 1, 1) - 1.0 / 4096) < 1e-15);
    }

    void wilson()
    {
        QCOMPARE(wilsonInterval(0, 0), std::make_pair(0.0, 1.0));
        QCOMPARE(wilsonIntervalOfShare(0.5, 0), std::make_pair(0.0, 1.0));
        QCOMPARE(wilsonIntervalOfShare(0.5, 10), wilsonInterval(5, 10));
        const auto between = wilsonIntervalOfShare(0.125, 20); // of 2.5
        QVERIFY(wilsonInterval(2, 20) < between && between < wilsonInterval(3, 20));
        const auto [low, high] = wilsonInterval(5, 10);
        QVERIFY(std::abs(low + high - 1) < 1e-15 && std::abs(low - 0.23659309) < 1e-8); // symmetric at one half
        for (int n : { 1, 7, 512 })
            for (int c = 0; c <= n; ++c) {
                const auto [a, b] = wilsonInterval(c, n);
                QVERIFY(a >= -1e-15 && b <= 1 + 1e-15 && a <= double(c) / n + 1e-15 && b >= double(c) / n - 1e-15);
                const auto [mirrorLow, mirrorHigh] = wilsonInterval(n - c, n);
                QVERIFY(std::abs(a - (1 - mirrorHigh)) < 1e-14 && std::abs(b - (1 - mirrorLow)) < 1e-14);
            }
    }

    void clustered()
    {
        QCOMPARE(clusteredInterval({ 0.5 }), std::make_pair(0.0, 1.0));
        QCOMPARE(clusteredInterval({ 1, 1, 1 }), std::make_pair(1.0, 1.0));
        const auto [low, high] = clusteredInterval({ 0, 1 });
        QCOMPARE(low, 0.0); // clipped
        QCOMPARE(high, 1.0);
        const auto [a, b] = clusteredInterval(std::vector<double>(100, 0.25));
        QVERIFY(a == 0.25 && b == 0.25);
        std::vector<double> halves(400, 0.0);
        std::fill(halves.begin(), halves.begin() + 200, 1.0);
        const auto [c, d] = clusteredInterval(halves);
        QVERIFY(std::abs((d - c) / 2 - 1.959963984540054 * std::sqrt(0.25 * 400 / 399) / 20) < 1e-12);
    }

    void votes()
    {
        using Answers = std::vector<std::optional<std::string>>;
        QVERIFY(!majorityVote({}));
        QVERIFY(!majorityVote(Answers { std::nullopt, std::nullopt }));
        QCOMPARE(*majorityVote(Answers { "a", "b", "b" }), size_t(1));
        QCOMPARE(*majorityVote(Answers { "b", "a", "a", "b" }), size_t(0)); // a tie goes to the one seen first
        QCOMPARE(*majorityVote(Answers { std::nullopt, std::nullopt, "x" }), size_t(2)); // silence never wins
        QCOMPARE(*majorityVote(Answers { "", "x", "" }), size_t(0)); // an empty answer is an answer
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
