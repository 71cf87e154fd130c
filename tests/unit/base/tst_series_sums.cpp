// Heat maps and bands over seeds against what a plain count says.

#include "core/base/seed_band.h"
#include "core/base/step_histogram.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestSeriesSums : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyColumnIsItsStep()
    {
        // Steps 1 to 4, lengths 10 to 13; at step 3 nothing was measured.
        const std::vector<double> x { 1, 1, 1, 1, 2, 2, 4, 4 }, values { 10, 10, 10, 13, 11, 12, 13, 13 };
        const StepHistogram made = stepHistogram(x, values, 100, 100);
        QCOMPARE(made.columns, 4);
        QCOMPARE(made.rows, 4);
        QCOMPARE(made.xLow, 0.5);
        QCOMPARE(made.xHigh, 4.5);
        QCOMPARE(made.low, 9.5);
        QCOMPARE(made.high, 13.5);
        const auto share = [&](int column, int row) { return made.shares[size_t(column * made.rows + row)]; };
        QCOMPARE(share(0, 0), 0.75);
        QCOMPARE(share(0, 3), 0.25);
        QCOMPARE(share(1, 1), 0.5);
        QCOMPARE(share(1, 2), 0.5);
        QVERIFY(std::isnan(share(2, 0)));
        QCOMPARE(share(3, 3), 1.0);
    }

    void gapsAreSpreadOver()
    {
        StepHistogram made = stepHistogram({ 0, 10, 13 }, { 1, 2, 1 }, 100, 100); // places 3 apart at the least
        QCOMPARE(made.columns, 5);
        spreadColumns(made);
        QCOMPARE(made.shares, std::vector<double>({ 1, 0, 1, 0, 0, 1, 0, 1, 1, 0 }));
    }

    void manyStepsShareColumns()
    {
        std::vector<double> x, values;
        for (int step = 0; step < 1000; ++step)
            for (int i = 0; i < 4; ++i) {
                x.push_back(step);
                values.push_back(step + 0.25 * i);
            }
        values[7] = NAN;
        const StepHistogram made = stepHistogram(x, values, 50, 20);
        QCOMPARE(made.columns, 50);
        QCOMPARE(made.rows, 20);
        for (int column = 0; column < made.columns; ++column) {
            double sum = 0;
            for (int row = 0; row < made.rows; ++row)
                sum += made.shares[size_t(column * made.rows + row)];
            QVERIFY(std::abs(sum - 1) < 1e-12);
        }
        QVERIFY(stepHistogram({}, {}, 50, 20).columns == 0);
        QVERIFY(stepHistogram({ 1 }, { NAN }, 50, 20).columns == 0);
        QCOMPARE(stepHistogram({ 3 }, { 0.5 }, 50, 20).columns, 1);
    }

    void bandsOverSeeds()
    {
        const std::vector<std::vector<double>> steps { { 1, 2, 3 }, { 1, 2 }, { 2, 3, 5 } },
            values { { 1, 2, 6 }, { 3, 4 }, { 9, NAN, 7 } };
        const SeedBand error = seedBand(steps, values, BandKind::StandardError);
        QCOMPARE(error.steps, std::vector<double>({ 1, 2, 3, 5 }));
        QCOMPARE(error.runs, std::vector<int>({ 2, 3, 1, 1 }));
        QCOMPARE(error.mean, std::vector<double>({ 2, 5, 6, 7 }));
        QVERIFY(std::abs(error.high[0] - 3) < 1e-12); // s = sqrt 2, over sqrt 2
        QVERIFY(std::abs(error.high[1] - (5 + std::sqrt(13.0 / 3))) < 1e-12); // s² = (9 + 1 + 16) / 2
        QVERIFY(std::abs(error.low[1] - (5 - std::sqrt(13.0 / 3))) < 1e-12);
        QCOMPARE(error.low[2], 6.0); // of one run nothing is known
        const SeedBand range = seedBand(steps, values, BandKind::Range);
        QCOMPARE(range.low, std::vector<double>({ 1, 2, 6, 7 }));
        QCOMPARE(range.high, std::vector<double>({ 3, 9, 6, 7 }));
        QVERIFY(seedBand({}, {}, BandKind::Range).steps.empty());
        QVERIFY(std::isnan(seedBand({ { 1 } }, { { NAN } }, BandKind::Range).mean[0]));
    }
};

QTEST_APPLESS_MAIN(TestSeriesSums)
#include "tst_series_sums.moc"
