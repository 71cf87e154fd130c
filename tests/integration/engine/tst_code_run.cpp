// GRPO whose reward is a program's tests: a model that was taught one program, rows whose tests it passes, fails, or
// that cannot be judged. The sandbox runs what the model wrote; where the machine has none, the run says so.

#include "core/config/run_config.h"
#include "core/tasks/programs/code_judge.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <map>

using namespace aha;
using support::engine;
using support::Outcome;

namespace {

constexpr int kRows = 12; // by number modulo 3: passes, half passes, no readable tests

} // namespace

class TestCodeRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_folder.filePath("cache").toLocal8Bit());
        if (const auto pool = openSandboxPool(SandboxConfig()); !pool)
            QSKIP(("skipped: " + pool.error().sentence()).c_str());
        writeRows();
        const Outcome taught = engine({ "train", support::sourcePath("experiments/sft-smollm2/config.json"),
            "--run-dir", path("taught"), "--max-steps", "60", "--set", "model.path=" + qwen(), "--set",
            "data.path=" + path("answers.jsonl"), "--set", "data.eval_percent=0", "--set", "eval.every_steps=0",
            "--set", "adapter.rank=0", "--set", "optimizer.learning_rate=0.01", "--set", "threads=2", "--set",
            "checkpoint.every_steps=60", "--set", "sft.batch_size=12" });
        QVERIFY2(taught.status == 0, taught.error.constData());
        const Outcome o = engine(codeRun("whole"));
        QVERIFY2(o.status == 0, o.error.constData());
        m_steps = o.lines();
    }

    /// What the tests say, in training: all, some, none that can be read.
    void theTestsDecide()
    {
        const auto reader = orThrow(RunReader::open(path("whole").toStdString()));
        std::map<std::string, int> seen;
        for (int step = 1; step <= 3; ++step)
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step))) {
                const int kind = QString::fromStdString(group.prompt.text).section(' ', 1, 1).toInt() % 3;
                for (const CompletionRow& c : group.completions) {
                    if (c.verdict == "malformed")
                        continue; // it did not write the program
                    const std::string verdict = kind == 0 ? "correct" : kind == 1 ? "wrong" : "infra_error";
                    QVERIFY2(c.verdict == verdict,
                        (group.prompt.text + " | " + c.verdict + " " + c.reason + " | " + c.extracted).c_str());
                    ++seen[verdict];
                    QCOMPARE(c.correct, kind == 0);
                    if (kind == 1)
                        QCOMPARE(support::part(c, "code"), 0.5);
                    if (kind == 2) {
                        QVERIFY(!c.reward.has_value());
                        QCOMPARE(c.advantage, 0.0);
                    }
                }
            }
        for (const char* verdict : { "correct", "wrong", "infra_error" })
            QVERIFY2(seen[verdict] > 0, verdict);
    }

    /// More than one in twenty could not be judged: said in the run's log, with the reason.
    void theLogWarns()
    {
        const auto reader = orThrow(RunReader::open(path("whole").toStdString()));
        int warnings = 0;
        for (const LogRow& row : orThrow(reader->log(0, 1000)))
            if (row.level == "warning" && row.message.find("could not be judged (infra_error)") != std::string::npos) {
                QVERIFY(row.message.find("bad_item") != std::string::npos);
                ++warnings;
            }
        QVERIFY(warnings > 0);
        double share = 0;
        for (const SeriesPoint& point : orThrow(reader->series("completions/infra_error_share")))
            share = std::max(share, point.value);
        QVERIFY(share > 0.05 && share < 1);
    }

    void theSameAfterAKill()
    {
        const Outcome first = engine(codeRun("cut"), {}, { "AHASCOPE_FAULT=commit:2" });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", path("cut") });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QCOMPARE(support::fingerprint(path("cut")), support::fingerprint(path("whole")));
    }

    /// Without bubblewrap nothing that a model wrote is run, and nothing is scored as wrong.
    void withoutASandboxItDoesNotStart()
    {
        const Outcome o = engine(codeRun("none"), {}, { "PATH=" + path("empty") });
        QCOMPARE(o.code(), QByteArray("sandbox_unavailable"));
    }

private:
    void writeRows() const
    {
        QFile answers(path("answers.jsonl")), rows(path("rows.jsonl"));
        QVERIFY(answers.open(QIODevice::WriteOnly) && rows.open(QIODevice::WriteOnly));
        for (int i = 0; i < kRows; ++i) {
            const QString prompt = QStringLiteral("Task %1 : print a number.").arg(i);
            answers.write(QStringLiteral("{\"prompt\":\"%1\",\"completion\":\"<think> </think> "
                                         "<answer>\\n```python\\nprint(7)\\n```\\n</answer>\"}\n")
                              .arg(prompt)
                              .toUtf8());
            const char* tests[] = { R"({"inputs":["","1\n"],"outputs":["7\n","7\n"]})",
                R"({"inputs":["","1\n"],"outputs":["7\n","8\n"]})", R"({"inputs":7})" };
            rows.write(QStringLiteral("{\"question\":\"%1\",\"tests\":%2}\n")
                           .arg(prompt, QLatin1String(tests[i % 3]))
                           .toUtf8());
        }
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    static QString qwen() { return support::sourcePath("tests/fixtures/golden/models/qwen2"); }
    QStringList codeRun(const QString& name) const
    {
        return support::tinyRun(path(name), 3,
            { "task.name=dataset", "data.path=" + path("rows.jsonl"), "data.mapping=prompt=question, gold=tests",
                "data.verifier=code", "data.eval_percent=10", "rewards.code=1", "prompt.style=text",
                "prompts_per_step=8", "model.path=" + path("taught/checkpoints/step_000060"),
                "max_completion_length=100" });
    }
    QTemporaryDir m_folder;
    std::vector<nlohmann::json> m_steps;
};

QTEST_GUILESS_MAIN(TestCodeRun)
#include "tst_code_run.moc"
