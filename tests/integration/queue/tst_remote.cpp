// A run on another machine: a stand-in for ssh hands its words to a shell, as the real one does at the far end. The
// connection is killed in the middle; the copy must come out row for row.

#include "tests/support/engine_process.h"

#include "core/base/files.h"
#include "core/protocol/control_client.h"
#include "core/protocol/run_folder.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sqlite3.h>

using namespace aha;
using namespace aha::support;

class TestRemote : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_ssh, m_pids;

    QString path(const QString& name) const { return m_folder.filePath(name); }

    static QByteArrayList dump(const QString& run)
    {
        sqlite3* database = nullptr;
        if (sqlite3_open_v2((run + "/run.db").toUtf8().constData(), &database, SQLITE_OPEN_READONLY, nullptr)
            != SQLITE_OK)
            return { "cannot be opened" };
        QByteArrayList rows, tables;
        const auto query = [&](const QByteArray& sql, auto&& each) {
            sqlite3_stmt* q = nullptr;
            sqlite3_prepare_v2(database, sql.constData(), -1, &q, nullptr);
            while (sqlite3_step(q) == SQLITE_ROW)
                each(q);
            sqlite3_finalize(q);
        };
        query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            [&](sqlite3_stmt* q) { tables << reinterpret_cast<const char*>(sqlite3_column_text(q, 0)); });
        for (const QByteArray& table : tables)
            query("SELECT * FROM " + table, [&](sqlite3_stmt* q) {
                QByteArray row = table;
                for (int c = 0; c < sqlite3_column_count(q); ++c) {
                    row += '|' + QByteArray::number(sqlite3_column_type(q, c)) + ':';
                    const void* bytes = sqlite3_column_blob(q, c);
                    row += QByteArray(static_cast<const char*>(bytes), sqlite3_column_bytes(q, c)).toHex();
                }
                rows << row;
            });
        sqlite3_close(database);
        return rows;
    }
    static qint64 committed(const QString& run)
    {
        const auto reader = RunReader::open(run.toStdString());
        return reader ? orThrow((*reader)->lastStep()) : -1;
    }
    /// Of the newest connection: the far side's server.
    qint64 farPid() const
    {
        QFile file(m_pids);
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split('\n').last().toLongLong() : 0;
    }
    qint64 connections() const
    {
        QFile file(m_pids);
        return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : 0;
    }
    QStringList attachWords(const QString& copy, const QString& run) const
    {
        return { "attach", copy, "--host", "user@far", "--ssh", m_ssh, "--program", enginePath(), "--run", run,
            "--retry", "0.05" };
    }
    static QString state(const QString& run)
    {
        const auto holder = liveEngine(run.toStdString());
        return holder ? QString::fromStdString(holder->state) : "none";
    }

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_STATE_HOME", path("state").toUtf8()); }

    void init()
    {
        static int n = 0;
        const QString own = path("case" + QString::number(++n));
        QDir().mkpath(own);
        m_ssh = own + "/ssh";
        m_pids = own + "/pids";
        QFile script(m_ssh);
        QVERIFY(script.open(QIODevice::WriteOnly));
        // Options up to "--" and the host are ssh's own; the rest is one line for a shell.
        script.write("#!/bin/sh\necho $$ >> '" + m_pids.toUtf8()
            + "'\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nexec sh -c \"exec $*\"\n");
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    void aBrokenConnectionLosesAndDoublesNothing()
    {
        // The name of the folder is hostile to a shell.
        const QString run = path("run $(touch pwned); 'x' \"y\" &"), copy = path("copy");
        QProcess train, attach;
        train.setStandardOutputFile(QProcess::nullDevice()); // a pipe that nobody reads would hold it up
        train.start(enginePath(), tinyRun(run, 60));
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 2, 60'000);
        attach.start(enginePath(), attachWords(copy, run));
        QTRY_VERIFY_WITH_TIMEOUT(committed(copy) >= 2, 60'000);
        for (int i = 0; i < 3; ++i) {
            const qint64 before = connections(), at = committed(copy);
            ::kill(pid_t(farPid()), SIGKILL);
            QTRY_VERIFY_WITH_TIMEOUT(connections() > before, 60'000);
            QTRY_VERIFY_WITH_TIMEOUT(committed(copy) > at || train.state() == QProcess::NotRunning, 60'000);
        }
        QVERIFY(train.waitForFinished(120'000));
        QVERIFY(attach.waitForFinished(60'000)); // it ends with the run
        QCOMPARE(attach.exitCode(), 0);
        QCOMPARE(committed(copy), 60);
        QCOMPARE(dump(copy), dump(run));
        QVERIFY(dump(copy).size() > 200);
        QVERIFY(!QFile::exists("pwned") && !QFile::exists(path("pwned")));
        QCOMPARE(orThrow(readFile((copy + "/config.json").toStdString())),
            orThrow(readFile((run + "/config.json").toStdString())));
        QCOMPARE(stateName(stateOfRun(copy.toStdString(), "finished")), std::string("finished"));
        // Again, later: nothing is new, nothing comes twice.
        QCOMPARE(engine({ "attach", copy }).status, 0);
        QCOMPARE(dump(copy), dump(run));
        QCOMPARE(engine({ "resume", copy }).code(), QByteArray("run_replica"));
    }

    void commandsTravelBack()
    {
        const QString run = path("steered"), copy = path("steered copy");
        QProcess train, attach;
        train.setStandardOutputFile(QProcess::nullDevice()); // a pipe that nobody reads would hold it up
        train.start(enginePath(), tinyRun(run, 100000));
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 1, 60'000);
        attach.start(enginePath(), attachWords(copy, run));
        QTRY_VERIFY_WITH_TIMEOUT(committed(copy) >= 1, 60'000);
        QCOMPARE(engine({ "control", copy, "pause" }).status, 0);
        QTRY_COMPARE_WITH_TIMEOUT(state(run), QString("paused"), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(state(copy), QString("paused"), 30'000);
        QCOMPARE(engine({ "control", copy, "set", "learning_rate=7" }).code(),
            QByteArray("refused")); // the far engine's word
        QCOMPARE(engine({ "control", copy, "stop" }).status, 0);
        QVERIFY(train.waitForFinished(60'000));
        QVERIFY(attach.waitForFinished(60'000));
        QVERIFY(attach.readAllStandardOutput().contains("\"stopped\""));
        QCOMPARE(dump(copy), dump(run));
    }

    void aLostConnectionIsNoHeartbeat()
    {
        const QString run = path("lost"), copy = path("lost copy");
        QProcess train, attach;
        train.setStandardOutputFile(QProcess::nullDevice()); // a pipe that nobody reads would hold it up
        train.start(enginePath(), tinyRun(run, 100000));
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 1, 60'000);
        QStringList words = attachWords(copy, run);
        words.last() = "3600"; // no second try within this test
        attach.start(enginePath(), words);
        QTRY_VERIFY_WITH_TIMEOUT(committed(copy) >= 1, 60'000);
        const auto client = orThrow(ControlClient::connect(copy.toStdString()));
        ::kill(pid_t(farPid()), SIGKILL);
        QString sentence;
        for (int i = 0; i < 10000 && !sentence.contains("is broken"); ++i)
            if (const auto event = client->next(30'000); event && event->kind == Event::Kind::State)
                sentence = QString::fromStdString(event->message);
        QVERIFY2(sentence.contains("user@far is broken"), qPrintable(sentence));
        const Result<Event> silence = client->next(5'000); // heartbeats come every two seconds
        QVERIFY(!silence);
        QCOMPARE(silence.error().code, std::string("protocol_timeout"));
        QCOMPARE(engine({ "control", copy, "pause" }).code(), QByteArray("refused"));
        attach.terminate();
        QVERIFY(attach.waitForFinished(30'000));
        QCOMPARE(engine({ "control", run, "stop" }).status, 0); // the run itself never noticed
        QVERIFY(train.waitForFinished(60'000));
    }

    void startsThereAndStartsOnce()
    {
        const QString run = path("started there"), copy = path("started copy");
        const QStringList tiny = tinyRun("-", 4);
        // A complete configuration, as the window would send it.
        QStringList words { "queue", "add", tiny[1], "--runs", path("unused"), "--no-start", "--set", "max_steps=4" };
        for (int i = 0; i + 1 < tiny.size(); ++i)
            if (tiny[i] == "--set")
                words << "--set" << tiny[i + 1];
        QCOMPARE(engine(words).status, 0);
        const Outcome done
            = engine(attachWords(copy, run) + QStringList { "--start", path("unused/.queue/config-1.json") });
        QVERIFY2(done.status == 0, done.error.constData());
        QCOMPARE(done.lines().back()["state"], "finished");
        QCOMPARE(committed(copy), 4);
        QCOMPARE(dump(copy), dump(run));
        QCOMPARE(engine({ "attach", copy }).status, 0); // the same again is no second run
        QCOMPARE(committed(run), 4);
        const Outcome other = engine(attachWords(path("second copy"), run)
            + QStringList { "--start", sourcePath("experiments/r1-zero-miniature/config.json") });
        QCOMPARE(other.code(), QByteArray("run_exists"));
    }

    /// A folder that comes from elsewhere says which programs attaching runs; they run only when a person agrees.
    void aCopyFromElsewhereRunsNothing()
    {
        const QString run = path("lent"), copy = path("lent copy"), evil = path("evil"), mark = path("ran");
        QCOMPARE(engine(tinyRun(run, 2)).status, 0);
        QCOMPARE(engine(attachWords(copy, run)).status, 0); // named here: known from now on
        QCOMPARE(engine({ "attach", copy }).status, 0);
        QFile script(evil);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\ntouch '" + mark.toUtf8() + "'\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const nlohmann::json local { { "host", "" }, { "ssh", "ssh" }, { "program", evil.toStdString() },
            { "run", "r" } },
            far { { "host", "user@far" }, { "ssh", evil.toStdString() }, { "program", "x" }, { "run", "r" } };
        for (const nlohmann::json& remote : { local, far }) {
            orThrow(writeFileAtomically((copy + "/remote.json").toStdString(), remote.dump()));
            const Outcome refused = engine({ "attach", copy });
            QCOMPARE(refused.code(), QByteArray("remote_untrusted"));
            QVERIFY2(refused.error.contains(evil.toUtf8()), refused.error.constData()); // exactly what it would run
            QVERIFY(!QFile::exists(mark));
        }
        (void)engine({ "attach", copy, "--trust" }); // agreed to: it runs, though it is no far side
        QVERIFY(QFile::exists(mark));
    }

    void whatCannotBeSaysWhy()
    {
        const QString copy = path("bad copy");
        QCOMPARE(engine(attachWords(copy, path("no such run"))).code(), QByteArray("database_missing"));
        QCOMPARE(engine({ "attach", path("nothing here") }).code(), QByteArray("remote_missing"));
        for (const char* host : { "-oProxyCommand=touch", "a b", "x;y", "$(x)" })
            QCOMPARE(
                engine({ "attach", copy, QString("--host=") + host, "--run", "r" }).code(), QByteArray("remote_host"));
        QCOMPARE(engine({ "attach", copy, "--host", "far", "--ssh", path("no ssh"), "--run", "r" }).code(),
            QByteArray("engine_not_started"));
        const Outcome history = engine({ "serve", path("copy"), "--once", "--after", "58" });
        QCOMPARE(history.status, 0);
        int steps = 0;
        for (const nlohmann::json& line : history.lines())
            steps += line.contains("rows") && line["rows"].contains("step");
        QCOMPARE(steps, 2); // 59 and 60
        QCOMPARE(engine({ "serve", path("copy"), "--after", "x" }).code(), QByteArray("stream_cursor"));
    }
};

QTEST_GUILESS_MAIN(TestRemote)
#include "tst_remote.moc"
