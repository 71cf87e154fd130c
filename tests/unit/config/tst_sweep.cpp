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
        QTest::newRow("open quotation mark") << "data.mapping=\"a"
                                             << "sweep_axis";
        QTest::newRow("text behind a quotation mark") << "data.mapping=\"a\"b"
                                                      << "sweep_axis";
        QTest::newRow("no kind") << "general.kind=grpo,gpro"
                                 << "config_choice";
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
    /// An axis that is written, as into the session of the window, is read as the same one, with the same values.
    void rangesKeepTheirDigits()
    {
        for (const char* text :
            { "general.seed=20240101..20240105", "general.seed=1234567..2345678 x3", "general.seed=1..1000000 log x3",
                "optimizer.learning_rate=1.0000001e-5..1.0000009e-5 x3", "rollout.temperature=0.1..1.2345678901 x4" }) {
            const SweepAxis axis = orThrow(parseSweepAxis(text)), again = orThrow(parseSweepAxis(toText(axis)));
            QVERIFY2(again.low == axis.low && again.high == axis.high, text); // QCOMPARE takes close numbers for equal
            QCOMPARE(again.count, axis.count);
            QCOMPARE(orThrow(gridValues(again)), orThrow(gridValues(axis)));
        }
        QCOMPARE(toText(orThrow(parseSweepAxis("seed=1000000..20240105 x3"))),
            std::string("general.seed=1000000..20240105 x3"));
        const SweepAxis narrow = orThrow(parseSweepAxis("optimizer.learning_rate=1.0000001e-5..1.0000009e-5 x3"));
        QCOMPARE(orThrow(gridValues(narrow)),
            (std::vector<std::string> { "1.0000001e-05", "1.0000005e-05", "1.0000009e-05" }));
        QCOMPARE(orThrow(sweepPoints(RunConfig {}, { "n", { narrow }, 20, 0 })).size(), size_t(20));
        QCOMPARE(orThrow(gridValues(orThrow(parseSweepAxis("rollout.temperature=0.7..0.9 x4")))),
            (std::vector<std::string> { "0.7", "0.766667", "0.833333", "0.9" })); // short where that tells them apart
    }
    /// Texts with commas, line ends and quotation marks, and the empty one, which is how a setting has no value.
    void anyTextIsAValue()
    {
        const SweepAxis axis = orThrow(parseSweepAxis(
            "data.mapping=alpaca, \"prompt=question, gold=answer\" , \"\",\"{\\\"a\\\": 1}\",\" x\",a\"b"));
        const std::vector<std::string> values { "alpaca", "prompt=question, gold=answer", "", "{\"a\": 1}", " x",
            "a\"b" };
        QCOMPARE(axis.values, values);
        QCOMPARE(orThrow(parseSweepAxis(toText(axis))).values, values);
        const SweepAxis ends = orThrow(parseSweepAxis("process.separator=\"\\n\",\"\\n\\n\",\"\\\\boxed\""));
        QCOMPARE(ends.values, (std::vector<std::string> { "\n", "\n\n", "\\boxed" }));
        QCOMPARE(orThrow(parseSweepAxis(toText(ends))).values, ends.values);
        QCOMPARE(orThrow(parseSweepAxis("rollout.temperature=0.5,5e-1,0.50")).values.size(), size_t(1));
    }

    /// Every field of the table but the name: it is read, survives the session's text, and every value comes to a run
    /// or is left out with a reason.
    void everyFieldVaries_data()
    {
        QTest::addColumn<QString>("path");
        RunConfig config;
        for (const Field& field : fields(config))
            QTest::newRow(field.info.path().c_str()) << QString::fromStdString(field.info.path());
    }
    void everyFieldVaries()
    {
        QFETCH(QString, path);
        RunConfig base;
        SweepAxis axis;
        axis.path = path.toStdString();
        std::string kind;
        for (const Field& field : fields(base)) {
            if (field.info.path() != axis.path)
                continue;
            axis.values.push_back(field.toText());
            if (std::holds_alternative<bool*>(field.value)) {
                axis.values.push_back(field.toText() == "true" ? "false" : "true");
            } else if (!field.info.choices.empty()) {
                axis.values.push_back(field.info.choices[field.info.choices[0] == axis.values[0] ? 1 : 0]);
            } else if (std::holds_alternative<std::string*>(field.value)) {
                axis.values.push_back("one, two");
            } else {
                const double low = std::isfinite(field.info.low) ? field.info.low : 1;
                axis.values.push_back(QString::number(low, 'g', 15).toStdString());
            }
            for (const char* candidate :
                { "grpo", "ppo", "prime", "mirror_descent", "sft", "dpo", "kto", "cpo", "distill", "reward_model" })
                if (kind.empty() && readsField(candidate, field.info))
                    kind = candidate;
        }
        QVERIFY2(!kind.empty(), "no kind reads it");
        const auto parsed = parseSweepAxis(toText(axis));
        if (path == "general.name") {
            QVERIFY(!parsed);
            return;
        }
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(parsed->path, axis.path);
        QCOMPARE(toText(*parsed), toText(orThrow(parseSweepAxis(toText(*parsed)))));
        const SweepPlan plan = orThrow(planSweep(asKind(base, kind), { "s", { *parsed }, 0, 0 }));
        QCOMPARE(plan.points.size() + plan.leftOut.size(), parsed->values.size());
        for (const SweepPoint& point : plan.points) {
            RunConfig config = point.config;
            for (const Field& field : fields(config))
                if (field.info.path() == axis.path) {
                    RunConfig given;
                    for (Field& wanted : fields(given))
                        if (wanted.info.path() == axis.path) {
                            orThrow(wanted.fromText(point.settings[0].second));
                            QCOMPARE(field.toText(), wanted.toText());
                        }
                }
        }
        for (const LeftOutPoint& point : plan.leftOut) {
            QVERIFY(point.error.sentence().size() > 15);
            QVERIFY(QString::fromStdString(point.withSettings().message).startsWith("With " + path + " = "));
        }
    }

    void kindsVary()
    {
        RunConfig base;
        base.optimizer.learningRate = 3e-5; // a person's own: every kind has it
        base.task.name = "dataset";
        base.data.path = "rows.jsonl";
        base.rewards.format = 0.3; // fine-tuning has no rewards: it is no contradiction, nobody asked for it there
        // The kind comes first, wherever it stands: its defaults do not take the place of what varies.
        const SweepPlan plan = orThrow(planSweep(base,
            { "k",
                { orThrow(parseSweepAxis("optimizer.schedule=constant,cosine")),
                    orThrow(parseSweepAxis("general.kind=grpo,sft,distill")) },
                0, 0 }));
        QCOMPARE(plan.points.size(), size_t(4));
        QCOMPARE(plan.leftOut.size(), size_t(2)); // nobody teaches
        QCOMPARE(
            plan.leftOut[0].error.message, std::string("Distillation needs a teacher, and distill.teacher is empty."));
        QCOMPARE(plan.points[1].config.general.kind, std::string("sft"));
        QCOMPARE(plan.points[1].config.optimizer.schedule, std::string("constant")); // sft's default is linear
        QCOMPARE(plan.points[1].config.optimizer.learningRate, 3e-5);
        QCOMPARE(plan.points[1].config.optimizer.beta2, 0.999); // sft's default
        QCOMPARE(plan.points[1].config.rewards.format, 0.1);
        QCOMPARE(plan.points[1].config.task.name, std::string("countdown"));
        QCOMPARE(plan.points[0].config.rewards.format, 0.3);
        QCOMPARE(plan.points[3].config.general.name, std::string("k#4")); // counted without those left out
    }

    void kindsAndSettingsThatContradict()
    {
        const Sweep sweep { "k",
            { orThrow(parseSweepAxis("general.kind=grpo,rloo")),
                orThrow(parseSweepAxis("algorithm.loss_type=grpo,dapo")) },
            0, 0 };
        const SweepPlan plan = orThrow(planSweep(RunConfig {}, sweep));
        QCOMPARE(plan.points.size(), size_t(3));
        QCOMPARE(plan.leftOut.size(), size_t(1));
        const Error error = plan.leftOut[0].withSettings();
        QCOMPARE(error.message,
            std::string(
                "With general.kind = rloo, algorithm.loss_type = dapo: algorithm.loss_type is dapo, but rloo does "
                "not use it."));
        QVERIFY(!error.hint.empty());
        QCOMPARE(sweepPoints(RunConfig {}, sweep).error().message, error.message); // all or none
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
    void plansCanBeStopped()
    {
        std::stop_source stop;
        const Sweep sweep { "s", { orThrow(parseSweepAxis("seed=0..9")) }, 0, 0 };
        QCOMPARE(orThrow(planSweep(RunConfig {}, sweep, stop.get_token())).points.size(), size_t(10));
        stop.request_stop();
        QCOMPARE(planSweep(RunConfig {}, sweep, stop.get_token()).error().code, std::string("cancelled"));
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
