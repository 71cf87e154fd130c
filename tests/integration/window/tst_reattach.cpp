// A window is closed while its run trains, and another one is opened on it: every step is in the charts. A halted and a
// killed engine are named, and the killed run is resumed.

#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/runheader.h"

#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace aha;

namespace {

qint64 committed(const QString& run)
{
    const auto reader = RunReader::open(run.toStdString());
    const auto last = reader ? (*reader)->lastStep() : Result<int64_t>(reader.error());
    return last ? *last : -1;
}

/// Steps of the first line of a chart, as it would export them.
QVector<qint64> steps(LinePlot* chart)
{
    QVector<qint64> found;
    const QStringList lines = chart->visibleCsv().split('\n', Qt::SkipEmptyParts);
    for (int i = 1; i < lines.size() && lines[i].section(',', 0, 0) == lines[1].section(',', 0, 0); ++i)
        found << qint64(lines[i].section(',', 1, 1).toDouble());
    return found;
}

QVector<qint64> upTo(qint64 last)
{
    QVector<qint64> all;
    for (qint64 step = 1; step <= last; ++step)
        all << step;
    return all;
}

} // namespace

class TestReattach : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ENGINE", AHASCOPE_TEST_BINARY_DIR "/app/engine/ahascope-engine");
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
    }

    void cleanupTestCase()
    {
        if (!m_run.isEmpty())
            (void)killEngine(m_run);
    }

    void closedAndOpenedAgain()
    {
        {
            MainWindow window(m_workspace.get());
            window.show();
            RunConfig config;
            config.general.name = "reattach";
            config.general.maxSteps = 100000;
            config.general.threads = 1;
            config.rollout.promptsPerStep = config.rollout.numGenerations = 2;
            config.rollout.maxCompletionLength = 24;
            config.algorithm.stepsPerGeneration = 1;
            config.eval.everySteps = 0;
            config.eval.problems = config.eval.finalProblems = 4;
            config.eval.finalSamples = 1;
            config.checkpoint.everySteps = 5;
            QVERIFY(window.startRun(config));
            m_run = window.openFolders().value(0);
            QVERIFY(QDir(m_run).exists());
            LinePlot* reward = window.train()->charts()->chart("Reward");
            QTRY_VERIFY_WITH_TIMEOUT(steps(reward).size() >= 3, 120000);
            QVERIFY(!window.close());
            window.findChild<QPushButton*>("askChoice0")->click(); // keep training
            QVERIFY(!window.isVisible());
        }
        QVERIFY(liveEngine(m_run.toStdString())); // trains on
        const qint64 then = committed(m_run);
        QTRY_VERIFY_WITH_TIMEOUT(committed(m_run) >= then + 5, 120000); // steps that no window saw
        MainWindow window(m_workspace.get());
        window.show();
        QCOMPARE(window.openFolders(), QStringList { m_run });
        LinePlot* reward = window.train()->charts()->chart("Reward");
        QTRY_VERIFY(steps(reward).size() >= then + 5); // read from the database, whatever the socket says
        const auto* header = window.findChild<RunHeader*>();
        QTRY_VERIFY_WITH_TIMEOUT(header->stateText().startsWith("running"), 120000);
        const qint64 now = committed(m_run);
        QTRY_VERIFY_WITH_TIMEOUT(steps(reward).size() >= now + 3, 120000); // and it follows
        QVector<qint64> seen = steps(reward);
        QCOMPARE(seen, upTo(seen.last())); // every step once, none missing

        // Halted, not dead: heartbeats stop.
        const auto engine = liveEngine(m_run.toStdString());
        QVERIFY(engine);
        QCOMPARE(::kill(pid_t(engine->pid), SIGSTOP), 0);
        QTRY_COMPARE_WITH_TIMEOUT(header->stateText(), QString("not responding"), 120000);
        QCOMPARE(::kill(pid_t(engine->pid), SIGCONT), 0);
        QTRY_VERIFY_WITH_TIMEOUT(header->stateText().startsWith("running"), 120000);

        // Killed: the run is interrupted and can go on.
        QVERIFY(killEngine(m_run).ok());
        QTRY_COMPARE_WITH_TIMEOUT(header->stateText(), QString("interrupted"), 120000);
        const qint64 last = committed(m_run);
        QTRY_COMPARE_WITH_TIMEOUT(steps(reward), upTo(last), 120000);
        window.findChild<QPushButton*>("resumeRun")->click();
        QTRY_VERIFY_WITH_TIMEOUT(steps(reward).size() >= last + 3, 120000);
        seen = steps(reward);
        QCOMPARE(seen, upTo(seen.last()));
        QTRY_VERIFY_WITH_TIMEOUT(header->stateText().startsWith("running"), 120000);
        QVERIFY(!window.close());
        window.findChild<QPushButton*>("askChoice1")->click(); // stop with a checkpoint
        QTRY_VERIFY_WITH_TIMEOUT(!liveEngine(m_run.toStdString()), 120000); // stopped with a checkpoint
        QCOMPARE(RunFeed(m_run).state(), RunState::Stopped);
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    QString m_run;
};

QTEST_MAIN(TestReattach)
#include "tst_reattach.moc"
