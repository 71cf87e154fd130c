// The bar over a run, the menu Run and the table of runs, beside a run that trains: an engine that the test plays
// itself.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/runheader.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QtTest>

using namespace aha;

namespace {

/// What an engine shows of itself to the outside: it holds the lease and answers at the socket.
struct Engine {
    explicit Engine(const QString& run)
        : lease(orThrow(Lease::acquire(run.toStdString())))
        , server(orThrow(ControlServer::listen(run.toStdString(), "run", "test")))
    {
        say(RunState::Running);
    }
    void say(RunState state)
    {
        Event event;
        event.kind = Event::Kind::State;
        event.state = state;
        server->broadcast(event);
    }

    std::unique_ptr<Lease> lease;
    std::unique_ptr<ControlServer> server;
};

} // namespace

class TestRunControls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/trains");
        m_other = m_folder.filePath("runs/other");
        fixture::makeRun(m_run);
        fixture::makeRun(m_other, 1);
        orThrow(orThrow(RunWriter::open(m_run.toStdString()))->addMarker({ 0, 3, "stop", "Stopped", "{}", 0 }));
    }

    /// The menu and its keys offer what the run's engine can do: nothing, for one that has ended.
    void theMenuOffersWhatTheRunCanDo()
    {
        MainWindow window;
        const auto offers = [&](bool on) {
            for (const char* id : { "run.pause", "run.checkpoint", "run.sample", "run.stop" })
                if (window.actionTable()->action(id)->isEnabled() != on)
                    return false;
            return true;
        };
        QVERIFY(offers(false)); // no run
        window.openRuns({ m_other });
        QVERIFY(offers(false));
        auto engine = std::make_unique<Engine>(m_run);
        window.openRuns({ m_run });
        QTRY_VERIFY(offers(true));
        window.openRuns({ m_other, m_run }); // they are for the first
        QVERIFY(offers(false));
        window.openRuns({ m_run });
        QTRY_VERIFY(offers(true));
        engine.reset();
        QTRY_VERIFY(offers(false));
    }

    /// Two open runs of one name are called as in the table: each by its seed, or else by its folder.
    void twoOpenRunsOfOneNameAreToldApart()
    {
        MainWindow window;
        const auto* name = window.findChild<QLabel*>("runName");
        const auto title = [&](const QString& folder) { return window.runs()->titleOf(folder); };
        window.openRuns({ m_run, m_other }); // which the table has not read yet
        QCOMPARE(name->text(), QString("fixture · trains"));
        window.runs()->refresh();
        QTRY_VERIFY(!title(m_run).isEmpty() && title(m_run) != title(m_other));
        for (const QString& first : { m_run, m_other }) {
            window.openRuns({ first, first == m_run ? m_other : m_run });
            QCOMPARE(name->text(), title(first));
        }
        window.openRuns({ m_other });
        QCOMPARE(name->text(), QString("fixture")); // alone it needs no more
        window.openRuns({ m_run, m_other });
        auto* model = window.runs()->model();
        for (const char* given : { "renamed", "fixture" }) { // and so at once when a name changes
            model->setData(model->index(0, RunListModel::Name), given, Qt::EditRole);
            QCOMPARE(name->text(), title(m_run));
        }
    }

    /// Resume is offered where there is a step left, and says why not elsewhere.
    void theTableResumesWhatHasStepsLeft()
    {
        MainWindow window;
        window.runs()->refresh();
        window.show();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.runs()->select({ m_run });
        auto* table = window.runs()->findChild<QTableView*>("runsTable");
        for (const RunState state : { RunState::Finished, RunState::Stopped, RunState::Running, RunState::Failed }) {
            window.runs()->model()->setStates({ { m_run, state } });
            bool seen = false;
            QTimer::singleShot(0, &window, [&] {
                auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
                const auto* resume = menu ? menu->findChild<QAction*>("resumeSelected") : nullptr;
                seen = resume && resume->isEnabled() == canResume(state)
                    && (resume->isEnabled() || resume->toolTip().startsWith("The run "));
                if (menu)
                    menu->close();
            });
            Q_EMIT table->customContextMenuRequested(
                table->visualRect(table->selectionModel()->currentIndex()).center());
            QVERIFY2(seen, stateName(state).c_str());
        }
    }

    void openStaysWhereItIs()
    {
        MainWindow window;
        window.runs()->refresh();
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        const auto* open = window.findChild<QPushButton*>("openSelected");
        const auto foot = [&] {
            QTest::qWait(50);
            return open->mapTo(&window, open->rect().bottomRight());
        };
        const QPoint none = foot();
        window.runs()->select({ m_run });
        QVERIFY(window.findChild<QLineEdit*>("detailName")->isVisible());
        QCOMPARE(foot(), none);
        window.runs()->select({ m_run, m_other });
        QCOMPARE(foot(), none);
    }

    /// Stop goes, Resume comes, and nobody's letters go into a field or press what came.
    void theFocusOfAButtonThatGoesFallsIntoNoField()
    {
        auto engine = std::make_unique<Engine>(m_run);
        MainWindow window;
        window.openRuns({ m_run });
        window.runs()->refresh();
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.runs()->select({ m_other });
        auto* name = window.findChild<QLineEdit*>("detailName");
        QTRY_VERIFY(name->isVisible());
        auto* stop = window.findChild<QPushButton*>("stopRun");
        auto* resume = window.findChild<QPushButton*>("resumeRun");
        QTRY_VERIFY(stop->isVisible());
        int fields = 0;
        connect(qApp, &QApplication::focusChanged, &window, [&fields](QWidget*, QWidget* now) {
            fields += qobject_cast<QLineEdit*>(now) || qobject_cast<QPlainTextEdit*>(now);
        });
        auto* header = window.findChild<RunHeader*>();
        QSignalSpy resumed(header, &RunHeader::resumeRequested);
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_COMPARE(QApplication::focusWidget(), header);
        engine->server.reset(); // it has ended its talk, and holds the run for a moment longer
        QTRY_VERIFY(!stop->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), "hello abc");
        engine.reset();
        QTRY_VERIFY(resume->isVisible());
        QCOMPARE(QApplication::focusWidget(), header);
        QTest::keyClicks(QApplication::focusWidget(), "hello abc");
        QCOMPARE(resumed.count(), 0);
        QCOMPARE(fields, 0);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab); // who looks for it, is there at once
        QCOMPARE(QApplication::focusWidget(), resume);
        QCOMPARE(window.runs()->nameOf(m_other), QString("fixture"));
        QCOMPARE(name->text(), QString("fixture"));
        // Any other button that goes away leaves the focus with what held it.
        window.showPage("Charts");
        window.train()->showSample("ok");
        auto* close = window.findChild<QPushButton*>("closeSample");
        QTRY_VERIFY(close->isVisible());
        close->setFocus();
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!close->isVisible());
        QCOMPARE(QApplication::focusWidget(), window.train());
        QCOMPARE(fields, 0);
    }

    /// The engine hears them only after its step: till then the bar says so.
    void stopAndPauseAreAnsweredAtOnce()
    {
        Engine engine(m_run);
        MainWindow window;
        window.openRuns({ m_run });
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const auto* header = window.findChild<RunHeader*>();
        auto* pause = window.findChild<QPushButton*>("pauseRun");
        auto* stop = window.findChild<QPushButton*>("stopRun");
        QTRY_VERIFY(stop->isVisible());
        engine.say(RunState::Running);
        QTRY_COMPARE(header->stateText(), QString("running"));
        const auto take = [&] {
            std::optional<Command> got;
            [&] { QTRY_VERIFY(got || (got = engine.server->take())); }();
            return got.value_or(Command {});
        };
        // By mouse a space thereafter does nothing; by key it presses the opposite.
        QTest::mouseClick(pause, Qt::LeftButton);
        QCOMPARE(header->stateText(), QString("pausing after this step"));
        Command command = take();
        QCOMPARE(command.kind, Command::Kind::Pause);
        engine.say(RunState::Paused);
        engine.server->reply(command, true, "Paused");
        QTRY_COMPARE(header->stateText(), QString("paused"));
        QTest::keyClicks(QApplication::focusWidget(), "a b");
        QTest::qWait(100);
        QVERIFY(!engine.server->take());
        pause->setFocus(Qt::TabFocusReason);
        QTest::keyClick(pause, Qt::Key_Space);
        command = take();
        QCOMPARE(command.kind, Command::Kind::Resume);
        engine.say(RunState::Running);
        engine.server->reply(command, true, "Running");
        QTRY_COMPARE(header->stateText(), QString("running"));
        QVERIFY(pause->hasFocus());
        engine.say(RunState::Paused); // another client's doing
        QTRY_COMPARE(header->stateText(), QString("paused"));
        QVERIFY(!pause->hasFocus());
        engine.say(RunState::Running);
        QTRY_COMPARE(header->stateText(), QString("running"));
        // Refused, it is as before; taken, it stays so until the run has ended.
        QTest::mouseClick(stop, Qt::LeftButton);
        QCOMPARE(header->stateText(), QString("stopping after this step"));
        QVERIFY(!stop->isEnabled());
        engine.server->reply(take(), false, "No");
        QTRY_COMPARE(header->stateText(), QString("running"));
        QVERIFY(stop->isEnabled());
        QTest::mouseClick(stop, Qt::LeftButton);
        command = take();
        window.openRuns({ m_run }); // a look at it again forgets nothing
        QCOMPARE(header->stateText(), QString("stopping after this step"));
        engine.say(RunState::Stopping);
        engine.server->reply(command, true, "Stopping");
        QTRY_COMPARE(header->stateText(), QString("stopping"));
        QVERIFY(!stop->isEnabled());
    }

    /// From the first moment on: selected, with its own name and length, and in one state everywhere.
    void tableAndHeaderSpeakOfTheRunThatWasStarted()
    {
        QFile program(m_folder.filePath("engine"));
        QVERIFY(program.open(QIODevice::WriteOnly));
        program.write("#!/bin/sh\nexec sleep 20\n"); // it loads for long, and holds no lease yet
        program.close();
        program.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        qputenv("AHASCOPE_ENGINE", program.fileName().toUtf8());
        MainWindow window;
        window.runs()->refresh();
        window.show();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.runs()->select({ m_other });
        RunConfig config;
        config.general.name = "fresh";
        config.general.maxSteps = 45;
        QVERIFY(window.startRun(config));
        const QStringList open = window.openFolders();
        QCOMPARE(open.size(), 1);
        const auto* header = window.findChild<RunHeader*>();
        QCOMPARE(header->stateText(), QString("starting"));
        QCOMPARE(window.findChild<QLabel*>("runDetail")->text(), QString("step 0 of 45"));
        QTRY_COMPARE(window.runs()->selectedFolders(), open);
        QCOMPARE(window.findChild<QLineEdit*>("detailName")->text(), QString("fresh"));
        const auto facts = window.findChild<QLabel*>("detailFacts")->text();
        QVERIFY2(facts.contains("starting, step 0 of 45"), qPrintable(facts));
        window.runs()->refresh(); // a scan knows only runs that have begun
        QTest::qWait(600);
        QCOMPARE(window.runs()->selectedFolders(), open);
        // Hidden by the filter it leaves nothing selected, rather than another run.
        window.runs()->setFilter("fixture");
        window.runs()->select({ m_other });
        QVERIFY(window.startRun(config));
        QTRY_COMPARE(window.runs()->nameOf(window.openFolders().first()), QString("fresh"));
        QCOMPARE(window.runs()->selectedFolders(), QStringList());
        qunsetenv("AHASCOPE_ENGINE");
        // What an engine says counts for the table, too: the lease that it reads may be older.
        Engine engine(m_run);
        window.runs()->setFilter("");
        window.openRuns({ m_run });
        engine.say(RunState::Paused);
        QTRY_COMPARE(header->stateText(), QString("paused"));
        const auto state = [&] {
            for (const RunListRow& row : window.runs()->model()->rows())
                if (row.folder == m_run)
                    return row.state;
            return RunState::Failed;
        };
        QCOMPARE(state(), RunState::Paused);
        window.runs()->updateRow(m_run);
        window.runs()->refresh();
        QTest::qWait(600);
        QCOMPARE(state(), RunState::Paused);
    }

    /// The engine gives up before there is a database: the details say why, as the bar over the run does.
    void detailsSayWhyAStartFailed()
    {
        QFile program(m_folder.filePath("refuses"));
        QVERIFY(program.open(QIODevice::WriteOnly));
        program.write("#!/bin/sh\necho '{\"error\":\"model_missing\",\"message\":\"There is no model at "
                      "/x.\",\"hint\":\"Choose another.\"}' >&2\nexit 1\n");
        program.close();
        program.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        qputenv("AHASCOPE_ENGINE", program.fileName().toUtf8());
        MainWindow window;
        window.show();
        RunConfig config;
        config.general.name = "unlucky";
        QVERIFY(window.startRun(config));
        qunsetenv("AHASCOPE_ENGINE");
        const auto* facts = window.findChild<QLabel*>("detailFacts");
        QTRY_VERIFY2(
            facts->text().startsWith("There is no model at /x. Choose another.\nfailed"), qPrintable(facts->text()));
        QVERIFY(!facts->text().contains("There is no run"));
    }

private:
    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestRunControls)
#include "tst_run_controls.moc"
