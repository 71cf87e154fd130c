// GRPO on rows of a file: their prompts are sampled, their answers judge, held-out rows evaluate, and a run that goes
// on must find the rows it began with.

#include "core/store/run_reader.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <set>

using namespace aha;
using support::engine;
using support::Outcome;

class TestDataRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        writeRows(20);
        const Outcome o = engine(dataRun("whole"));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void rowsAreTheProblems()
    {
        const auto reader = orThrow(RunReader::open(path("whole").toStdString()));
        std::set<std::string> prompts;
        for (int step = 1; step <= 4; ++step)
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step))) {
                prompts.insert(group.prompt.text);
                QVERIFY(QString::fromStdString(group.prompt.text).startsWith("use 1 "));
                for (const CompletionRow& completion : group.completions)
                    QVERIFY(completion.verdict == "correct" || completion.verdict == "wrong"
                        || completion.verdict == "malformed");
            }
        QVERIFY(prompts.size() > 4); // of 8 drawn
        const EvaluationRow last = orThrow(reader->evaluations()).back();
        QCOMPARE(last.task, std::string("dataset"));
        QCOMPARE(last.problems, 2); // a tenth is held out
    }

    void resumesBitIdentically()
    {
        const Outcome first = engine(dataRun("cut"), {}, { "AHASCOPE_FAULT=training:9" });
        QVERIFY(first.status == -1);
        const Outcome rest = engine({ "resume", path("cut") });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QCOMPARE(support::fingerprint(path("cut")), support::fingerprint(path("whole")));
    }

    void evalTakesTheRunsOwnTask()
    {
        const Outcome o = engine({ "eval", path("whole"), "--problems", "2", "--k", "1" });
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(o.lines()[0]["task"], nlohmann::json("dataset"));
        QCOMPARE(o.lines()[0]["n"], nlohmann::json(2));
    }

    void otherRowsStopAResume()
    {
        const Outcome first = engine(dataRun("changed"), {}, { "AHASCOPE_FAULT=training:9" });
        QVERIFY(first.status == -1);
        writeRows(21);
        QCOMPARE(engine({ "resume", path("changed") }).code(), QByteArray("source_changed"));
        writeRows(20);
        QCOMPARE(engine({ "resume", path("changed") }).status, 0);
    }

    void rulesAreSaid()
    {
        QCOMPARE(engine(support::tinyRun(path("a"), 1, { "task.name=dataset" })).code(), QByteArray("config_rule"));
        QCOMPARE(engine(support::tinyRun(path("b"), 1, { "data.path=" + path("rows.jsonl") })).code(),
            QByteArray("config_rule"));
        QCOMPARE(
            engine(support::tinyRun(path("c"), 1, { "task.name=dataset", "data.path=" + path("none.jsonl") })).code(),
            QByteArray("file_missing"));
    }

private:
    void writeRows(int count) const
    {
        QFile file(path("rows.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < count; ++i) {
            const int a = 2 + i % 7, b = 1 + i % 5;
            file.write(QStringLiteral(
                "{\"question\":\"use 1 %1 %2 to make %3 :\",\"truth\":{\"numbers\":[1,%1,%2],\"target\":%3}}\n")
                           .arg(a)
                           .arg(b)
                           .arg(1 + a + b)
                           .toUtf8());
        }
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList dataRun(const QString& name) const
    {
        return support::tinyRun(path(name), 4,
            { "task.name=dataset", "data.path=" + path("rows.jsonl"), "data.mapping=prompt=question, gold=truth",
                "data.eval_percent=10" });
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDataRun)
#include "tst_data_run.moc"
