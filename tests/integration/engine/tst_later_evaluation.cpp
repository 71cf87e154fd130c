// A checkpoint that is evaluated after the fact comes out as it would have while training, and the run keeps it: of a
// run that has ended, and of one that trains meanwhile.

#include "tests/support/engine_process.h"

#include <QtTest>

#include <algorithm>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

namespace {

std::vector<EvaluationRow> evaluations(const QString& run)
{
    return orThrow(orThrow(RunReader::open(run.toStdString()))->evaluations());
}

std::vector<int64_t> evaluatedSteps(const QString& run)
{
    std::vector<int64_t> steps;
    for (const EvaluationRow& e : evaluations(run))
        steps.push_back(e.step);
    return steps;
}

/// The evaluation of a step, problem by problem.
QByteArray outcomesAt(const QString& run, int64_t step)
{
    QByteArray text;
    const auto reader = orThrow(RunReader::open(run.toStdString()));
    for (const EvaluationRow& e : orThrow(reader->evaluations()))
        if (e.step == step) {
            text += QByteArray::fromStdString(e.task) + ' ' + QByteArray::number(e.samples) + ' '
                + QByteArray::number(e.pass1, 'g', 17);
            for (const EvaluationProblemRow& row : orThrow(reader->evaluationProblems(e.id)))
                text += '\n' + QByteArray::fromStdString(row.prompt.text) + '|' + QByteArray::number(row.correct) + '|'
                    + QByteArray::fromStdString(row.example);
        }
    return text;
}

QStringList stored(const QString& run, int64_t step)
{
    return { "eval", run, "--store", "--step", QString::number(step) };
}

} // namespace

class TestLaterEvaluation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_run = m_folder.filePath("run"); // evaluations at 0, 3, 4; checkpoints at 0, 2, 4
        const Outcome o = engine(support::tinyRun(m_run, 4));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void aKilledOneLeavesNothing()
    {
        QCOMPARE(engine(stored(m_run, 2), {}, { "AHASCOPE_FAULT=evaluating:1" }).status, -1);
        QCOMPARE(evaluatedSteps(m_run), (std::vector<int64_t> { 0, 3, 4 }));
    }

    void itIsWhatTrainingWouldHaveStored()
    {
        const Outcome o = engine(stored(m_run, 2) << "--progress");
        QVERIFY2(o.status == 0, o.error.constData());
        const std::vector<Json> lines = o.lines();
        QVERIFY(lines.size() > 1 && lines[0]["progress"]["of"] == Json(100));
        const Json& result = lines.back();
        QCOMPARE(result["step"], Json(2));
        QCOMPARE(result["n"], Json(4));
        QCOMPARE(evaluatedSteps(m_run), (std::vector<int64_t> { 0, 2, 3, 4 }));

        const QString other = m_folder.filePath("other"); // evaluates step 2 as it comes by
        QCOMPARE(engine(support::tinyRun(other, 4, { "eval.every_steps=2" })).status, 0);
        QVERIFY(outcomesAt(other, 2).count('\n') == 4);
        QCOMPARE(outcomesAt(m_run, 2), outcomesAt(other, 2));

        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        const std::vector<LogRow> log = orThrow(reader->log(0, 1000));
        QVERIFY(std::any_of(log.begin(), log.end(),
            [](const LogRow& row) { return row.message == "Step 2 was evaluated afterwards."; }));
        QCOMPARE(engine({ "inspect", m_run, "--json" }).lines()[0]["state"], Json("finished")); // as before
    }

    void whatIsThereStays()
    {
        const QByteArray before = support::fingerprint(m_run);
        QCOMPARE(engine(stored(m_run, 4)).code(), QByteArray("evaluation_exists"));
        QCOMPARE(engine({ "eval", m_run, "--store" }).code(), QByteArray("evaluation_exists")); // the newest
        QCOMPARE(engine(stored(m_run, 1)).code(), QByteArray("checkpoint_missing"));
        QCOMPARE(engine(stored(m_folder.filePath("none"), 1)).code(), QByteArray("run_missing"));
        QCOMPARE(engine(stored(m_run, 2) << "--k"
                                         << "8")
                     .code(),
            QByteArray("usage")); // it would not compare
        QCOMPARE(support::fingerprint(m_run), before);
    }

    /// What is stored stays, so that a flipped bit would stand as the step's figures for good.
    void aDamagedCheckpointIsNotMeasured()
    {
        QFile file(m_run + "/checkpoints/step_000002/model.safetensors");
        QVERIFY(file.open(QIODevice::ReadWrite));
        const auto flip = [&file] {
            file.seek(file.size() - 1);
            const char last = file.read(1)[0];
            file.seek(file.size() - 1);
            file.putChar(char(last ^ 0x40));
            file.flush();
        };
        flip();
        const Outcome o = engine({ "eval", m_run, "--step", "2", "--problems", "4", "--k", "1" });
        flip();
        QCOMPARE(o.code(), QByteArray("checkpoint_invalid"));
        QVERIFY2(o.error.contains("checksum"), o.error.constData());
    }

    /// Hours of work are not for a folder that takes nothing.
    void whatCannotBeKeptIsNotWorkedFor()
    {
        const QString run = m_folder.filePath("unwritable"), mark = run + "/high_water.json";
        QCOMPARE(engine(support::tinyRun(run, 2, { "checkpoint.every_steps=1" })).status, 0);
        QVERIFY(QFile::remove(mark) && QDir().mkpath(mark)); // no file can be put there
        const Outcome o = engine(stored(run, 1), {}, { "AHASCOPE_FAULT=evaluating:1" }); // killed if it evaluates
        QVERIFY2(o.status > 0 && o.code() == "file_unwritable", o.error.constData());
    }

    /// Before training: of a run that no longer has that checkpoint it is the model that the run started from.
    void stepZeroIsTheModelItself()
    {
        const QStringList arguments { "eval", m_run, "--step", "0", "--problems", "4", "--k", "1" };
        const Outcome kept = engine(arguments);
        QCOMPARE(kept.status, 0);
        QVERIFY(QDir(m_run + "/checkpoints/step_000000").removeRecursively());
        const Outcome model = engine(arguments);
        QCOMPARE(model.status, 0);
        QCOMPARE(model.out, kept.out);
    }

    void runsWithoutProblemsSaySo()
    {
        const QString run = m_folder.filePath("preferences");
        QVERIFY(QDir().mkpath(run));
        QVERIFY(QFile::copy(m_run + "/run.db", run + "/run.db"));
        QFile config(m_run + "/config.json"), other(run + "/config.json");
        QVERIFY(config.open(QIODevice::ReadOnly) && other.open(QIODevice::WriteOnly));
        Json json = Json::parse(config.readAll().toStdString());
        json["general"]["kind"] = "dpo";
        other.write(json.dump().c_str());
        other.close();
        QCOMPARE(engine(stored(run, 2)).code(), QByteArray("held_out_none"));
    }

    /// Where two of step 0 differed, on another device perhaps, the training would end for it and at every resume.
    void theFirstEvaluationIsTheRunsOwn()
    {
        const QString run = m_folder.filePath("begins");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 2, { "final_problems=2000", "final_samples=1000" }));
        QTRY_VERIFY_WITH_TIMEOUT(RunReader::open(run.toStdString()).ok(), 60'000);
        const QByteArray code = engine(stored(run, 0)).code();
        process.kill();
        process.waitForFinished();
        QCOMPARE(code, QByteArray("evaluation_running"));
    }

    /// Two processes write one run: neither keeps the other from it, and the training goes on.
    void aRunThatTrainsIsEvaluatedBesideIt()
    {
        const QString run = m_folder.filePath("live");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000, { "eval.every_steps=0" }));
        QVERIFY(process.waitForReadyRead(60'000));
        const auto say = [&](const char* command) { return engine({ "control", run, command }).status; };
        QCOMPARE(say("pause"), 0);
        QCOMPARE(say("checkpoint-now"), 0);
        const auto last = [&] { return orThrow(orThrow(RunReader::open(run.toStdString()))->lastStep()); };
        const int64_t step = last();
        QVERIFY(step > 0);
        const Outcome o = engine(stored(run, step));
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(evaluatedSteps(run), (std::vector<int64_t> { 0, step }));
        QCOMPARE(say("resume"), 0);
        QTRY_VERIFY_WITH_TIMEOUT(last() > step + 2, 60'000);
        QCOMPARE(say("stop"), 0);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(evaluatedSteps(run), (std::vector<int64_t> { 0, step }));
        QCOMPARE(engine({ "inspect", run, "--json" }).lines()[0]["state"], Json("stopped"));
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_GUILESS_MAIN(TestLaterEvaluation)
#include "tst_later_evaluation.moc"
