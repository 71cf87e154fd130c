// The page of the queue: every state in its own words, order by buttons and keys, what can be done with which row.

#include "tests/gui/traces/trace_fixture.h"

#include "core/base/files.h"
#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlist.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/remoteform.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;
using State = QueueItem::State;
using Outcome = QueueItem::Outcome;

class TestQueue : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_runs;

    RunQueue queue() const { return RunQueue(m_runs.toStdString()); }
    void fill(const QStringList& names)
    {
        std::vector<RunQueue::Addition> additions;
        for (const QString& name : names)
            additions.push_back({ name.toStdString(), toJsonText(RunConfig {}), "", "" });
        RunQueue q = queue();
        (void)orThrow(q.add(additions));
        orThrow(q.setPaused(true)); // no worker is wanted
    }
    void set(int64_t id, State state, Outcome outcome = Outcome::None, const std::string& message = "")
    {
        RunQueue q = queue();
        orThrow(q.edit([&](QueueContents& contents) -> Result<void> {
            QueueItem* item = contents.find(id);
            item->state = state;
            item->outcome = outcome;
            item->message = message;
            item->startedAt = state == State::Queued ? 0 : 1;
            return {};
        }));
    }
    static QStringList names(const QueueModel* model)
    {
        QStringList all;
        for (int row = 0; row < model->rowCount(); ++row)
            all << model->index(row, QueueModel::Name).data().toString();
        return all;
    }
    std::unique_ptr<QueuePage> page()
    {
        auto made = std::make_unique<QueuePage>(m_runs, m_folder.filePath("no-engine"), nullptr);
        made->resize(970, 690);
        made->show();
        return made;
    }
    template <class T> static T* child(QWidget* parent, const char* name)
    {
        T* found = parent->findChild<T*>(name);
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }

private Q_SLOTS:
    void init()
    {
        static int n = 0;
        m_runs = m_folder.filePath("runs" + QString::number(++n));
        QDir().mkpath(m_runs);
    }

    void everyStateHasItsWord()
    {
        QueueItem item;
        LiveRun live;
        const auto name = [&](const LiveRun* run) { return queueStatusName(queueStatus(item, run)); };
        QCOMPARE(name(&live), QString("queued"));
        item.state = State::Started;
        QCOMPARE(name(nullptr), QString("starting"));
        const std::pair<RunState, const char*> states[]
            = { { RunState::Starting, "starting" }, { RunState::Running, "running" }, { RunState::Paused, "paused" },
                  { RunState::Stopping, "finishing" }, { RunState::Finished, "finishing" } };
        for (const auto& [state, word] : states) {
            live.state = state;
            QCOMPARE(name(&live), QString(word));
        }
        live.responding = false;
        QCOMPARE(name(&live), QString("not responding"));
        item.state = State::Ended;
        const std::pair<Outcome, const char*> outcomes[] = { { Outcome::Completed, "completed" },
            { Outcome::Stopped, "stopped" }, { Outcome::Failed, "failed" }, { Outcome::Crashed, "crashed" } };
        for (const auto& [outcome, word] : outcomes) {
            item.outcome = outcome;
            QCOMPARE(name(&live), QString(word));
        }
        QCOMPARE(durationText(-1), QString());
        QCOMPARE(durationText(59.6), QString("1 min"));
        QCOMPARE(durationText(11100), QString("3 h 05 min"));
    }

    void modelShowsPhaseStepsAndSentences()
    {
        QueueModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QueueContents contents;
        for (int i = 1; i <= 3; ++i) {
            QueueItem item;
            item.id = i;
            item.name = "run " + std::to_string(i);
            contents.items.push_back(item);
        }
        contents.items[0].state = State::Started;
        contents.items[1].state = State::Ended;
        contents.items[1].outcome = Outcome::Failed;
        contents.items[1].message = "The model \u202Eevil\nis missing.";
        model.setContents(contents);
        QCOMPARE(model.index(0, QueueModel::Place).data().toString(), QString());
        QCOMPARE(model.index(2, QueueModel::Place).data().toString(), QString("1"));
        QCOMPARE(model.index(1, QueueModel::Note).data().toString(),
            QString("The model evil is missing.")); // no bidi, one line
        model.setLive(1, { RunState::Starting, Phase::Loading, 0, -1, 150, -1, true, "" });
        QCOMPARE(model.index(0, QueueModel::Progress).data().toString(), QString::fromUtf8("step 0 of 150 · loading"));
        model.setLive(1, { RunState::Starting, Phase::Loading, 0.4, -1, 150, -1, true, "", StartPart::Data });
        QCOMPARE(model.index(0, QueueModel::Progress).data().toString(),
            QString::fromUtf8("step 0 of 150 · preparing the data 40 %"));
        QCOMPARE(model.index(0, QueueModel::State).data(Qt::ToolTipRole).toString(),
            QString::fromUtf8("starting · preparing the data 40 %"));
        model.setLive(1, { RunState::Running, Phase::Sampling, 0.5, 12, 150, 240, true, "" });
        QCOMPARE(model.index(0, QueueModel::Progress).data().toString(),
            QString::fromUtf8("step 12 of 150 · sampling · 4 min left"));
        model.setLive(1, { RunState::Running, Phase::Evaluating, 0.5, 150, 150, 0, true, "" });
        QCOMPARE(model.index(0, QueueModel::Progress).data().toString(),
            QString::fromUtf8("step 150 of 150 · last evaluation")); // no "0 s left"
        QCOMPARE(model.summary(), QString("1 started, 1 waiting, 1 ended"));
        std::swap(contents.items[0], contents.items[2]);
        model.setContents(contents);
        QCOMPARE(names(&model), QStringList({ "run 3", "run 2", "run 1" }));
        contents.items.pop_back();
        model.setContents(contents);
        QCOMPARE(model.rowCount(), 2);
    }

    void reordersByKeyAndButton()
    {
        fill({ "a", "b", "c" });
        const auto shown = page();
        QTRY_COMPARE(names(shown->model()), QStringList({ "a", "b", "c" }));
        QTableView* table = shown->table();
        table->selectRow(2);
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QTRY_COMPARE(names(shown->model()), QStringList({ "a", "c", "b" }));
        QCOMPARE(table->selectionModel()->selectedRows().value(0).row(), 1); // it stays selected
        QTest::mouseClick(child<QPushButton>(shown.get(), "queueUp"), Qt::LeftButton);
        QTRY_COMPARE(names(shown->model()), QStringList({ "c", "a", "b" }));
        QTest::mouseClick(child<QPushButton>(shown.get(), "queueDown"), Qt::LeftButton);
        QTRY_COMPARE(names(shown->model()), QStringList({ "a", "c", "b" }));
        QCOMPARE(orThrow(queue().read()).items[1].name, std::string("c")); // in the file, not only on the screen
        QTest::keyClick(table, Qt::Key_Delete);
        QTRY_COMPARE(names(shown->model()), QStringList({ "a", "b" }));
    }

    void actionsFitTheState()
    {
        fill({ "waits", "done", "broke" });
        set(2, State::Ended, Outcome::Completed);
        set(3, State::Ended, Outcome::Failed, "The disk is full.");
        const auto shown = page();
        QTRY_COMPARE(shown->model()->rowCount(), 3);
        const auto enabled = [&](const char* name) { return child<QPushButton>(shown.get(), name)->isEnabled(); };
        QTableView* table = shown->table();
        table->selectRow(0);
        QVERIFY(enabled("queueUp") && enabled("queueRemove") && !enabled("queueRetry") && !enabled("queueOpen")
            && !enabled("queuePause"));
        table->selectRow(1);
        QVERIFY(!enabled("queueUp") && enabled("queueRemove") && !enabled("queueRetry") && enabled("queueOpen"));
        table->selectRow(2);
        QVERIFY(enabled("queueRetry"));
        QCOMPARE(child<QLabel>(shown.get(), "queueNote")->text(), QString("The disk is full."));
        QVERIFY(child<QLabel>(shown.get(), "queueNote")->isVisible());
        QSignalSpy opened(shown.get(), &QueuePage::openRequested);
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), QString::fromStdString(shown->model()->item(2).folder));
        QTest::keyClick(table, Qt::Key_R);
        QTRY_COMPARE(shown->model()->index(2, QueueModel::State).data().toString(), QString::fromUtf8("○ queued"));
        QTest::mouseClick(child<QPushButton>(shown.get(), "queueClear"), Qt::LeftButton);
        QTRY_COMPARE(names(shown->model()), QStringList({ "waits", "broke" }));
    }

    void saysWhatTheNextOneWaitsFor()
    {
        fill({ "next", "later" });
        set(1, State::Queued, Outcome::None, "Waits for \"monday\", started by hand.");
        const auto shown = page();
        QTRY_COMPARE(shown->model()->rowCount(), 2);
        const auto* note = child<QLabel>(shown.get(), "queueNote"); // nothing is selected
        QCOMPARE(note->text(), QString("Waits for \"monday\", started by hand."));
        QVERIFY(note->isVisible());
        shown->table()->selectRow(1);
        QVERIFY(!note->isVisible());
    }

    /// A space in a text that is typed on must not undo a pause; one after a press by key is meant.
    void goOnTakesTheFocusOfPause()
    {
        fill({ "trains" });
        const std::string run = orThrow(queue().read()).items[0].folder;
        fixture::makeRun(QString::fromStdString(run));
        const auto lease = orThrow(Lease::acquire(run));
        const auto server = orThrow(ControlServer::listen(run, "trains", "test"));
        set(1, State::Started);
        const auto say = [&](RunState state) {
            Event event;
            event.kind = Event::Kind::State;
            event.state = state;
            server->broadcast(event);
        };
        say(RunState::Running);
        const auto shown = page();
        QVERIFY(QTest::qWaitForWindowActive(shown.get()));
        QTRY_COMPARE(shown->model()->rowCount(), 1);
        shown->table()->selectRow(0);
        auto* pause = child<QPushButton>(shown.get(), "queuePause");
        auto* goOn = child<QPushButton>(shown.get(), "queueResume");
        QTRY_VERIFY(pause->isEnabled());
        const auto next = [&] {
            std::optional<Command> got;
            [&] { QTRY_VERIFY(got || (got = server->take())); }();
            return got.value_or(Command {}).kind;
        };
        QTest::mouseClick(pause, Qt::LeftButton);
        QCOMPARE(next(), Command::Kind::Pause);
        say(RunState::Paused);
        QTRY_VERIFY(goOn->isEnabled() && !pause->isEnabled());
        QCOMPARE(QApplication::focusWidget(), shown.get());
        QTest::keyClicks(QApplication::focusWidget(), "a b");
        QTest::qWait(100);
        QVERIFY(!server->take());
        goOn->setFocus();
        QTest::keyClick(goOn, Qt::Key_Space);
        QCOMPARE(next(), Command::Kind::Resume);
        say(RunState::Running);
        QTRY_VERIFY(pause->isEnabled() && !goOn->isEnabled());
        QVERIFY(pause->hasFocus());
        say(RunState::Paused); // another client's doing
        QTRY_VERIFY(goOn->isEnabled() && !pause->isEnabled());
        QCOMPARE(QApplication::focusWidget(), shown.get());
        auto* stop = child<QPushButton>(shown.get(), "queueStop");
        QTest::mouseClick(stop, Qt::LeftButton);
        QCOMPARE(next(), Command::Kind::Stop);
        QVERIFY(!stop->isEnabled()); // told once
    }

    void holdsAndCounts()
    {
        fill({ "a" });
        const auto shown = page();
        QTRY_VERIFY(child<QPushButton>(shown.get(), "queueHold")->isChecked());
        QVERIFY(child<QLabel>(shown.get(), "queueSummary")->text().startsWith("on hold"));
        child<QSpinBox>(shown.get(), "queueJobs")->setValue(3);
        QTRY_COMPARE(orThrow(queue().read()).jobs, 3);
        // Let go: a worker is wanted, and this engine is not there.
        QTest::mouseClick(child<QPushButton>(shown.get(), "queueHold"), Qt::LeftButton);
        QLabel* message = child<QLabel>(shown.get(), "queueMessage");
        QTRY_VERIFY(message->isVisible() && message->text().contains("no-engine"));
        QVERIFY(!orThrow(queue().read()).paused);
    }

    void refusesWhatIsNotValid()
    {
        const auto shown = page();
        QVERIFY(child<QLabel>(shown.get(), "queueEmpty")->isVisible());
        RunConfig bad;
        bad.algorithm.stepsPerGeneration = 7;
        shown->enqueue({ RunConfig {}, bad }, "s");
        QTRY_VERIFY(child<QLabel>(shown.get(), "queueMessage")->isVisible());
        QCOMPARE(orThrow(queue().read()).items.size(), size_t(0));
        shown->enqueueFile(m_folder.filePath("nothing.json"));
        QVERIFY(child<QLabel>(shown.get(), "queueMessage")->text().contains("nothing.json"));
        RunQueue q = queue();
        orThrow(q.setPaused(true));
        RunConfig good;
        good.general.name = "good";
        shown->enqueue({ good }, "");
        QTRY_COMPARE(names(shown->model()), QStringList({ "good" }));
        QCOMPARE(runConfigFromJson(orThrow(readFile(q.configFile(1))))->general.name, std::string("good"));
    }

    void followsARunThatAnEngineHolds()
    {
        fill({ "live" });
        const std::string folder = orThrow(queue().read()).items[0].folder;
        fixture::makeRun(QString::fromStdString(folder));
        auto lease = orThrow(Lease::acquire(folder));
        orThrow(lease->setState(RunState::Paused));
        set(1, State::Started);
        const auto shown = page();
        QTRY_COMPARE(shown->model()->index(0, QueueModel::State).data().toString(), QString::fromUtf8("‖ paused"));
        QVERIFY(!child<QPushButton>(shown.get(), "queueRemove")->isEnabled());
    }

    /// What waits can be looked into, taken into the form, and put back at its place.
    void aWaitingRunIsReadAndReplaced()
    {
        RunConfig config;
        config.general.name = "second";
        config.optimizer.learningRate = 3e-6;
        fill({ "first" });
        RunQueue q = queue();
        (void)orThrow(q.add({ { "second", toJsonText(config), "", "" }, { "third", toJsonText(config), "", "" } }));
        const auto shown = page();
        QTRY_COMPARE(shown->model()->rowCount(), 3);
        QStringList waiting;
        connect(shown.get(), &QueuePage::waitingChanged, this, [&](const QStringList& folders) { waiting = folders; });
        auto* text = child<QPlainTextEdit>(shown.get(), "queueDetailText");
        auto* edit = child<QPushButton>(shown.get(), "queueEdit");
        QVERIFY(!text->isVisible() && !edit->isEnabled());
        shown->table()->selectRow(1);
        QTest::keyClick(shown->table(), Qt::Key_Return); // nothing to open yet: what it will be
        QVERIFY(text->isVisible());
        QTRY_VERIFY(text->toPlainText().contains("optimizer.learning_rate = 3e-06  (default "));
        QVERIFY(!text->toPlainText().contains("rollout.temperature"));
        child<QComboBox>(shown.get(), "queueDetailFormat")->setCurrentIndex(1);
        QVERIFY(text->toPlainText().contains("  temperature: "));
        RunConfig given;
        QString folder;
        connect(shown.get(), &QueuePage::editRequested, this, [&](const RunConfig& one, const QString& of) {
            given = one;
            folder = of;
        });
        QTest::mouseClick(edit, Qt::LeftButton);
        QTRY_COMPARE(given.general.name, std::string("second"));
        given.optimizer.learningRate = 5e-6;
        given.general.name = "slower";
        shown->table()->selectRow(0);
        shown->replace(folder, given);
        QTRY_COMPARE(names(shown->model()), QStringList({ "first", "slower", "third" }));
        QCOMPARE(shown->table()->currentIndex().row(), 1);
        QTRY_VERIFY(text->toPlainText().contains("learning_rate: 5e-06"));
        QCOMPARE(waiting.size(), 3);
        // A worker takes it while it is edited.
        fixture::makeRun(folder);
        set(2, State::Started);
        QTRY_COMPARE(waiting.size(), 2);
        QTRY_VERIFY(!edit->isEnabled());
        given.general.name = "too-late";
        shown->replace(folder, given);
        QTRY_VERIFY(child<QLabel>(shown.get(), "queueMessage")->text().contains("has already been started"));
        QCOMPARE(names(shown->model()), QStringList({ "first", "slower", "third" }));
        given.algorithm.stepsPerGeneration = 7; // not valid: said, and nothing is written
        shown->replace(QString::fromStdString(orThrow(q.read()).items[2].folder), given);
        QTRY_VERIFY(child<QLabel>(shown.get(), "queueMessage")->text().contains("equal mini-batches"));
        QCOMPARE(runConfigFromJson(orThrow(readFile(q.configFile(3))))->algorithm.stepsPerGeneration,
            config.algorithm.stepsPerGeneration);
    }

    void aFormStartsElsewhere()
    {
        const auto shown = page();
        QueuePage& panel = *shown;
        RunConfig config;
        config.general.name = ".. a/b; c";
        config.general.seed = 77;
        panel.startElsewhere(config);
        auto* file = child<QLineEdit>(&panel, "remoteConfig");
        QVERIFY(file->isVisible());
        QCOMPARE(file->text(), m_runs + "/.remote/a-b-c.json"); // within the folder, whatever the run is called
        QCOMPARE(child<QLineEdit>(&panel, "remoteRun")->text(), QString("runs/a-b-c"));
        const Result<std::string> text = readFile(file->text().toStdString(), 1 << 20);
        QVERIFY(text.ok());
        QCOMPARE(orThrow(runConfigFromJson(*text)).general.seed, int64_t(77)); // the form's, not the defaults
        auto* host = child<QLineEdit>(&panel, "remoteHost");
        QTest::keyClicks(host, "gpu");
        QPushButton* attach = child<QPushButton>(&panel, "remoteAttach");
        QCOMPARE(attach->text(), QString("Start and attach"));
        QCOMPARE(panel.remoteForm()->command().mid(3),
            QStringList({ "--host", "gpu", "--run", "runs/a-b-c", "--start", file->text() }));
        QVERIFY(scanRuns(m_runs).empty()); // the file is no run
    }

    void attachesToARemoteRun()
    {
        qputenv("XDG_STATE_HOME", m_folder.filePath("state").toUtf8());
        const auto shown = page();
        QPushButton* open = child<QPushButton>(shown.get(), "queueAttach");
        QVERIFY(!shown->remoteForm()->isVisible());
        QTest::mouseClick(open, Qt::LeftButton);
        QVERIFY(shown->remoteForm()->isVisible());
        auto* host = child<QLineEdit>(shown.get(), "remoteHost");
        auto* run = child<QLineEdit>(shown.get(), "remoteRun");
        auto* attach = child<QPushButton>(shown.get(), "remoteAttach");
        QVERIFY(!attach->isEnabled());
        run->setText("runs/my run/");
        for (const char* bad : { "", "-oProxyCommand=x", "a b", "x;y" }) {
            host->setText(bad);
            QVERIFY2(!attach->isEnabled(), bad);
        }
        host->setText("me@gpu");
        QVERIFY(attach->isEnabled());
        QCOMPARE(shown->remoteForm()->command(),
            QStringList({ m_folder.filePath("no-engine"), "attach", m_runs + "/my-run@gpu", "--host", "me@gpu", "--run",
                "runs/my run/" }));
        QVERIFY(child<QLabel>(shown.get(), "remoteCommand")
                    ->text()
                    .contains("--run 'runs/my run/'")); // as a shell needs it
        child<QLineEdit>(shown.get(), "remoteConfig")->setText(m_folder.filePath("none.json"));
        QCOMPARE(attach->text(), QString("Start and attach"));
        QTest::mouseClick(attach, Qt::LeftButton);
        QLabel* message = child<QLabel>(shown.get(), "remoteMessage");
        QVERIFY(message->isVisible() && message->text().contains("none.json"));
        child<QLineEdit>(shown.get(), "remoteConfig")->clear();
        QTest::keyClick(host, Qt::Key_Return);
        QVERIFY(message->isVisible() && message->text().contains("no-engine")); // the program is not there
        fixture::makeRun(m_runs + "/my-run@gpu");
        QTest::mouseClick(attach, Qt::LeftButton);
        QVERIFY(message->text().contains("a run of its own"));
        QTest::keyClick(host, Qt::Key_Escape);
        QVERIFY(!shown->remoteForm()->isVisible() && !open->isChecked());
        // A copy that was attached before is offered again, with what it was attached to.
        orThrow(writeFileAtomically((m_runs + "/my-run@gpu/remote.json").toStdString(),
            "{\"version\":1,\"host\":\"me@gpu\",\"ssh\":\"ssh\",\"program\":\"there\",\"run\":\"old\",\"start\":"
            "false}"));
        QTest::mouseClick(open, Qt::LeftButton);
        auto* known = child<QComboBox>(shown.get(), "remoteKnown");
        QCOMPARE(known->count(), 2);
        known->setCurrentIndex(1);
        Q_EMIT known->activated(1);
        QCOMPARE(run->text(), QString("old"));
        QVERIFY(run->isReadOnly());
        // It came from elsewhere for all that is known: what it would run is shown before it can be run.
        QCOMPARE(shown->remoteForm()->command(),
            QStringList({ m_folder.filePath("no-engine"), "attach", m_runs + "/my-run@gpu", "--trust" }));
        QCOMPARE(attach->text(), QString("Run this command"));
        QLabel* line = child<QLabel>(shown.get(), "remoteCommand");
        QVERIFY2(line->text().contains("nobody on this machine") && line->text().contains("ssh -T -o BatchMode=yes")
                && line->text().contains("me@gpu") && line->text().contains("there") && line->text().contains("serve"),
            qPrintable(line->text()));
        orThrow(trust(trustFile(), orThrow(readRemote((m_runs + "/my-run@gpu").toStdString()))));
        Q_EMIT known->activated(1);
        QCOMPARE(shown->remoteForm()->command(),
            QStringList({ m_folder.filePath("no-engine"), "attach", m_runs + "/my-run@gpu" }));
        QCOMPARE(attach->text(), QString("Attach"));
        // The same copy, changed by whoever sent it again.
        orThrow(writeFileAtomically((m_runs + "/my-run@gpu/remote.json").toStdString(),
            "{\"version\":1,\"host\":\"\",\"ssh\":\"ssh\",\"program\":\"./evil\",\"run\":\"old\",\"start\":"
            "false}"));
        Q_EMIT known->activated(1);
        QVERIFY(shown->remoteForm()->command().contains("--trust") && line->text().contains("./evil serve old"));
        orThrow(writeFileAtomically((m_runs + "/my-run@gpu/remote.json").toStdString(), "{"));
        Q_EMIT known->activated(1);
        QVERIFY(shown->remoteForm()->command().isEmpty() && !attach->isEnabled());
    }

    void damageIsSaid()
    {
        RunQueue q = queue();
        orThrow(makeFolders(q.folder()));
        orThrow(writeFileAtomically(q.folder() / "queue.json", "{"));
        const auto shown = page();
        QTRY_VERIFY(child<QLabel>(shown.get(), "queueMessage")->text().contains("is no queue of runs"));
    }
};

QTEST_MAIN(TestQueue)
#include "tst_queue.moc"
