// Correlation at lags, its interval with the effective n, and the trend that is taken off.

#include "core/base/lagged_correlation.h"

#include <QTest>

#include <cmath>

using namespace aha;

namespace {

/// Deterministic noise of mean 0: a linear congruence, enough for a test.
std::vector<double> noise(int n, uint32_t seed)
{
    std::vector<double> values;
    for (int i = 0; i < n; ++i) {
        seed = seed * 1664525u + 1013904223u;
        values.push_back(double(seed >> 8) / double(1 << 24) - 0.5);
    }
    return values;
}

const LaggedCorrelation& at(const std::vector<LaggedCorrelation>& all, int lag)
{
    return *std::find_if(all.begin(), all.end(), [&](const LaggedCorrelation& c) { return c.lag == lag; });
}

} // namespace

class TestLaggedCorrelation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhoLeads()
    {
        const std::vector<double> x = noise(200, 1);
        std::vector<double> y(200, 0.0);
        for (size_t t = 3; t < y.size(); ++t)
            y[t] = x[t - 3]; // x is three steps ahead
        const auto found = laggedCorrelations(x, y, 5);
        QCOMPARE(int(found.size()), 11);
        QVERIFY(at(found, 3).r > 0.999);
        QVERIFY(at(found, 3).low > 0.99 && at(found, 3).high > at(found, 3).low);
        QCOMPARE(at(found, 3).n, 197);
        QVERIFY(std::abs(at(found, -3).r) < 0.25);
        QVERIFY(at(found, -3).low < 0 && at(found, -3).high > 0);
    }

    /// White noise: the interval is Fisher's with the plain n.
    void fisherOfWhiteNoise()
    {
        const std::vector<double> x { 1, -1, 1, 1, -1, -1, 1, -1 }, y { 2, -1, 0, 3, -2, 1, 1, -3 };
        const LaggedCorrelation c = laggedCorrelations(x, y, 0).front();
        double xy = 0, xx = 0, yy = 0, my = 1.0 / 8;
        for (size_t i = 0; i < x.size(); ++i)
            xy += x[i] * (y[i] - my), xx += x[i] * x[i], yy += (y[i] - my) * (y[i] - my);
        QVERIFY(std::abs(c.r - xy / std::sqrt(xx * yy)) < 1e-12);
        const double half = 1.959963984540054 / std::sqrt(c.effective - 3);
        QVERIFY(std::abs(c.high - std::tanh(std::atanh(c.r) + half)) < 1e-12);
        QVERIFY(c.effective <= 8 && c.effective >= 4);
    }

    /// A trend that was taken off has used up one of the pairs: of four without their trend nothing is left to judge
    /// by.
    void aTrendCostsOne()
    {
        const std::vector<double> x = withoutTrend({ 0, 1, 0, 2 }), y = withoutTrend({ 0, 1.1, 0.1, 2 });
        const LaggedCorrelation free = laggedCorrelations(x, y, 0).front(),
                                partial = laggedCorrelations(x, y, 0, 1).front();
        QCOMPARE(partial.r, free.r);
        QCOMPARE(partial.effective, 4.0);
        QVERIFY(std::isfinite(free.low) && std::isnan(partial.low) && std::isnan(partial.high));
        const std::vector<double> a = noise(40, 3), b = noise(40, 4);
        const LaggedCorrelation one = laggedCorrelations(a, b, 0, 1).front();
        const double half = 1.959963984540054 / std::sqrt(one.effective - 4);
        QVERIFY(std::abs(one.high - std::tanh(std::atanh(one.r) + half)) < 1e-12);
    }

    /// Series that change slowly have fewer independent steps, so the interval is wider.
    void smoothSeriesCountLess()
    {
        const auto smooth = [](std::vector<double> v) {
            for (size_t i = 1; i < v.size(); ++i)
                v[i] += 0.9 * v[i - 1];
            return v;
        };
        const auto rough = laggedCorrelations(noise(200, 1), noise(200, 2), 0).front();
        const auto slow = laggedCorrelations(smooth(noise(200, 1)), smooth(noise(200, 2)), 0).front();
        QVERIFY(rough.effective > 150);
        QVERIFY(slow.effective < 60);
        QVERIFY(slow.high - slow.low > 1.5 * (rough.high - rough.low));
    }

    void gapsAndFlatSeries()
    {
        std::vector<double> x = noise(40, 3), y = noise(40, 4);
        x[5] = y[20] = std::nan("");
        QCOMPARE(laggedCorrelations(x, y, 0).front().n, 38);
        const auto flat = laggedCorrelations(std::vector<double>(40, 1.0), y, 0).front();
        QVERIFY(std::isnan(flat.r) && std::isnan(flat.low));
        const auto few = laggedCorrelations({ 1, 2, 4 }, { 1, 3, 2 }, 0).front();
        QVERIFY(std::isfinite(few.r) && std::isnan(few.low)); // three pairs have no interval
        QCOMPARE(laggedCorrelations({}, {}, 2).size(), size_t(5));
    }

    void trend()
    {
        std::vector<double> rising;
        for (int i = 0; i < 50; ++i)
            rising.push_back(3 + 2 * i);
        rising[7] = std::nan("");
        const std::vector<double> rest = withoutTrend(rising);
        QVERIFY(std::isnan(rest[7]));
        for (size_t i = 0; i < rest.size(); ++i)
            if (i != 7)
                QVERIFY(std::abs(rest[i]) < 1e-9);
        // Two series that rise and are else unrelated: nearly 1 with the trend, nothing without it.
        std::vector<double> x = noise(100, 5), y = noise(100, 6);
        for (size_t i = 0; i < x.size(); ++i)
            x[i] += 0.1 * double(i), y[i] += 0.1 * double(i);
        QVERIFY(laggedCorrelations(x, y, 0).front().r > 0.9);
        QVERIFY(std::abs(laggedCorrelations(withoutTrend(x), withoutTrend(y), 0).front().r) < 0.3);
    }
};

QTEST_GUILESS_MAIN(TestLaggedCorrelation)
#include "tst_lagged_correlation.moc"
