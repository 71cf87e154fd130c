// Fine-tuning from outside: a run that learns held-out rows, killed and resumed to the bit, and what it refuses.

#include "core/base/files.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;

class TestSftRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_folder.filePath("cache").toLocal8Bit());
        m_whole = engine(sftRun("whole"));
        QVERIFY2(m_whole.status == 0, m_whole.error.constData());
    }

    void learns()
    {
        const std::vector<nlohmann::json> lines = m_whole.lines();
        QCOMPARE(lines.size(), size_t(kSteps + 1)); // step 0 is the evaluation before training
        const nlohmann::json &first = lines.front(), &last = lines.back();
        QCOMPARE(first["step"].get<int>(), 0);
        QCOMPARE(first["eval_samples"].get<double>(), 12.0);
        QCOMPARE(last["eval_num_tokens"], first["eval_num_tokens"]);
        QVERIFY(last["eval_loss"].get<double>() < first["eval_loss"].get<double>() - 0.02);
        for (const nlohmann::json* line : { &first, &last })
            QVERIFY((*line)["eval_mean_token_accuracy"] > 0.5 && (*line)["eval_mean_token_accuracy"] < 1);
        for (const char* name :
            { "loss", "mean_token_accuracy", "entropy", "num_tokens", "grad_norm", "learning_rate", "epoch" }) {
            QVERIFY2(std::isfinite(last[name].get<double>()), name);
            QVERIFY2(!first.contains(name), name);
        }
        QVERIFY(!last.contains("reward") && !lines[1].contains("eval_loss") && lines[4].contains("eval_loss"));
        QVERIFY(last["num_tokens"].get<double>() > lines[1]["num_tokens"].get<double>());
    }

    /// What the verb shows is what the run trains on.
    void showsTheBatch()
    {
        for (const int step : { 1, 3 }) {
            QStringList arguments = sftRun("none");
            arguments[0] = "batch";
            arguments.remove(2, 4); // --run-dir and --max-steps
            const Outcome o = engine(arguments + QStringList { "--step", QString::number(step) });
            QVERIFY2(o.status == 0, o.error.constData());
            const nlohmann::json batch = o.lines()[0];
            const auto before = step == 1 ? 0.0 : m_whole.lines()[size_t(step) - 1]["num_tokens"].get<double>();
            QCOMPARE(batch["tokens"].get<double>(), m_whole.lines()[size_t(step)]["num_tokens"].get<double>() - before);
            QCOMPARE(batch["epoch"], m_whole.lines()[size_t(step)]["epoch"]);
            int64_t trained = 0;
            for (const nlohmann::json& document : batch["documents"]) {
                QCOMPARE(document["ids"].size(), document["trained"].size());
                QVERIFY(document["trained"][0] == 0 && document["path"].get<std::string>().ends_with("traces.jsonl"));
                for (const nlohmann::json& one : document["trained"])
                    trained += one.get<int>();
            }
            QVERIFY(trained > 0 && trained == batch["trained_tokens"] && trained < batch["tokens"]);
        }
        QCOMPARE(engine({ "batch", support::sourcePath("experiments/r1-zero-miniature/config.json") }).code(),
            QByteArray("config_rule"));
    }

    void recordsWhatItSaw()
    {
        const auto reader = orThrow(RunReader::open(path("whole").toStdString()));
        const RunSummary summary = orThrow(reader->summary());
        QCOMPARE(summary.completions, int64_t(4 * 2)); // two examples at steps 0, 4, 8, 9
        bool data = false;
        for (const MarkerRow& marker : orThrow(reader->markers()))
            data = data || (marker.kind == "data" && marker.dataJson.find("traces.jsonl") != std::string::npos);
        QVERIFY(data);
        QVERIFY(QFileInfo::exists(path("whole") + "/checkpoints/step_000009/model.safetensors"));
    }

    void resumesBitIdentically_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::newRow("in training") << "training:14";
        QTest::newRow("in an evaluation") << "evaluating:5";
        QTest::newRow("before a commit") << "commit:7";
    }
    void resumesBitIdentically()
    {
        QFETCH(QString, fault);
        const QString name = QString(QTest::currentDataTag()).replace(' ', '-');
        QCOMPARE(engine(sftRun(name), {}, { "AHASCOPE_FAULT=" + fault }).status, -1);
        const Outcome rest = engine({ "resume", path(name) });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray got = support::fingerprint(path(name)), want = support::fingerprint(path("whole"));
        QVERIFY2(got == want, support::firstDifference(got, want).constData());
    }

    void theDataMustStay()
    {
        const QString file = m_folder.filePath("rows.jsonl");
        const auto write = [&](int rows) {
            std::string text;
            for (int i = 0; i < rows; ++i)
                text += "{\"prompt\":\"use 1 2 3 to make " + std::to_string(i)
                    + " :\",\"completion\":\" <think> 1 + 2 = 3 yes </think>\"}\n";
            orThrow(writeFileAtomically(file.toStdString(), text));
        };
        write(20);
        const QStringList arguments = sftRun("moved", { "data.path=" + file });
        QCOMPARE(engine(arguments, {}, { "AHASCOPE_FAULT=commit:4" }).status, -1);
        write(21);
        const Outcome rest = engine({ "resume", path("moved") });
        QVERIFY(rest.status != 0);
        QCOMPARE(rest.code(), QByteArray("source_changed"));
    }

    /// With a verifier named a run also answers held-out problems of a task; nothing else of it changes.
    void solvesHeldOutProblems()
    {
        const QStringList solving { "data.verifier=task", "final_problems=12", "final_samples=2" };
        const auto plain = orThrow(RunReader::open(path("whole").toStdString()));
        QVERIFY(orThrow(plain->evaluations()).empty());
        const Outcome o = engine(sftRun("solving", solving));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(path("solving").toStdString()));
        const std::vector<EvaluationRow> rows = orThrow(reader->evaluations());
        std::vector<int64_t> steps;
        for (const EvaluationRow& row : rows) {
            steps.push_back(row.step);
            QCOMPARE(row.task, std::string("countdown"));
            QCOMPARE(row.problems, 12);
            QCOMPARE(row.samples, row.step == 0 || row.step == kSteps ? 2 : 1);
            QVERIFY(row.pass1Low <= row.pass1 + 1e-9 && row.pass1 <= row.pass1High + 1e-9);
            QVERIFY(row.samples > 1 || row.pass1High > row.pass1Low);
            const auto problems = orThrow(reader->evaluationProblems(row.id));
            QCOMPARE(problems.size(), size_t(12));
            QVERIFY(problems[0].prompt.itemJson.find("target") != std::string::npos && !problems[0].example.empty());
            for (int64_t p = 0; p < int64_t(problems.size());
                 ++p) { // what was drawn is there, and says what was counted
                const std::vector<CompletionRow> samples = orThrow(reader->evaluationSamples(row.id, p));
                QCOMPARE(int(samples.size()), row.samples);
                int right = 0;
                for (const CompletionRow& sample : samples) {
                    right += sample.correct;
                    const CompletionRow whole = orThrow(reader->evaluationSample(row.id, p, sample.position));
                    QVERIFY(!whole.verdict.empty() && whole.tokens > 0);
                    QVERIFY(sample.position > 0 || whole.text == problems[size_t(p)].example);
                }
                QCOMPARE(right, problems[size_t(p)].correct);
            }
        }
        QCOMPARE(steps, (std::vector<int64_t> { 0, 4, 8, kSteps }));
        for (const char* name : { "loss", "eval_loss", "grad_norm" }) { // the training is the same, bit for bit
            const auto with = orThrow(reader->series(name)), without = orThrow(plain->series(name));
            QCOMPARE(with.size(), without.size());
            for (size_t i = 0; i < with.size(); ++i)
                QCOMPARE(with[i].value, without[i].value);
        }
        // The same weights and problems as a run of reinforcement learning at its step 0: the same pass@1.
        const Outcome rl = engine(support::tinyRun(path("rl"), 1,
            { "eval.problems=12", "final_problems=12", "max_completion_length=16", "final_samples=2", "seed=0" }));
        QVERIFY2(rl.status == 0, rl.error.constData());
        const auto same = orThrow(RunReader::open(path("rl").toStdString()));
        const EvaluationRow first = orThrow(same->evaluations()).front();
        QCOMPARE(rows.front().pass1, first.pass1);
        const auto mine = orThrow(reader->evaluationProblems(rows.front().id)),
                   theirs = orThrow(same->evaluationProblems(first.id));
        for (size_t i = 0; i < mine.size(); ++i)
            QCOMPARE(mine[i].example, theirs[i].example);

        QCOMPARE(engine(sftRun("solving-cut", solving), {}, { "AHASCOPE_FAULT=evaluating:9" }).status, -1);
        QCOMPARE(engine({ "resume", path("solving-cut") }).status, 0);
        const QByteArray got = support::fingerprint(path("solving-cut")), want = support::fingerprint(path("solving"));
        QVERIFY2(got == want, support::firstDifference(got, want).constData());
    }

    /// The data set's own held-out rows are problems, too, where they say what is right.
    void solvesItsOwnHeldOutRows()
    {
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += "{\"prompt\":\"use 1 2 to make " + std::to_string(i)
                + " :\",\"completion\":\" <answer> 3 </answer>\",\"answer\":\"3\"}\n";
        const QString file = m_folder.filePath("answers.jsonl");
        orThrow(writeFileAtomically(file.toStdString(), text));
        const Outcome o = engine(sftRun("own",
            { "data.verifier=exact", "final_problems=12", "final_samples=1", "data.path=" + file,
                "data.eval_percent=20", "data.mapping=prompt=prompt, completion=completion, gold=answer" }));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(path("own").toStdString()));
        const std::vector<EvaluationRow> rows = orThrow(reader->evaluations());
        QCOMPARE(rows.size(), size_t(4));
        QCOMPARE(rows.front().task, std::string("dataset"));
        QCOMPARE(rows.front().problems, 8);

        // A checkpoint that nothing was asked of, afterwards; a run without a verifier has nothing to ask.
        const Outcome later = engine({ "eval", path("own"), "--step", "6", "--store" });
        QVERIFY2(later.status == 0, later.error.constData());
        const std::vector<EvaluationRow> more = orThrow(reader->evaluations());
        QCOMPARE(more.size(), size_t(5));
        QCOMPARE(more[2].step, int64_t(6));
        QCOMPARE(more[2].task, std::string("dataset"));
        QCOMPARE(more[2].problems, 8);
        QCOMPARE(engine({ "eval", path("whole"), "--step", "6", "--store" }).code(), QByteArray("held_out_none"));
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no such file") << QStringList { "data.path=nowhere.jsonl" } << QByteArray("file_missing");
        QTest::newRow("no chat template") << QStringList { "data.as_chat=true" } << QByteArray("template_missing");
        QTest::newRow("no marks") << QStringList { "loss_on=assistant" } << QByteArray("template_no_generation");
        QTest::newRow("no data") << QStringList { "data.path=" } << QByteArray("config_rule");
        QTest::newRow("of another stage") << QStringList { "algorithm.beta=0.1" } << QByteArray("config_rule");
        QTest::newRow("problems that cannot be")
            << QStringList { "data.verifier=task", "target_min=99", "target_max=5" } << QByteArray("config_rule");
        QTest::newRow("too short") << QStringList { "max_length=3" } << QByteArray("sft_nothing_trained");
    }
    void refusals()
    {
        QFETCH(QStringList, settings);
        QFETCH(QByteArray, code);
        const Outcome o
            = engine(sftRun("refused-" + QString::number(QRandomGenerator::global()->generate()), settings));
        QVERIFY(o.status != 0);
        QCOMPARE(o.code(), code);
    }

private:
    static constexpr int kSteps = 9;
    QString path(const QString& name) const { return m_folder.filePath(name); }
    /// Evaluations at 0, 4, 8, 9; checkpoints at 0, 3, 6, 9.
    QStringList sftRun(const QString& name, const QStringList& settings = {}) const
    {
        QStringList arguments { "train", support::sourcePath("experiments/sft-smollm2/presets/miniature.json"),
            "--run-dir", path(name), "--max-steps", QString::number(kSteps) };
        const QStringList tiny { "max_completion_length=16", "eval.problems=12", "eval.every_steps=4",
            "checkpoint.every_steps=3", "threads=2", "eval_completions=2", "learning_rate=0.001", "warmup_steps=1",
            "training.tokens_per_pass=128", "data.verifier=auto", "final_problems=512", "final_samples=16" };
        for (const QString& setting : tiny + settings)
            arguments << "--set" << setting;
        return arguments;
    }
    QTemporaryDir m_folder;
    Outcome m_whole;
};

QTEST_GUILESS_MAIN(TestSftRun)
#include "tst_sft_run.moc"
