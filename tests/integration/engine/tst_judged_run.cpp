// Runs with a model that judges beside the policy: PRIME's, a process reward model that learns on, a reward model as a
// part of the reward. Each is killed and resumed to the same bits.

#include "core/store/learning_reader.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;

class TestJudgedRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(support::tinyRun(path("sampled"), 1,
            { "prompts_per_step=24", "num_generations=8", "max_completion_length=60", "learning_rate=0" }));
        QVERIFY2(o.status == 0, o.error.constData());
        for (const auto& [rows, objective] : { std::pair { "grades", "outcome" }, { "steps", "process" } }) {
            const QString file = path(QString(rows) + ".jsonl");
            const Outcome made = engine(
                { "export", path("sampled"), "--to", rows, "--per-group", "8", "--separator", ",", "--out", file });
            QVERIFY2(made.status == 0, made.error.constData());
            const Outcome trained = engine({ "train", rewardConfig(file), "--run-dir", path(objective), "--set",
                QString("objective=") + objective, "--set", "reward_model.separator=,", "--set", "threads=2" });
            QVERIFY2(trained.status == 0, trained.error.constData());
        }
    }

    void theSameAfterAKill_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("metrics");
        QTest::newRow("prime") << "kind=prime model_learning_rate=0.0003"
                               << "prime/loss prime/accuracy prime/reward prime/grad_norm";
        QTest::newRow("process") << "process.separator=, process.model=" + path("process")
                                 << "process/reward process/steps process/agreement";
        QTest::newRow("iterative")
            << "process.separator=, refresh_steps=2 refresh_learning_rate=0.001 replay_share=0.5 process.model="
                + path("process")
            << "process/reward process/refresh_loss process/refresh_accuracy";
        QTest::newRow("part") << "rewards.model=0.5 model_path=" + path("outcome")
                              << "rewards/model/mean rewards/model/std";
        QTest::newRow("expression") << "rewards.expression=1 expression_text=accuracy+0.1*model model_path="
                + path("outcome") << "rewards/expression/mean";
    }
    void theSameAfterAKill()
    {
        QFETCH(QString, settings);
        QFETCH(QString, metrics);
        const QString whole = path(QString::number(m_runs++)), cut = path(QString::number(m_runs++));
        const QStringList list = settings.split(' ') + QStringList { "max_completion_length=60", "num_generations=4" };
        const Outcome o = engine(support::tinyRun(whole, 5, list));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(whole.toStdString()));
        for (const QString& name : metrics.split(' ')) {
            const std::vector<SeriesPoint> series = orThrow(reader->series(name.toStdString()));
            QVERIFY2(!series.empty(), qPrintable(name));
            QVERIFY2(std::any_of(series.begin(), series.end(), [](const SeriesPoint& p) { return p.value != 0; }),
                qPrintable(name + " is always 0"));
        }
        const Outcome first = engine(support::tinyRun(cut, 5, list), {}, { "AHASCOPE_FAULT=commit:4" });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", cut });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray a = support::fingerprint(whole), b = support::fingerprint(cut);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
    }

    /// What is stored of the tokens adds up to the metric of the step.
    void rewardsOfTokensAreStored_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("kind");
        QTest::newRow("prime") << "kind=prime model_learning_rate=0.0003"
                               << "prime";
        QTest::newRow("process") << "process.separator=, process.model=" + path("process") << "process";
    }
    void rewardsOfTokensAreStored()
    {
        QFETCH(QString, settings);
        QFETCH(QString, kind);
        const QString run = path("tokens_" + kind);
        const Outcome o = engine(support::tinyRun(
            run, 1, settings.split(' ') + QStringList { "max_completion_length=60", "num_generations=4" }));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        const auto learning = orThrow(LearningReader::open(run.toStdString()));
        double sum = 0, steps = 0;
        int rows = 0;
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(1)))
            for (const CompletionRow& row : group.completions) {
                const std::optional<TokenRewards> rewards = orThrow(learning->tokenRewards(row.id));
                if (!rewards)
                    continue; // a completion without a step
                ++rows;
                QCOMPARE(rewards->kind, kind.toStdString());
                QCOMPARE(rewards->values.size(), orThrow(reader->completionText(row.id)).tokenIds.size());
                float before = -1;
                for (const float value : rewards->values) {
                    QVERIFY(std::isfinite(value));
                    if (kind == "prime")
                        sum += double(value);
                    else if (value != before) { // the tokens of a step share its p(good)
                        QVERIFY(value >= 0 && value <= 1);
                        sum += double(value);
                        ++steps;
                    }
                    before = value;
                }
            }
        QVERIFY(rows > 0);
        const double metric = orThrow(reader->series(kind.toStdString() + "/reward")).at(0).value,
                     stored = sum / (kind == "prime" ? rows : steps);
        QVERIFY2(std::abs(stored - metric) < 1e-6 + 1e-4 * std::abs(metric), // stored as float32
            qPrintable(QString("%1 stored, %2 reported").arg(stored).arg(metric)));
    }

    /// Each moves the weights in its own way.
    void itMattersWhoJudges()
    {
        QStringList prints;
        for (const QString& settings :
            { QString("num_generations=4"), "num_generations=4 process.separator=, process.model=" + path("process"),
                "num_generations=4 rewards.model=5 model_path=" + path("outcome"),
                QString("num_generations=4 kind=prime") }) {
            const QString run = path(QString::number(m_runs++));
            QCOMPARE(engine(support::tinyRun(run, 2, settings.split(' '))).status, 0);
            const auto reader = orThrow(RunReader::open(run.toStdString()));
            prints << QString::fromStdString(orThrow(reader->checkpoints()).back().sha256);
        }
        QCOMPARE(QSet<QString>(prints.begin(), prints.end()).size(), prints.size());
    }

    /// Prompts without an answer, judged by the reward model alone: no verdict, no share of right answers, and the
    /// reward is the model's.
    void openPrompts()
    {
        QFile rows(path("open.jsonl"));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        for (int i = 0; i < 20; ++i)
            rows.write(QStringLiteral("{\"question\":\"use 1 %1 %2 to make %3 :\"}\n")
                           .arg(2 + i % 7)
                           .arg(1 + i % 5)
                           .arg(4 + i % 9)
                           .toUtf8());
        rows.close();
        const QStringList settings { "task.name=dataset", "data.path=" + rows.fileName(), "data.verifier=none",
            "data.mapping=prompt=question", "data.eval_percent=10", "rewards.accuracy=0", "rewards.format=0",
            "rewards.model=1", "model_path=" + path("outcome"), "num_generations=4" };
        const Outcome o = engine(support::tinyRun(path("open"), 3, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(path("open").toStdString()));
        bool learns = false;
        for (int step = 1; step <= 3; ++step)
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step)))
                for (const CompletionRow& c : group.completions) {
                    QVERIFY(c.reward.has_value());
                    QCOMPARE(*c.reward, support::part(c, "model"));
                    QCOMPARE(c.verdict, std::string("unjudged"));
                    learns |= c.advantage != 0;
                }
        QVERIFY(learns);
        QVERIFY(orThrow(reader->evaluations()).empty()); // nothing is right or wrong
    }

    void saysWhatItCannotUse()
    {
        const auto code = [&](const QStringList& settings) {
            return engine(support::tinyRun(path(QString::number(m_runs++)), 1, settings)).code();
        };
        QCOMPARE(code({ "rewards.model=1" }), QByteArray("config_rule"));
        QCOMPARE(code({ "rewards.expression=1", "expression_text=model" }), QByteArray("reward_model_missing"));
        QCOMPARE(code({ "rewards.model=1", "model_path=" + path("process") }), QByteArray("model_head"));
        QCOMPARE(code({ "rewards.model=1", "model_path=resources/models/miniature" }), QByteArray("model_head"));
        QCOMPARE(code({ "process.model=" + path("outcome") }), QByteArray("model_head"));
        QCOMPARE(code({ "process.model=" + path("process"), "scale_rewards=none" }), QByteArray("config_rule"));
        QCOMPARE(code({ "kind=prime", "adapter.rank=2" }), QByteArray("config_rule"));
        QCOMPARE(code({ "kind=prime", "beta=0.1", "kl_placement=reward" }), QByteArray("config_rule"));
        // A model whose text is other tokens.
        const QString folder = path("other"), from = path("outcome") + "/checkpoints/step_000006/";
        QDir().mkpath(folder);
        for (const char* name : { "config.json", "model.safetensors" })
            QVERIFY(QFile::copy(from + name, folder + '/' + name));
        QVERIFY(QFile::copy(support::sourcePath("tests/fixtures/golden/tokenizers/spm_bpe/tokenizer.model"),
            folder + "/tokenizer.model"));
        QCOMPARE(code({ "rewards.model=1", "model_path=" + folder }), QByteArray("other_vocabulary"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString rewardConfig(const QString& rows) const
    {
        QFile config(path("reward.json"));
        if (config.open(QIODevice::WriteOnly))
            config.write(
                QStringLiteral(R"({"version": 1, "general": {"name": "r", "kind": "reward_model", "max_steps": 6},
                "model": {"path": "resources/models/miniature"}, "data": {"path": "%1", "eval_percent": 10, "max_examples": 64},
                "reward_model": {"batch_size": 64}, "optimizer": {"learning_rate": 0.0005, "schedule": "constant"},
                "eval": {"every_steps": 0}})")
                    .arg(rows)
                    .toUtf8());
        return config.fileName();
    }
    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestJudgedRun)
#include "tst_judged_run.moc"
