// Sweeps: axes as people type them, grids, random points, and that nothing invalid gets through.

#include "core/config/sweep.h"

#include <QtTest>

#include <cmath>
#include <set>

using namespace aha;

class TestSweep : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void axesAreRead()
    {
        const SweepAxis rate = orThrow(parseSweepAxis(" optimizer.learning_rate = 1e-5 .. 1e-3  log x5 "));
        QCOMPARE(rate.path, std::string("optimizer.learning_rate"));
        QVERIFY(rate.scale == SweepAxis::Scale::Log && rate.low == 1e-5 && rate.high == 1e-3 && rate.count == 5);
        QCOMPARE(toText(rate), std::string("optimizer.learning_rate=1e-05..0.001 log x5"));
        QCOMPARE(toText(orThrow(parseSweepAxis(toText(rate)))), toText(rate));
        QCOMPARE(orThrow(parseSweepAxis("seed=0..4")).count, 5);
        QCOMPARE(
            orThrow(parseSweepAxis("loss_type=grpo, dapo,grpo")).values, (std::vector<std::string> { "grpo", "dapo" }));
    }
    void badAxesSayWhy_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::newRow("no equals") << "seed 1"
                                   << "sweep_axis";
        QTest::newRow("no value") << "seed=,"
                                  << "sweep_axis";
        QTest::newRow("backwards") << "seed=4..1"
                                   << "sweep_axis";
        QTest::newRow("log of zero") << "optimizer.learning_rate=0..1e-3 log"
                                     << "sweep_axis";
        QTest::newRow("strange word") << "seed=0..4 often"
                                      << "sweep_axis";
        QTest::newRow("count of one") << "seed=0..4 x1"
                                      << "sweep_axis";
        QTest::newRow("name") << "general.name=a,b"
                              << "sweep_axis";
        QTest::newRow("unknown") << "learning_rat=1"
                                 << "config_unknown";
        QTest::newRow("out of range") << "optimizer.learning_rate=0.1,2"
                                      << "config_range";
        QTest::newRow("range beyond") << "optimizer.learning_rate=0.1..2 x3"
                                      << "config_range";
        QTest::newRow("choice") << "algorithm.loss_type=grpo,grop"
                                << "config_choice";
        QTest::newRow("type") << "seed=a"
                              << "config_type";
    }
    void badAxesSayWhy()
    {
        QFETCH(QString, text);
        QFETCH(QString, code);
        const auto axis = parseSweepAxis(text.toStdString());
        QVERIFY(!axis);
        QCOMPARE(QString::fromStdString(axis.error().code), code);
        QVERIFY(axis.error().message.size() > 15);
    }
    void gridsAreProducts()
    {
        Sweep sweep { "lr",
            { orThrow(parseSweepAxis("optimizer.learning_rate=1e-5..1e-3 log x3")),
                orThrow(parseSweepAxis("seed=0,1")) },
            0, 0 };
        const auto points = orThrow(sweepPoints(RunConfig {}, sweep));
        QCOMPARE(points.size(), size_t(6));
        QCOMPARE(points[0].config.optimizer.learningRate, 1e-5);
        QCOMPARE(points[2].config.optimizer.learningRate, 1e-4); // evenly spaced by factors
        QCOMPARE(points[1].config.general.seed, 1); // the last axis fastest
        QCOMPARE(points[5].config.optimizer.learningRate, 1e-3);
        QCOMPARE(points[5].config.general.name, std::string("lr#6"));
        QCOMPARE(sweepOf(points[5].config.general.name), std::string("lr"));
        QCOMPARE(sweepOf("a#b#12"), std::string("a#b"));
        for (const char* none : { "run", "#1", "run#", "run#1b" })
            QCOMPARE(sweepOf(none), std::string());
        QCOMPARE(points[3].settings,
            (std::vector<std::pair<std::string, std::string>> {
                { "optimizer.learning_rate", "0.0001" }, { "general.seed", "1" } }));
    }
    void wholeNumbersAreRoundedOnce()
    {
        const auto values = orThrow(gridValues(orThrow(parseSweepAxis("rollout.num_generations=2..4 x5"))));
        QCOMPARE(values, (std::vector<std::string> { "2", "3", "4" })); // 2 2.5 3 3.5 4 rounds to even and back
        QVERIFY(!gridValues(orThrow(parseSweepAxis("optimizer.learning_rate=1e-5..1e-3"))));
    }
    void randomPointsAreReproducible()
    {
        Sweep sweep { "r",
            { orThrow(parseSweepAxis("optimizer.learning_rate=1e-6..1e-2 log")),
                orThrow(parseSweepAxis("seed=0..1000000")) },
            400, 7 };
        const auto a = orThrow(sweepPoints(RunConfig {}, sweep)), b = orThrow(sweepPoints(RunConfig {}, sweep));
        QCOMPARE(a.size(), size_t(400));
        int decades[4] = {};
        for (size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].settings, b[i].settings);
            const double rate = a[i].config.optimizer.learningRate;
            QVERIFY(rate >= 1e-6 && rate <= 1e-2);
            ++decades[std::min(3, int(std::log10(rate) + 6))];
        }
        for (const int count : decades) // uniform in the logarithm: 100 each, six deviations of 8.7
            QVERIFY2(std::abs(count - 100) < 52, qPrintable(QString::number(count)));
        sweep.seed = 8;
        QVERIFY(orThrow(sweepPoints(RunConfig {}, sweep))[0].settings != a[0].settings);
        Sweep lists { "l", { orThrow(parseSweepAxis("seed=0,1")) }, 50, 0 };
        QCOMPARE(orThrow(sweepPoints(RunConfig {}, lists)).size(), size_t(2)); // never the same point twice
    }
    void everyPointIsChecked()
    {
        // prompts x generations must come out even with the updates: some of these points do not.
        Sweep sweep { "v", { orThrow(parseSweepAxis("algorithm.steps_per_generation=4,7")) }, 0, 0 };
        const auto points = sweepPoints(RunConfig {}, sweep);
        QVERIFY(!points);
        QVERIFY2(points.error().message.find("algorithm.steps_per_generation = 7") != std::string::npos,
            points.error().message.c_str());
        Sweep twice { "t", { orThrow(parseSweepAxis("seed=1")), orThrow(parseSweepAxis("seed=2")) }, 0, 0 };
        QVERIFY(!sweepPoints(RunConfig {}, twice));
        Sweep huge { "h",
            { orThrow(parseSweepAxis("seed=0..999")), orThrow(parseSweepAxis("optimizer.learning_rate=0.1..0.2 x11")) },
            0, 0 };
        QCOMPARE(sweepPoints(RunConfig {}, huge).error().code, std::string("sweep_size"));
    }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "tst_sweep.moc"
