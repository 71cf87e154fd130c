// The products that everyone gets wrong once, and the words for them.

#include "core/config/batch_arithmetic.h"

#include <QTest>

using namespace aha;

class TestBatchArithmetic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void online()
    {
        RunConfig config; // 16 x 16, four mini-batches, 150 steps
        config.algorithm.numIterations = 2;
        const BatchArithmetic b = batchArithmetic(config, 0);
        QCOMPARE(b.completions, int64_t(256));
        QCOMPARE(b.tokensAtMost, int64_t(51200));
        QCOMPARE(b.updates, int64_t(8));
        QCOMPARE(b.perUpdate, int64_t(64));
        QCOMPARE(b.rows, int64_t(0));
        QCOMPARE(updatesOfRun(config), int64_t(1200));
        const QString words = QString::fromStdString(batchWords(config, 0));
        for (const char* part : { "16 prompts × 16 completions = 256 completions", "(51,200 in all)",
                 "8 updates on 64 each (every completion is used 2 times)",
                 "150 steps: 38,400 completions, 1,200 updates." })
            QVERIFY2(words.contains(part), qPrintable(words));
        QVERIFY(!words.contains("epoch"));
    }

    /// DAPO's groups are sampled anew until a batch varies: how often is known only as a range, and it is said as one.
    void dynamicSamplingIsARange()
    {
        RunConfig config;
        config.selection.dynamicSampling = true;
        config.selection.maxRounds = 4;
        config.algorithm.stepsPerGeneration = 1;
        config.general.maxSteps = 50;
        QCOMPARE(batchArithmetic(config, 0).rounds, int64_t(4));
        const QString words = QString::fromStdString(batchWords(config, 0));
        for (const char* part : { "1 to 4 rounds of them: 256 to 1,024 completions.", "One update on 256 of them;",
                 "50 steps: 12,800 to 51,200 completions, 50 updates." })
            QVERIFY2(words.contains(part), qPrintable(words));
        config.selection.maxRounds = 1;
        QVERIFY(QString::fromStdString(batchWords(config, 0)).contains("50 steps: 12,800 completions, 50 updates."));
    }

    void epochs()
    {
        RunConfig config;
        config.task.name = "dataset";
        config.general.maxSteps = 100;
        const BatchArithmetic b = batchArithmetic(config, 7473);
        QCOMPARE(b.rows, int64_t(16));
        QCOMPARE(b.epochSteps, int64_t(468)); // 467.06, the last one not full
        QVERIFY(std::abs(b.epochs - 1600.0 / 7473) < 1e-12);
        const QString words = QString::fromStdString(batchWords(config, 7473));
        QVERIFY2(words.contains("7,473: an epoch is 468 steps, the run is 0.21 epochs"), qPrintable(words));
        QVERIFY(QString::fromStdString(batchWords(config, 0)).contains("number of rows says"));
    }

    void rows()
    {
        RunConfig config = defaultConfig("sft");
        config.sft.batchSize = 8;
        config.general.maxSteps = 90;
        QCOMPARE(batchArithmetic(config, 360).epochs, 2.0);
        QVERIFY(QString::fromStdString(batchWords(config, 360))
                    .startsWith("An update: 8 rows. 90 steps: 720 rows read. The data set has 360: an epoch is 45"));
        config = defaultConfig("dpo");
        config.preference.batchSize = 64;
        QVERIFY(QString::fromStdString(batchWords(config, 0)).startsWith("An update: 64 pairs."));
        config = defaultConfig("kto");
        QVERIFY(QString::fromStdString(batchWords(config, 0)).contains("examples"));
    }

    void distillation()
    {
        RunConfig config = defaultConfig("distill");
        config.rollout.promptsPerStep = 16;
        config.rollout.numGenerations = 4;
        config.general.maxSteps = 30;
        QCOMPARE(batchArithmetic(config, 0).updates, int64_t(1)); // mini-batches are reinforcement learning's
        QVERIFY(QString::fromStdString(batchWords(config, 0)).contains("30 steps: 1,920 completions, 30 updates."));
    }
};

QTEST_GUILESS_MAIN(TestBatchArithmetic)
#include "tst_batch_arithmetic.moc"
