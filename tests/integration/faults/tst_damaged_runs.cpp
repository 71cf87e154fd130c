// Run folders that were damaged, moved, newer, busy or deleted, and an engine that is told to end.

#include "core/protocol/control_client.h"
#include "core/protocol/run_folder.h"
#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

#include <csignal>

using namespace aha;
using support::engine;
using support::Outcome;

namespace {

void copyFolder(const QString& from, const QString& to)
{
    QVERIFY(QDir().mkpath(to));
    for (const QFileInfo& entry : QDir(from).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden)) {
        if (entry.isDir())
            copyFolder(entry.filePath(), to + '/' + entry.fileName());
        else if (entry.isFile())
            QVERIFY(QFile::copy(entry.filePath(), to + '/' + entry.fileName()));
    }
}

void overwrite(const QString& file, const QByteArray& bytes, qint64 at = 0)
{
    QFile opened(file);
    QVERIFY(opened.open(QIODevice::ReadWrite));
    opened.seek(at);
    opened.write(bytes);
}

} // namespace

class TestDamagedRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() // a run that was killed in its fourth step, with its log as it lies there
    {
        m_reference = m_folder.filePath("reference");
        QVERIFY(engine(support::tinyRun(m_reference, 6)).status == 0);
        m_killed = m_folder.filePath("killed");
        QCOMPARE(engine(support::tinyRun(m_killed, 6), {}, { "AHASCOPE_FAULT=commit:4" }).status, -1);
        QVERIFY(QFileInfo(m_killed + "/run.db-wal").size() > 4096);
    }

    void aCopyResumesElsewhere() // copy the folder and you have copied the run
    {
        const QString run = copy();
        QCOMPARE(engine({ "resume", run }).status, 0);
        QCOMPARE(support::fingerprint(run), support::fingerprint(m_reference));
    }

    void refused_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char* damage, const char* code) {
            QTest::newRow(damage) << QString(damage) << QByteArray(code);
        };
        row("log deleted", "database_lost_tail");
        row("log halved", "database_lost_tail");
        row("log flipped", "database_lost_tail");
        row("newer database", "database_newer");
        row("garbage database", "database_corrupt");
        row("newer configuration", "config_version");
        row("damaged configuration", "config_syntax");
        row("no configuration", "run_missing");
    }
    void refused()
    {
        QFETCH(QString, damage);
        QFETCH(QByteArray, code);
        const QString run = copy(), log = run + "/run.db-wal";
        if (damage == "log deleted")
            QVERIFY(QFile::remove(log));
        else if (damage == "log halved")
            QVERIFY(QFile::resize(log, QFileInfo(log).size() / 2));
        else if (damage == "log flipped")
            overwrite(log, "FLIPFLIPFLIPFLIP", QFileInfo(log).size() / 3);
        else if (damage == "newer database")
            QCOMPARE(support::runProgram("sqlite3", { run + "/run.db", "PRAGMA user_version=7" }).status, 0);
        else if (damage == "garbage database")
            overwrite(run + "/run.db", QByteArray(4096, char(0xA5)));
        else if (damage == "newer configuration")
            overwrite(run + "/config.json", "{\"version\":9}          \n ");
        else if (damage == "damaged configuration")
            overwrite(run + "/config.json", "{,");
        else if (damage == "no configuration")
            QVERIFY(QFile::remove(run + "/config.json"));
        if (damage == "newer database" || damage == "garbage database") { // the log would put the old pages back
            QFile::remove(log);
            QFile::remove(run + "/high_water.json");
            if (damage == "garbage database")
                overwrite(run + "/run.db", QByteArray(4096, char(0xA5)));
        }
        if (damage == "newer configuration")
            QVERIFY(QFile::resize(run + "/config.json", 24));
        for (int tries = 0; tries < 2; ++tries) { // and the refusal changes nothing
            const Outcome o = engine({ "resume", run });
            QCOMPARE(o.code(), code);
            QCOMPARE(o.status, 1);
            QVERIFY(o.out.isEmpty());
        }
        if (code.startsWith("database"))
            QCOMPARE(engine({ "inspect", run, "--json" }).code(), code);
    }

    void damagedCheckpointIsPassedOver()
    {
        const QString run = copy();
        overwrite(run + "/checkpoints/step_000002/model.safetensors", "damaged", 4000);
        const Outcome o = engine({ "resume", run });
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY2(o.error.contains("model.safetensors does not match its checksum"), o.error.constData());
        QCOMPARE(support::fingerprint(run), support::fingerprint(m_reference)); // written again, the same
        std::vector<std::string> notes;
        QVERIFY(engine({ "score", "--model", run }, "{\"ids\":[1,5,6]}\n").status == 0);
    }

    void noCheckpointStartsAgainAndMustAgree()
    {
        const QString run = copy();
        QVERIFY(QDir(run + "/checkpoints").removeRecursively());
        QCOMPARE(engine({ "resume", run }).status, 0);
        QCOMPARE(support::fingerprint(run), support::fingerprint(m_reference));
    }

    void anotherMachineWouldBeNoticed() // the stored steps are held against the recomputed ones
    {
        const QString run = copy();
        QFile file(run + "/config.json");
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray text = file.readAll();
        QVERIFY(text.contains("\"temperature\": 1.0"));
        text.replace("\"temperature\": 1.0", "\"temperature\": 1.1");
        file.resize(0);
        file.write(text);
        file.close();
        const Outcome o = engine({ "resume", run });
        QCOMPARE(o.code(), QByteArray("step_mismatch"));
    }

    void emptyDatabaseOfAKilledStart()
    {
        const QString run = copy();
        for (const char* name : { "/run.db", "/run.db-wal", "/run.db-shm", "/high_water.json" })
            QFile::remove(run + name);
        QVERIFY(QDir(run + "/checkpoints").removeRecursively());
        QFile empty(run + "/run.db");
        QVERIFY(empty.open(QIODevice::WriteOnly));
        empty.close();
        QCOMPARE(engine({ "inspect", run }).code(), QByteArray("database_missing"));
        QCOMPARE(engine({ "resume", run }).status, 0);
        QCOMPARE(support::fingerprint(run), support::fingerprint(m_reference));
    }

    void notANumber()
    {
        const QString run = m_folder.filePath("nan");
        const Outcome o = engine(
            support::tinyRun(run, 6, { "checkpoint.every_steps=100" }), {}, { "AHASCOPE_FAULT=nan:10" }); // in step 3
        QCOMPARE(o.code(), QByteArray("not_finite"));
        QFile batch(run + "/not_finite_step_3.jsonl"); // what it wanted to train on
        QVERIFY(batch.open(QIODevice::ReadOnly));
        QCOMPARE(batch.readAll().count('\n'), 4);
        QCOMPARE(o.status, 1);
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        QCOMPARE(*reader->lastStep(), int64_t(2)); // the step in flight left nothing
        QCOMPARE(stateOfRun(run.toStdString(), reader->summary()->lastMarker), RunState::Failed);
        QCOMPARE(engine({ "resume", run }).status, 0); // the fault is gone
        QCOMPARE(*reader->lastStep(), int64_t(6));
        const auto reference = orThrow(RunReader::open(m_reference.toStdString()));
        for (int64_t step = 1; step <= 6; ++step)
            for (const auto& [name, value] : orThrow(reference->metricsAt(step)))
                for (const auto& [other, again] : orThrow(reader->metricsAt(step)))
                    if (name == other && name.rfind("perf/", 0) != 0)
                        QVERIFY2(value == again || (std::isnan(value) && std::isnan(again)), name.c_str());
    }

    void toldToEnd_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void toldToEnd()
    {
        QFETCH(int, signal);
        const QString run = m_folder.filePath(QString("told-%1").arg(signal));
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000, { "checkpoint.every_steps=100000" }));
        QVERIFY(process.waitForReadyRead(60'000));
        ::kill(pid_t(process.processId()), signal);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 0);
        const QByteArray told = process.readAllStandardOutput();
        const int64_t last = nlohmann::json::parse(told.trimmed().split('\n').last().toStdString())["step"];
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        QCOMPARE(*reader->lastStep(), last); // the step was finished
        QCOMPARE(orThrow(reader->checkpoints()).back().step, last); // and saved
        QCOMPARE(stateOfRun(run.toStdString(), reader->summary()->lastMarker), RunState::Stopped);
        QVERIFY(!QFileInfo::exists(run + "/control.sock"));
    }

    void deletedWhileItTrains()
    {
        const QString run = m_folder.filePath("deleted");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000));
        QVERIFY(process.waitForReadyRead(60'000));
        QVERIFY(QFile::rename(run, m_folder.filePath("moved")));
        QVERIFY(process.waitForFinished(60'000)); // it does not go on writing to a ghost
        const Outcome o { process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError() };
        QCOMPARE(o.code(), QByteArray("file_unwritable"));
        QCOMPARE(o.status, 1);
        QVERIFY(!QFileInfo::exists(run + "/run.db"));
        QCOMPARE(stateOfRun(m_folder.filePath("moved").toStdString(),
                     orThrow(RunReader::open(m_folder.filePath("moved").toStdString()))->summary()->lastMarker),
            RunState::Failed);
    }

    void secondEngine()
    {
        const QString run = m_folder.filePath("busy");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000));
        QVERIFY(process.waitForReadyRead(60'000));
        for (const QStringList& arguments : { QStringList { "resume", run }, support::tinyRun(run, 5) }) {
            const Outcome o = engine(arguments);
            QVERIFY2(o.code() == "run_busy" || o.code() == "run_exists", o.error.constData());
            QCOMPARE(o.status, 1);
        }
        process.kill();
        process.waitForFinished();
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        QCOMPARE(stateOfRun(run.toStdString(), reader->summary()->lastMarker), RunState::Interrupted);
    }

    void hangingEngineIsTold()
    {
        QSKIP("a stopped engine shows as not responding in the window; the engine itself has no part in it");
    }

    void unwritableFolder()
    {
        QFile file(m_folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        for (const QString& run : { m_folder.filePath("file"), m_folder.filePath("file/run") })
            QCOMPARE(engine(support::tinyRun(run, 2)).code(), QByteArray("file_unwritable"));
        const QString locked = m_folder.filePath("locked"); // the place of run.db is taken
        QVERIFY(QDir().mkpath(locked + "/config.json"));
        QCOMPARE(engine(support::tinyRun(locked, 2)).code(), QByteArray("file_unwritable"));
    }

private:
    QString copy()
    {
        const QString to = m_folder.filePath(QString("copy-%1").arg(++m_copies));
        copyFolder(m_killed, to);
        return to;
    }
    QTemporaryDir m_folder;
    QString m_reference, m_killed;
    int m_copies = 0;
};

QTEST_GUILESS_MAIN(TestDamagedRuns)
#include "tst_damaged_runs.moc"
