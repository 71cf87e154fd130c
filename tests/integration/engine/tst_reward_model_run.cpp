// From a run's completions to reward models of every kind, killed and resumed, and to files that load again.

#include "tests/support/engine_process.h"

#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

class TestRewardModelRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(support::tinyRun(path("sampled"), 1,
            { "prompts_per_step=24", "num_generations=6", "max_completion_length=80", "learning_rate=0" }));
        QVERIFY2(o.status == 0, o.error.constData());
        for (const char* kind : { "pairs", "grades", "steps" }) {
            const Outcome made = engine({ "export", path("sampled"), "--to", kind, "--per-group", "8", "--separator",
                ",", "--out", path(QString(kind) + ".jsonl") });
            QVERIFY2(made.status == 0, made.error.constData());
        }
        // The same pairs with a margin each.
        QFile with(path("margins.jsonl"));
        QVERIFY(with.open(QIODevice::WriteOnly));
        for (nlohmann::json row : rows("pairs.jsonl")) {
            row["margin"] = 2.0;
            with.write(QByteArray::fromStdString(row.dump()) + '\n');
        }
    }

    void rowsAreWhatTheVerifierSaid()
    {
        const auto reader = orThrow(RunReader::open(path("sampled").toStdString()));
        std::map<std::pair<std::string, std::string>, bool> right;
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(1)))
            for (const CompletionRow& completion : group.completions)
                right[{ group.prompt.text, orThrow(reader->completionText(completion.id)).text }] = completion.correct;
        const std::vector<nlohmann::json> grades = rows("grades.jsonl"), steps = rows("steps.jsonl");
        QCOMPARE(grades.size(), right.size());
        int good = 0;
        for (const nlohmann::json& row : grades) {
            QCOMPARE(row["label"].get<bool>(), right.at({ row["prompt"], row["completion"] }));
            good += row["label"].get<bool>();
        }
        QVERIFY(good > 0 && good < int(grades.size()));
        size_t several = 0;
        for (const nlohmann::json& row : steps) {
            QCOMPARE(row["completions"].size(), row["labels"].size());
            several += row["labels"].size() > 1;
            for (size_t i = 1; i < row["labels"].size(); ++i)
                QCOMPARE(row["labels"][i], row["labels"][0]);
            for (const std::string step : row["completions"])
                QVERIFY(step.find(',') == std::string::npos);
        }
        QVERIFY(several > 0);
    }

    void learns_data()
    {
        QTest::addColumn<QString>("rows");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("architecture");
        const QString sequence = "LlamaForSequenceClassification", tokens = "LlamaForTokenClassification";
        QTest::newRow("pairs") << "pairs"
                               << "objective=pairwise" << sequence;
        QTest::newRow("margins") << "margins"
                                 << "margin=true centering=0.01" << sequence;
        QTest::newRow("grades") << "grades"
                                << "objective=outcome" << sequence;
        QTest::newRow("grades of pairs") << "pairs"
                                         << "objective=outcome" << sequence;
        QTest::newRow("steps") << "steps"
                               << "objective=process separator=," << tokens;
        QTest::newRow("last steps") << "steps"
                                    << "objective=process separator=, last_step_only=true" << tokens;
    }
    void learns()
    {
        QFETCH(QString, rows);
        QFETCH(QString, settings);
        QFETCH(QString, architecture);
        const QString whole = path(QString::number(m_runs++)), cut = path(QString::number(m_runs++));
        const Outcome o = engine(rewardRun(whole, rows, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(whole.toStdString()));
        const std::vector<SeriesPoint> loss = orThrow(reader->series("loss")),
                                       held = orThrow(reader->series("eval_accuracy")),
                                       low = orThrow(reader->series("eval_accuracy/low")),
                                       high = orThrow(reader->series("eval_accuracy/high"));
        QCOMPARE(loss.size(), size_t(8));
        QVERIFY2(loss.back().value < loss.front().value, "the loss did not fall on the same rows");
        QCOMPARE(held.front().step, int64_t(0));
        QCOMPARE(held.back().step, int64_t(8));
        QVERIFY(low.back().value < held.back().value + 1e-9 && held.back().value < high.back().value + 1e-9);
        QVERIFY(orThrow(reader->series("eval_samples")).back().value >= 4);
        QCOMPARE(
            !orThrow(reader->series("margin")).empty(), settings.contains("outcome") || rows == "steps" ? false : true);

        const QString folder = whole + "/checkpoints/step_000008";
        QFile config(folder + "/config.json");
        QVERIFY(config.open(QIODevice::ReadOnly));
        QVERIFY2(config.readAll().contains(architecture.toUtf8()), "another architecture");

        if (rows != "margins" && settings != "objective=process separator=," && !support::everyRow())
            return; // the head and its optimizer are the same
        const Outcome first = engine(rewardRun(cut, rows, settings), {}, { "AHASCOPE_FAULT=commit:5" });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", cut });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray a = support::fingerprint(whole), b = support::fingerprint(cut);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());

        // It learns on from there, and its first loss is that of a model that has learned.
        const QString again = path(QString::number(m_runs++));
        const Outcome on = engine(rewardRun(again, rows, settings) + QStringList { "--set", "model.path=" + folder });
        QVERIFY2(on.status == 0, on.error.constData());
        const auto second = orThrow(RunReader::open(again.toStdString()));
        QVERIFY(orThrow(second->series("loss")).front().value < loss.front().value);
        QCOMPARE(orThrow(second->series("eval_accuracy")).front().value, held.back().value);
    }

    void theMarginCounts()
    {
        const auto firstLoss = [this](const QString& settings) {
            const QString run = path(QString::number(m_runs++));
            const Outcome o = engine(rewardRun(run, "margins", settings + " max_steps=1"));
            return o.status == 0 ? orThrow(orThrow(RunReader::open(run.toStdString()))->series("loss")).front().value
                                 : std::nan("");
        };
        QVERIFY(firstLoss("margin=true") > firstLoss("margin=false") + 1);
    }

    void saysWhatItCannotUse()
    {
        QCOMPARE(
            engine(rewardRun(path("bad"), "grades", "objective=pairwise")).code(), QByteArray("layout_unsuitable"));
        QCOMPARE(engine(rewardRun(path("bad2"), "pairs", "margin=true")).code(), QByteArray("reward_margin"));
        QCOMPARE(engine(rewardRun(path("bad3"), "pairs", "adapter.rank=2")).code(), QByteArray("config_rule"));
        QCOMPARE(
            engine(rewardRun(path("bad4"), "steps", "objective=process separator=")).code(), QByteArray("config_rule"));
        const QString steps = path("steps_model");
        QCOMPARE(engine(rewardRun(steps, "steps", "objective=process separator=, max_steps=1")).status, 0);
        const QString model = "model.path=" + steps + "/checkpoints/step_000001";
        QCOMPARE(engine(rewardRun(path("bad5"), "pairs", model)).code(), QByteArray("model_head"));
        QCOMPARE(engine(support::tinyRun(path("bad6"), 1, { model })).code(), QByteArray("model_head"));
        QCOMPARE(engine({ "generate", "--model", steps + "/checkpoints/step_000001" }, R"({"prompt": "1"})").code(),
            QByteArray("model_head"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    std::vector<nlohmann::json> rows(const QString& name) const
    {
        QFile file(path(name));
        std::vector<nlohmann::json> all;
        if (file.open(QIODevice::ReadOnly))
            for (const QByteArray& line : file.readAll().split('\n'))
                if (!line.isEmpty())
                    all.push_back(nlohmann::json::parse(line.toStdString()));
        return all;
    }
    /// Every step trains on all rows.
    QStringList rewardRun(const QString& run, const QString& rows, const QString& settings) const
    {
        QFile config(path("reward.json"));
        if (config.open(QIODevice::WriteOnly))
            config.write(
                QStringLiteral(R"({"version": 1, "general": {"name": "r", "kind": "reward_model", "max_steps": 8},
                "model": {"path": "resources/models/miniature"}, "data": {"path": "%1", "eval_percent": 25, "max_examples": 48},
                "reward_model": {"batch_size": 4096}, "optimizer": {"learning_rate": 0.0005, "schedule": "constant"},
                "eval": {"every_steps": 4}, "checkpoint": {"every_steps": 2}})")
                    .arg(path(rows + ".jsonl"))
                    .toUtf8());
        config.close();
        QStringList arguments { "train", config.fileName(), "--run-dir", run, "--set", "threads=2" };
        for (const QString& setting : settings.split(' '))
            arguments << "--set" << setting;
        return arguments;
    }
    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestRewardModelRun)
#include "tst_reward_model_run.moc"
