// Theme, the bar over a run, the knobs, and what the window remembers.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "core/store/workspace.h"
#include "widgets/models/runlistmodel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/livesettings.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/runheader.h"
#include "widgets/shell/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QStyleOption>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace aha;

class TestShellParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
    }

    void textCanBeRead()
    {
        for (const bool dark : { false, true }) {
            const QPalette p = themePalette(dark);
            const std::pair<QPalette::ColorRole, QPalette::ColorRole> pairs[]
                = { { QPalette::WindowText, QPalette::Window }, { QPalette::Text, QPalette::Base },
                      { QPalette::Text, QPalette::AlternateBase }, { QPalette::ButtonText, QPalette::Button },
                      { QPalette::HighlightedText, QPalette::Highlight },
                      { QPalette::ToolTipText, QPalette::ToolTipBase }, { QPalette::PlaceholderText, QPalette::Base },
                      { QPalette::PlaceholderText, QPalette::Window }, { QPalette::Link, QPalette::Base } };
            for (const auto& [text, ground] : pairs)
                QVERIFY2(contrast(p.color(text), p.color(ground)) >= 4.5,
                    qPrintable(QString("dark %1: role %2 on %3: %4")
                                   .arg(dark)
                                   .arg(text)
                                   .arg(ground)
                                   .arg(contrast(p.color(text), p.color(ground)))));
            QVERIFY(contrast(errorColor(dark), p.color(QPalette::Window)) >= 4.5
                && contrast(errorColor(dark), p.color(QPalette::Base)) >= 4.5);
            QVERIFY(contrast(edgeColor(dark), p.color(QPalette::Base)) >= 3);
            for (const BadgeTone tone :
                { BadgeTone::Quiet, BadgeTone::Busy, BadgeTone::Good, BadgeTone::Warning, BadgeTone::Bad })
                QVERIFY2(contrast(badgeColors(tone, dark).text, badgeColors(tone, dark).background) >= 4.5,
                    qPrintable(QString("dark %1 tone %2").arg(dark).arg(int(tone))));
        }
    }

    /// What can be ticked, chosen, pressed or typed into is found by its frame, in both themes, also when nothing is
    /// ticked; a tick is a shape, not a colour alone.
    void controlsHaveEdges()
    {
        for (const ThemeChoice theme : { ThemeChoice::Light, ThemeChoice::Dark }) {
            applyTheme(*qApp, theme);
            QWidget page;
            auto* layout = new QVBoxLayout(&page);
            auto* ticked = new QCheckBox("ticked");
            ticked->setChecked(true);
            QWidget* const controls[]
                = { new QCheckBox("check"), new QRadioButton("radio"), new QSpinBox, new QDoubleSpinBox, new QComboBox,
                      new QPushButton("press"), new QLineEdit, new QPlainTextEdit, ticked };
            for (QWidget* control : controls) {
                layout->addWidget(control);
                control->setFocusPolicy(Qt::NoFocus);
            }
            page.resize(300, 500);
            const QColor ground = page.palette().color(QPalette::Window);
            const auto edge = [&](QWidget* control) {
                QStyleOptionButton option;
                option.initFrom(control);
                QRect box = control->rect();
                if (qobject_cast<QCheckBox*>(control))
                    box = control->style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, control);
                if (qobject_cast<QRadioButton*>(control))
                    box = control->style()->subElementRect(QStyle::SE_RadioButtonIndicator, &option, control);
                const QImage picture = page.grab().toImage();
                const QPoint at = control->mapTo(&page, box.topLeft());
                double best = 1;
                for (int x = 0; x < 3; ++x)
                    best = std::max(best, contrast(picture.pixelColor(at.x() + x, at.y() + box.height() / 2), ground));
                return best;
            };
            for (QWidget* control : controls) {
                const QString which = QString("theme %1, %2").arg(int(theme)).arg(control->metaObject()->className());
                const double enabled = edge(control);
                QVERIFY2(enabled >= 3, qPrintable(which + QString(": %1").arg(enabled)));
                control->setEnabled(false);
                const double disabled = edge(control);
                QVERIFY2(disabled >= 1.4 && disabled < enabled, qPrintable(which + QString(" off: %1").arg(disabled)));
                control->setEnabled(true);
            }
            const auto lightest = [&] { // within the frame of the ticked one
                const QImage picture = page.grab().toImage();
                double best = 1;
                const QColor fill = page.palette().color(QPalette::Highlight);
                for (int y = 3; y < ticked->height() - 3; ++y)
                    for (int x = 4; x < 10; ++x) {
                        const QColor pixel = picture.pixelColor(ticked->mapTo(&page, QPoint(x, y)));
                        if (pixel.lightness() > fill.lightness())
                            best = std::max(best, contrast(pixel, fill));
                    }
                return best;
            };
            QVERIFY2(lightest() >= 3, qPrintable(QString::number(lightest())));
        }
        applyTheme(*qApp, ThemeChoice::System);
    }

    void everyElementHasAName()
    {
        MainWindow window;
        window.openRuns({ makeRun("named") });
        QList<QWidget*> mute;
        for (QWidget* part : { static_cast<QWidget*>(window.runs()), static_cast<QWidget*>(window.train()),
                 static_cast<QWidget*>(window.configure()), static_cast<QWidget*>(window.findChild<RunHeader*>()) })
            for (QWidget* widget : part->findChildren<QWidget*>()) {
                const bool acts = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget)
                    || qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractItemView*>(widget)
                    || qobject_cast<QPlainTextEdit*>(widget)
                    || (qobject_cast<QAbstractSlider*>(widget) && !qobject_cast<QScrollBar*>(widget));
                const QByteArray kind = widget->metaObject()->className(); // parts that Qt makes inside its own widgets
                const bool inner = kind.contains("Private") || kind == "QTableCornerButton" || kind == "QHeaderView"
                    || kind == "QLineEditIconButton" || widget->objectName().startsWith("qt_")
                    || (kind.contains("QComboBox") && !qobject_cast<QComboBox*>(widget));
                if (acts && !inner && widget->accessibleName().isEmpty())
                    mute << widget;
            }
        for (QWidget* widget : mute)
            qWarning() << widget << widget->parent();
        QVERIFY(mute.isEmpty());
    }

    void headerSaysWhatIsWrong()
    {
        // Killed in mid-run: no lease, no final marker.
        const QString run = makeRun("killed");
        const OpenRun open { std::make_shared<RunFeed>(run), Qt::blue, "killed" };
        RunHeader header;
        header.setRun(&open);
        QCOMPARE(header.stateText(), QString("interrupted"));
        QVERIFY(open.feed->stateReason().contains("Resume"));
        QVERIFY(!header.findChild<QPushButton*>("resumeRun")->isHidden());
        QVERIFY(header.findChild<QPushButton*>("pauseRun")->isHidden()
            && header.findChild<QPushButton*>("killRun")->isHidden());
    }

    void aStartIsToldByItsParts()
    {
        const QString run = makeRun("starts");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "starts", "test"));
        const OpenRun open { std::make_shared<RunFeed>(run), Qt::blue, "starts" };
        RunHeader header;
        header.setRun(&open);
        QTRY_VERIFY(open.feed->attached());
        RunListRow row;
        row.folder = run;
        RunListModel table;
        table.setRows({ row });
        connect(open.feed.get(), &RunFeed::stateChanged, &table, [&] {
            table.setStates({ { run, open.feed->state() } }, { { run, open.feed->startPart() } });
        });
        Event event;
        event.kind = Event::Kind::Progress;
        event.state = RunState::Starting;
        event.phase = Phase::Loading;
        event.part = StartPart::Model;
        server->broadcast(event);
        QTRY_COMPARE(header.stateText(), QString::fromUtf8("starting · loading the model"));
        event.part = StartPart::Data;
        event.fraction = 0.4;
        server->broadcast(event);
        QTRY_COMPARE(header.stateText(), QString::fromUtf8("starting · preparing the data 40 %"));
        QCOMPARE(
            table.index(0, RunListModel::State).data().toString(), QString::fromUtf8("starting · preparing the data"));
        event.part = StartPart::None; // an engine that does not tell
        server->broadcast(event);
        QTRY_COMPARE(header.stateText(), QString("starting"));
        event.part = StartPart::FirstEvaluation;
        server->broadcast(event);
        QTRY_VERIFY(header.stateText().contains("first evaluation"));
        event.kind = Event::Kind::State;
        event.state = RunState::Running;
        server->broadcast(event);
        QTRY_VERIFY(header.stateText().startsWith("running"));
        QCOMPARE(table.index(0, RunListModel::State).data().toString(), QString("running"));
    }

    /// What is left of a 1280 pixel window beside the runs, and a name that does not fit.
    void stepAndTimeAreNeverCut()
    {
        const QString run = makeRun("timed");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "timed", "test"));
        const OpenRun open { std::make_shared<RunFeed>(run), Qt::blue, QString("a-long-name-").repeated(8) };
        RunHeader header;
        header.setRun(&open);
        QTRY_VERIFY(open.feed->attached());
        Event event;
        event.kind = Event::Kind::Progress;
        event.state = RunState::Running;
        event.phase = Phase::Evaluating;
        event.fraction = 0.99;
        event.step = 149;
        event.maxSteps = 1500;
        event.etaSeconds = 45'296;
        server->broadcast(event);
        auto* detail = header.findChild<QLabel*>("runDetail");
        QTRY_VERIFY2(detail->text().endsWith("about 12 h 34 min left"), qPrintable(detail->text()));
        header.resize(990, header.sizeHint().height());
        static_cast<QWidget&>(header).show();
        QVERIFY(QTest::qWaitForWindowExposed(&header));
        QVERIFY2(
            header.minimumSizeHint().width() <= 990, qPrintable(QString::number(header.minimumSizeHint().width())));
        QVERIFY(detail->width() >= detail->fontMetrics().horizontalAdvance(detail->text()));
    }

    /// The last evaluation may take minutes: no clock stands at 0:00 meanwhile.
    void whatFollowsTheLastStepIsNamed()
    {
        const QString run = makeRun("ending");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "ending", "test"));
        const OpenRun open { std::make_shared<RunFeed>(run), Qt::blue, "ending" };
        RunHeader header;
        header.setRun(&open);
        QTRY_VERIFY(open.feed->attached());
        const auto* detail = header.findChild<QLabel*>("runDetail");
        Event event;
        event.kind = Event::Kind::Progress;
        event.state = RunState::Running;
        event.step = event.maxSteps = 150;
        for (const auto& [phase, eta, says] : std::initializer_list<std::tuple<Phase, double, const char*>> {
                 { Phase::Training, 90, " · about 1:30 left" }, { Phase::Sampling, 0, " · last step" },
                 { Phase::Evaluating, 0, " · last evaluation" }, { Phase::Saving, 0, " · last checkpoint" } }) {
            event.phase = phase;
            event.etaSeconds = eta;
            server->broadcast(event);
            QTRY_VERIFY2(detail->text().endsWith(QString::fromUtf8(says)), qPrintable(detail->text()));
        }
        event.phase = Phase::Evaluating;
        event.etaSeconds = -1; // not known: of which evaluation it is nothing is said
        server->broadcast(event);
        QTRY_VERIFY2(!detail->text().contains("last"), qPrintable(detail->text()));
        QVERIFY(!detail->text().contains("left"));
    }

    void anEngineThatNeverBeganLeavesItsReason()
    {
        const QString run = m_folder.filePath("stillborn");
        QDir().mkpath(run);
        RunFeed feed(run);
        QProcess child;
        child.start("/bin/sleep", { "60" });
        QVERIFY(child.waitForStarted());
        feed.expectEngine(child.processId());
        QCOMPARE(feed.state(), RunState::Starting); // alive and on its way
        QFile log(run + "/engine.log");
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write("loading\n{\"error\":\"model_missing\",\"message\":\"There is no model at x.\",\"hint\":\"Check the "
                  "path.\"}\n");
        log.close();
        child.kill();
        QVERIFY(child.waitForFinished());
        QTRY_COMPARE(feed.state(), RunState::Failed);
        QCOMPARE(feed.stateReason(), QString("There is no model at x. Check the path."));
    }

    /// In a container whose first process waits for nobody it keeps its number for ever.
    void anEngineThatNobodyWaitsForHasEnded()
    {
        const QString run = m_folder.filePath("unheard");
        QDir().mkpath(run);
        const pid_t child = fork();
        if (child == 0)
            _exit(1);
        siginfo_t ended {};
        QCOMPARE(waitid(P_PID, id_t(child), &ended, WEXITED | WNOWAIT), 0);
        RunFeed feed(run);
        feed.expectEngine(child);
        QVERIFY(feed.state() != RunState::Starting);
        QCOMPARE(waitpid(child, nullptr, 0), child);
    }

    /// One line by default; unfolded what matters to this run, and all of it in fewer columns where there is no room.
    void liveSettingsTakeLittleRoom()
    {
        LiveSettings live;
        live.resize(1000, 300);
        RunConfig config;
        config.rewards.format = 0.25;
        config.rewards.length = 0;
        live.setConfig(config, { "optimizer.learning_rate" });
        live.show();
        QVERIFY(QTest::qWaitForWindowExposed(&live));
        auto* fold = live.findChild<QToolButton*>("liveSettings");
        const auto edit = [&](const char* path) { return live.findChild<QLineEdit*>(QString("knob.") + path); };
        const auto shown = [&] {
            int many = 0;
            for (const QLineEdit* one : live.findChildren<QLineEdit*>())
                many += one->isVisible();
            return many;
        };
        QCOMPARE(shown(), 0);
        QVERIFY(live.sizeHint().height() < 50);
        QVERIFY2(live.summary().startsWith("Optimizer: Learning rate")
                && live.summary().contains("Rewards: Format 0.25") && !live.summary().contains("Length"),
            qPrintable(live.summary()));
        QTest::mouseClick(fold, Qt::LeftButton);
        QVERIFY(edit("optimizer.learning_rate")->isVisible() && edit("rewards.format")->isVisible());
        QVERIFY(!edit("rewards.length")->isVisible() && !edit("critic.learning_rate")->isVisible());
        const int few = shown();
        QVERIFY(few < 14);
        QSet<QString> names;
        for (const QLineEdit* one : live.findChildren<QLineEdit*>())
            names << one->accessibleName();
        QCOMPARE(names.size(), live.findChildren<QLineEdit*>().size()); // no two have one name
        live.findChild<QCheckBox*>("liveSettingsAll")->click();
        QVERIFY(shown() > few && edit("rewards.length")->isVisible());
        QVERIFY(!edit("critic.learning_rate")->isVisible()); // this run has none
        for (const int width : { 1000, 700, 500 }) {
            live.resize(width, live.sizeHint().height());
            QTest::qWait(0);
            live.adjustSize();
            live.resize(width, live.height());
            QTest::qWait(0);
            for (const QLineEdit* one : live.findChildren<QLineEdit*>())
                if (one->isVisible())
                    QVERIFY2(one->mapTo(&live, QPoint()).x() + one->width() <= width, qPrintable(one->objectName()));
            for (const QLabel* one : live.findChildren<QLabel*>())
                if (one->isVisible() && one->objectName() != "liveSummary" && one->objectName() != "liveFixed")
                    QVERIFY2(one->width() >= one->sizeHint().width(), qPrintable(one->text()));
        }
        QSignalSpy entered(&live, &LiveSettings::entered);
        edit("rewards.format")->setText("0.5");
        QTest::keyClick(edit("rewards.format"), Qt::Key_Return);
        QCOMPARE(entered.count(), 1);
        QCOMPARE(entered[0][0].toString(), QString("rewards.format"));
    }

    void knobsAreCheckedBeforeTheyAreSent()
    {
        const QString run = makeRun("live");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "live", "test"));
        const OpenRuns runs { { std::make_shared<RunFeed>(run), Qt::blue, "live" } };
        TrainPanel panel;
        RunHeader header;
        panel.setRuns(runs);
        header.setRun(&runs.front());
        QTRY_VERIFY(runs.front().feed->attached());
        Event event;
        event.kind = Event::Kind::State;
        event.state = RunState::Paused;
        server->broadcast(event);
        QTRY_COMPARE(header.stateText(), QString("paused"));
        auto* rate = panel.findChild<QLineEdit*>("knob.optimizer.learning_rate");
        QVERIFY(rate && rate->accessibleDescription().contains(QString::fromUtf8("0 – 1")));
        rate->setText("7");
        QTest::keyClick(rate, Qt::Key_Return);
        QVERIFY2(panel.answer().contains("7"), qPrintable(panel.answer()));
        const auto* answer = panel.findChild<QLabel*>("knobAnswer");
        QCOMPARE(answer->property("role").toString(), QString("error"));
        rate->setText("1e-5");
        QTest::keyClick(rate, Qt::Key_Return);
        std::optional<Command> got;
        QTRY_VERIFY(got || (got = server->take()));
        QCOMPARE(got->assignment, std::string("optimizer.learning_rate=1e-5")); // and 7 never arrived
        server->reply(*got, true, "changed");
        QTRY_COMPARE(panel.answer(), QString("changed"));
        QCOMPARE(answer->property("role").toString(), QString("hint")); // an error no more
        auto* live = panel.findChild<LiveSettings*>();
        QVERIFY2(live->summary().contains("Optimizer: Learning rate 1e-05 (changed)"), qPrintable(live->summary()));
        // A sample is model text: it goes to whoever asked for it, as it is.
        QSignalSpy sampled(&header, &RunHeader::sampled);
        header.send(Command::Kind::SampleNow);
        got.reset();
        QTRY_VERIFY(got || (got = server->take()));
        QCOMPARE(got->kind, Command::Kind::SampleNow);
        server->reply(*got, true, "<b>no wait</b>");
        QTRY_COMPARE(sampled.count(), 1);
        QCOMPARE(panel.answer(), QString("changed"));
        panel.showSample(sampled[0][0].toString());
        QCOMPARE(panel.findChild<QPlainTextEdit*>("sampleText")->toPlainText(), QString("<b>no wait</b>"));
    }

    void windowComesBackAsItWas()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        const QString run = makeRun("kept");
        {
            MainWindow window(workspace.get());
            QVERIFY(window.openFolders().isEmpty());
            window.resize(1400, 777);
            window.show();
            window.openRuns({ run });
            window.showPage("Compare");
            window.train()->charts()->setSmoothing(0.25);
            QVERIFY(window.close());
        }
        MainWindow window(workspace.get());
        QCOMPARE(window.openFolders(), QStringList { run });
        QCOMPARE(window.size(), QSize(1400, 777));
        QCOMPARE(
            window.findChild<QTabWidget*>("pages")->tabText(window.findChild<QTabWidget*>("pages")->currentIndex()),
            QString("Compare"));
        QCOMPARE(window.train()->charts()->smoothing(), 0.25);
    }

    void whatCannotBeUndoneTakesMoreThanEnter()
    {
        AskBar bar;
        bool done = false;
        bar.show();
        QVERIFY(QTest::qWaitForWindowActive(&bar));
        bar.confirm("Delete a?", "Delete", [&] { done = true; });
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(!done && !bar.isVisible());
        bar.confirm("Delete a?", "Delete", [&] { done = true; });
        bar.findChild<QPushButton*>("askChoice0")->click();
        QVERIFY(done);
    }

    void closingAsksAndCanLeaveTraining()
    {
        const QString run = makeRun("training");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "training", "test"));
        MainWindow window;
        window.openRuns({ run });
        Event event;
        event.kind = Event::Kind::State;
        event.state = RunState::Running;
        const auto* header = window.findChild<RunHeader*>();
        QTRY_VERIFY((server->broadcast(event), header->stateText().startsWith("running")));
        const auto* bar = window.findChild<QWidget*>("askBar");
        const auto press = [&](const char* name) {
            auto* button = window.findChild<QPushButton*>(name);
            QVERIFY(button && button->isVisible());
            button->click();
        };
        window.show();
        QVERIFY(!window.close());
        QVERIFY(bar->isVisible() && window.isVisible());
        press("askCancel");
        QVERIFY(!bar->isVisible() && window.isVisible());
        QVERIFY(!window.close());
        press("askChoice0"); // keep training
        QVERIFY(!window.isVisible());
        QVERIFY(!server->take()); // no command was sent
        window.show();
        QVERIFY(!window.close());
        QVERIFY(window.close()); // who insists is not held
        QVERIFY(!server->take());
        window.show();
        QVERIFY(!bar->isVisible());
        QVERIFY(!window.close());
        press("askChoice1"); // stop
        QVERIFY(!window.isVisible());
        std::optional<Command> got;
        QTRY_VERIFY(got || (got = server->take()));
        QCOMPARE(got->kind, Command::Kind::Stop);
    }

private:
    /// A run of three steps without a final marker.
    QString makeRun(const QString& name)
    {
        const QString folder = m_folder.filePath("runs/" + name);
        QDir().mkpath(folder);
        RunConfig config;
        config.general.name = name.toStdString();
        QFile file(folder + "/config.json");
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no folder");
        file.write(toJsonText(config).c_str());
        auto writer = orThrow(RunWriter::create(
            folder.toStdString(), name.toStdString(), name.toStdString(), "grpo", toJsonText(config)));
        for (int64_t step = 1; step <= 3; ++step) {
            StepRow row;
            row.step = step;
            row.metrics = { { "reward", 0.1 * double(step) } };
            orThrow(writer->commitStep(row));
        }
        return folder;
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestShellParts)
#include "tst_shellparts.moc"
