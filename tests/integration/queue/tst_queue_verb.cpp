// `ahascope-engine queue`: real runs one after the other, and what becomes of them when somebody kills something.

#include "tests/support/engine_process.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/run_queue.h"
#include "core/store/run_writer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace aha;
using namespace aha::support;

class TestQueueVerb : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_runs;

    /// queue add of a tiny run; the settings come from tinyRun().
    Outcome add(const QString& name, int steps, const QStringList& more = {})
    {
        QStringList arguments { "queue", "add", sourcePath("experiments/r1-zero-miniature/config.json"), "--runs",
            m_runs, "--no-start", "--name", name };
        const QStringList tiny = tinyRun("-", steps);
        for (int i = 0; i + 1 < tiny.size(); ++i)
            if (tiny[i] == "--set")
                arguments << "--set" << tiny[i + 1];
        arguments << "--set"
                  << "max_steps=" + QString::number(steps);
        return engine(arguments + more);
    }
    Outcome queue(const QStringList& words)
    {
        return engine(QStringList { "queue" } + words + QStringList { "--runs", m_runs });
    }
    QMap<QString, nlohmann::json> listed()
    {
        QMap<QString, nlohmann::json> items;
        for (const nlohmann::json& line : queue({ "list" }).lines())
            items[QString::fromStdString(line["name"])] = line;
        return items;
    }
    static qint64 committed(const QString& run)
    {
        const auto reader = RunReader::open(run.toStdString());
        return reader ? orThrow((*reader)->lastStep()) : -1;
    }
    /// Once, when the engine is there to hear it.
    static bool tell(const QString& run, const QString& command)
    {
        const auto hears = [&] {
            const auto holder = liveEngine(run.toStdString());
            return holder && (holder->state == "running" || holder->state == "paused");
        };
        return QTest::qWaitFor(hears, 60'000) && engine({ "control", run, command }).status == 0;
    }
    QueueItem item(int64_t id)
    {
        QueueContents contents = orThrow(RunQueue(m_runs.toStdString()).read());
        const QueueItem* found = contents.find(id);
        return found ? *found : QueueItem {};
    }

private Q_SLOTS:
    void init()
    {
        static int n = 0;
        m_runs = m_folder.filePath("runs" + QString::number(++n));
    }

    void worksOffInOrderAndEnds()
    {
        QCOMPARE(add("one", 2).status, 0);
        QCOMPARE(add("bad", 2, { "--set", "model.path=/nowhere/model" }).status, 0);
        QCOMPARE(add("two", 2).status, 0);
        QCOMPARE(queue({ "move", "3", "first" }).status, 0);
        QCOMPARE(queue({ "work" }).status, 0);
        const auto items = listed();
        QCOMPARE(items["one"]["state"], "completed");
        QCOMPARE(items["two"]["state"], "completed");
        QCOMPARE(items["bad"]["state"], "failed");
        QVERIFY2(std::string(items["bad"]["message"]).find("/nowhere/model") != std::string::npos,
            items["bad"].dump().c_str());
        QVERIFY(item(3).startedAt < item(1).startedAt); // it was moved to the front
        QCOMPARE(committed(QString::fromStdString(items["one"]["run"])), 2);
        QCOMPARE(queue({ "clear" }).lines()[0]["removed"], 3);
        QVERIFY(listed().isEmpty());
    }

    void sweepsArePreviewedCheckedAndQueued()
    {
        const QStringList axes { "--axis", "optimizer.learning_rate=1e-5..1e-4 log x2", "--axis", "seed=0,1" };
        const Outcome preview = add("lr", 1, axes + QStringList { "--preview" });
        QCOMPARE(preview.lines().size(), size_t(4));
        QCOMPARE(preview.lines()[3]["settings"]["general.seed"], "1");
        QVERIFY(listed().isEmpty());
        QCOMPARE(add("bad", 1, { "--axis", "steps_per_generation=1,7" }).code(), QByteArray("config_rule"));
        QVERIFY(listed().isEmpty()); // not even the valid ones
        const Outcome some = add("some", 1, { "--axis", "steps_per_generation=1,7", "--preview", "--skip-invalid" });
        QCOMPARE(some.lines().size(), size_t(2)); // what was left out, then the run
        QCOMPARE(some.lines()[0]["left_out"]["algorithm.steps_per_generation"], "7");
        QVERIFY(std::string(some.lines()[0]["message"]).find("equal mini-batches") != std::string::npos);
        QCOMPARE(some.lines()[1]["settings"]["algorithm.steps_per_generation"], "1");
        QCOMPARE(
            add("none", 1, { "--axis", "steps_per_generation=7", "--skip-invalid" }).code(), QByteArray("config_rule"));
        QCOMPARE(add("lr", 1, axes).status, 0);
        QCOMPARE(listed()["lr#4"]["sweep"], "lr");
        QCOMPARE(queue({ "jobs", "2", "--no-start" }).status, 0);
        QCOMPARE(queue({ "work" }).status, 0);
        for (const nlohmann::json& one : listed())
            QCOMPARE(one["state"], "completed");
    }

    /// Two runs on one machine are not what "one at a time" is for.
    void aRunThatWasStartedByHandTakesAPlace()
    {
        const QString byHand = m_runs + "/by-hand";
        QVERIFY(QDir().mkpath(byHand));
        QFile config(byHand + "/start.json");
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"version":1,"general":{"name":"monday"}})");
        config.close();
        auto lease = orThrow(Lease::acquire(byHand.toStdString())); // what an engine holds, also while it is paused
        QCOMPARE(add("next", 1).status, 0);
        QCOMPARE(add("later", 1).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QTRY_VERIFY_WITH_TIMEOUT(
            QString::fromStdString(item(1).message).startsWith("Waits for \"monday\", started by hand"), 30'000);
        QTest::qWait(1500);
        QCOMPARE(listed()["next"]["state"], "queued");
        QVERIFY(item(2).message.empty()); // it waits for the first
        lease.reset();
        QVERIFY(worker.waitForFinished(60'000));
        QCOMPARE(listed()["next"]["state"], "completed");
        QCOMPARE(listed()["later"]["state"], "completed");
        QVERIFY(item(1).message.empty());
    }

    /// Following another program's files trains nothing here, and has no end of its own.
    void anImportThatFollowsTakesNoPlace()
    {
        const std::string watched = (m_runs + "/watched").toStdString();
        orThrow(makeFolders(watched));
        orThrow(orThrow(RunWriter::create(watched, "watched", "watched", "imported", "{}"))
                    ->setInfo("imported_from", "/elsewhere"));
        const auto lease = orThrow(Lease::acquire(watched));
        QCOMPARE(add("next", 1).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QVERIFY(worker.waitForFinished(60'000));
        QCOMPARE(listed()["next"]["state"], "completed");
    }

    void aKilledEngineIsACrashAndRetryGoesOn()
    {
        QCOMPARE(add("long", 400).status, 0);
        QCOMPARE(add("next", 1).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        const QString run = QString::fromStdString(item(1).folder);
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 3, 60'000);
        ::kill(pid_t(liveEngine(run.toStdString())->pid), SIGKILL);
        QVERIFY(worker.waitForFinished(60'000)); // it goes on with the next run
        QCOMPARE(listed()["long"]["state"], "crashed");
        QVERIFY(std::string(listed()["long"]["message"]).find("signal 9") != std::string::npos);
        QCOMPARE(listed()["next"]["state"], "completed");
        const qint64 before = committed(run);
        QCOMPARE(queue({ "retry", "1", "--no-start" }).status, 0);
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) > before, 60'000);
        QVERIFY(tell(run, "stop"));
        QVERIFY(worker.waitForFinished(60'000));
        QCOMPARE(listed()["long"]["state"], "stopped");
    }

    void aKilledWorkerLosesNothing()
    {
        QCOMPARE(add("survivor", 400).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        const QString run = QString::fromStdString(item(1).folder);
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 2, 60'000);
        worker.kill();
        worker.waitForFinished();
        const int64_t pid = liveEngine(run.toStdString())->pid; // its own session: it lives on
        const qint64 before = committed(run);
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) > before, 60'000);
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QTRY_VERIFY_WITH_TIMEOUT(RunQueue(m_runs.toStdString()).worked(), 30'000);
        QVERIFY(tell(run, "pause"));
        QCOMPARE(liveEngine(run.toStdString())->pid, pid); // found, not started anew
        QVERIFY(tell(run, "stop"));
        QVERIFY(worker.waitForFinished(60'000));
        QCOMPARE(listed()["survivor"]["state"], "stopped");
        QCOMPARE(item(1).attempts, 1);
    }

    void aRebootIsResumed()
    {
        QCOMPARE(add("booted", 400).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        const QString run = QString::fromStdString(item(1).folder);
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) >= 3, 60'000);
        worker.kill(); // first the worker, so that nobody sees the engine die
        worker.waitForFinished();
        const int64_t pid = liveEngine(run.toStdString())->pid;
        ::kill(pid_t(pid), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(!liveEngine(run.toStdString()), 10'000);
        const qint64 before = committed(run);
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QTRY_VERIFY_WITH_TIMEOUT(committed(run) > before, 60'000);
        QVERIFY(liveEngine(run.toStdString())->pid != pid);
        QVERIFY(tell(run, "stop"));
        QVERIFY(worker.waitForFinished(60'000));
        QCOMPARE(listed()["booted"]["state"], "stopped");
    }

    void oneWorkerIsEnough()
    {
        QCOMPARE(add("busy", 400).status, 0);
        QProcess worker;
        worker.start(enginePath(), { "queue", "work", "--runs", m_runs });
        QTRY_VERIFY_WITH_TIMEOUT(RunQueue(m_runs.toStdString()).worked(), 30'000);
        QCOMPARE(queue({ "work" }).code(), QByteArray("queue_busy"));
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(listed()["busy"]["state"]), QString("running"), 60'000);
        QCOMPARE(queue({ "remove", "1" }).code(), QByteArray("queue_running"));
        QCOMPARE(queue({ "pause" }).status, 0);
        QCOMPARE(add("held", 1).status, 0);
        QVERIFY(tell(QString::fromStdString(item(1).folder), "stop"));
        QVERIFY(worker.waitForFinished(60'000)); // paused: nothing is left to do
        QCOMPARE(listed()["held"]["state"], "queued");
        QCOMPARE(queue({ "resume" }).status, 0); // starts a worker of its own
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(listed()["held"]["state"]), QString("completed"), 60'000);
    }
};

QTEST_GUILESS_MAIN(TestQueueVerb)
#include "tst_queue_verb.moc"
