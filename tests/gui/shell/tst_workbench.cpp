// The window on a small real database: models, form, charts, traces, report.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "tests/support/window_place.h"
#include "widgets/models/runhistory.h"
#include "widgets/models/runlistmodel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/smoothing.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/report.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

const std::string kTrace = "<think> 5 * 9 = 45 , 45 + 6 = 51 no wait 5 + 9 = 15 , 15 + 6 = 21 不对 等等 5 * 9 = 45 , "
                           "45 - 6 = 39 yes </think> <answer> ( 5 * 9 ) - 6 </answer>";

/// A run of three steps with two groups of two completions each.
void makeRun(const QString& folder)
{
    QDir().mkpath(folder);
    RunConfig config;
    config.general.name = "fixture";
    QFile file(folder + "/config.json");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toJsonText(config).c_str());
    auto writer = orThrow(RunWriter::create(folder.toStdString(), "fixture", "fixture", "grpo", toJsonText(config)));
    for (int64_t step = 1; step <= 3; ++step) {
        StepRow row;
        row.step = step;
        row.metrics = { { "reward", 0.1 * double(step) }, { "accuracy", 0.2 * double(step) },
            { "completions/mean_length", 30.0 + double(step) }, { "completions/min_length", 20 },
            { "completions/max_length", 60 }, { "reflection/per_response", double(step) }, { "kl", std::nan("") } };
        for (int g = 0; g < 2; ++g) {
            GroupRow group { 0, step, g,
                { 0, g ? "use 1 1 1 to make 3 :" : "use 5 9 6 to make 39 :", "countdown",
                    g ? "{\"numbers\":[1,1,1],\"target\":3}" : "{\"numbers\":[5,9,6],\"target\":39}" },
                0.55, 0.5, g == 1, {} };
            for (int j = 0; j < 2; ++j) {
                CompletionRow c;
                c.position = j;
                c.tokens = 40 + j;
                c.finishReason = j ? "length" : "stop";
                c.reward = j ? 0.0 : 1.1;
                c.advantage = j ? -0.7 : 0.7;
                c.correct = j == 0;
                c.formatOk = j == 0;
                c.verdict = j ? "malformed" : "correct";
                c.reason = j ? "no_answer" : "ok";
                c.parts = { { "accuracy", j ? 0.0 : 1.0 }, { "format", j ? 0.0 : 1.0 } };
                c.reflections = 2;
                c.mixesLanguage = true;
                c.text = j ? "<think> <b>bold</b> & wait" : kTrace;
                c.tokenIds = { 1, 2, 3 };
                if (j == 0)
                    c.detail = TokenDetail { { 7, 9, int32_t(kTrace.size()) }, { -0.1f, -2.0f, -0.5f },
                        { 0.2f, 1.5f, 0.3f } };
                group.completions.push_back(c);
            }
            row.groups.push_back(group);
        }
        orThrow(writer->commitStep(row));
    }
    EvaluationRow e;
    e.task = "countdown";
    e.problems = 100;
    e.samples = 1;
    e.pass1 = 0.4;
    e.pass1Low = 0.3;
    e.pass1High = 0.5;
    e.passK = { { 1, 0.4 } };
    orThrow(writer->commitEvaluation(e));
    orThrow(writer->addMarker({ 0, 2, "set", "optimizer.learning_rate=1e-4", "{}", 0 }));
    orThrow(writer->addMarker({ 0, 3, "finished", "Finished at step 3", "{}", 0 }));
}

} // namespace

class TestWorkbench : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/fixture");
        makeRun(m_run);
        m_feed = std::make_shared<RunFeed>(m_run);
        m_open = { { m_feed, QColor(Qt::blue), "fixture" } };
    }
    void cleanupTestCase()
    {
        m_open.clear();
        m_feed.reset();
    }

    void finishedRunIsRead()
    {
        QCOMPARE(m_feed->state(), RunState::Finished);
        QCOMPARE(m_feed->lastStep(), 3);
        QVERIFY(!m_feed->attached());
    }

    void runTable()
    {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(scanRuns(m_folder.filePath("runs")));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, RunListModel::Name).data().toString(), "fixture");
        QCOMPARE(model.index(0, RunListModel::State).data().toString(), "finished");
        // The run has gone on since: the figure is slanted, and its tip says the step that it is of.
        const QModelIndex pass1 = model.index(0, RunListModel::Pass1);
        QCOMPARE(pass1.data().toString(), QString::fromUtf8("40.0 %"));
        QVERIFY(pass1.data(Qt::FontRole).value<QFont>().italic());
        QCOMPARE(pass1.data(Qt::ToolTipRole).toString(),
            QString("Held-out pass@1 40.0 %, n = 100 × 1, 95 % interval 30.0 to 50.0 %, at step 0; the run stands at "
                    "step 3"));
        QCOMPARE(pass1.data(Qt::AccessibleTextRole), pass1.data(Qt::ToolTipRole));
        RunListRow newest = model.row(0);
        newest.evalStep = newest.step;
        model.updateRow(newest);
        QCOMPARE(pass1.data().toString(), QString("40.0 %"));
        RunListRow other = model.row(0);
        other.folder += "2";
        model.updateRow(other);
        QCOMPARE(model.rowCount(), 2);
    }

    void liveRunIsFollowed()
    {
        const QString live = m_folder.filePath("live");
        makeRun(live);
        const auto lease = orThrow(Lease::acquire(live.toStdString()));
        const auto server = orThrow(ControlServer::listen(live.toStdString(), "live", "test"));
        RunFeed feed(live);
        QTRY_VERIFY_WITH_TIMEOUT(feed.attached(), 5000);
        QSignalSpy committed(&feed, &RunFeed::stepsCommitted);
        Event event;
        event.kind = Event::Kind::State;
        event.state = RunState::Running;
        server->broadcast(event);
        QTRY_COMPARE_WITH_TIMEOUT(feed.state(), RunState::Running, 5000);
        event.kind = Event::Kind::Committed;
        event.step = 7;
        event.maxSteps = 9;
        server->broadcast(event);
        QTRY_COMPARE_WITH_TIMEOUT(committed.count(), 1, 5000);
        QCOMPARE(feed.lastStep(), 7);
        QCOMPARE(feed.maxSteps(), 9);
        QSignalSpy replied(&feed, &RunFeed::replied);
        Command command;
        command.kind = Command::Kind::Set;
        command.assignment = "a=b";
        const qint64 id = feed.send(command);
        QVERIFY(id > 0);
        std::optional<Command> got;
        QTRY_VERIFY_WITH_TIMEOUT(got || (got = server->take()), 5000);
        QCOMPARE(got->assignment, "a=b");
        server->reply(*got, false, "no");
        QTRY_COMPARE_WITH_TIMEOUT(replied.count(), 1, 5000);
        QCOMPARE(replied[0][0].toLongLong(), id);
        QCOMPARE(replied[0][1].toBool(), false);
    }

    void formRoundTrip()
    {
        ConfigurePanel panel;
        RunConfig config;
        config.optimizer.learningRate = 7e-5;
        config.algorithm.lossType = "dapo";
        config.general.name = "mine";
        panel.setConfig(config);
        QCOMPARE(toJsonText(panel.config()), toJsonText(config));
        auto* rate = qobject_cast<QLineEdit*>(panel.editor("optimizer.learning_rate"));
        QVERIFY(rate);
        rate->clear();
        QTest::keyClicks(rate, "2e-4");
        QCOMPARE(panel.config().optimizer.learningRate, 2e-4);
        auto* start = panel.findChild<QPushButton*>("startTraining");
        QVERIFY(start->isEnabled());
        auto* slices = qobject_cast<QLineEdit*>(panel.editor("algorithm.steps_per_generation"));
        slices->clear();
        QTest::keyClicks(slices, "7");
        QVERIFY(panel.messageAt("algorithm.steps_per_generation").contains("256"));
        QVERIFY(panel.messageAt("optimizer.learning_rate").isEmpty());
        QVERIFY(!start->isEnabled());
        slices->clear();
        QTest::keyClicks(slices, "x");
        QVERIFY(panel.messageAt("algorithm.steps_per_generation").contains("number"));
        slices->clear();
        QTest::keyClicks(slices, "8");
        QVERIFY(start->isEnabled());
        for (const Field& field : fields(config))
            QVERIFY2(!panel.editor(QString::fromStdString(field.info.path()))->accessibleName().isEmpty(),
                field.info.path().c_str());
    }

    void smoothingIsDebiased()
    {
        const QVector<double> constant(50, 3.25);
        for (const double value : debiasedAverage(constant, 0.9))
            QVERIFY(std::abs(value - 3.25) < 1e-12);
        const QVector<double> out = debiasedAverage({ 1, NAN, 2 }, 0.5);
        QCOMPARE(out[0], 1.0);
        QVERIFY(std::isnan(out[1]));
        QVERIFY(std::abs(out[2] - (0.5 * 0.5 + 0.5 * 2) / 0.75) < 1e-12);
        QCOMPARE(debiasedAverage({ 1, 5 }, 0), QVector<double>({ 1, 5 }));
    }

    void chartsLinkAndFollow()
    {
        ChartsPanel panel;
        panel.resize(1280, 800);
        panel.setRuns(m_open);
        LinePlot *reward = panel.chart("Reward"), *length = panel.chart("Response length");
        QVERIFY(reward && length);
        QTRY_VERIFY(!reward->isEmpty() && !length->isEmpty()); // read beside the window
        QVERIFY(panel.chart("Gradient norm")->isEmpty()); // absent metrics: a hidden chart
        QVERIFY(reward->following());
        QVERIFY(reward->range().first <= 1 && reward->range().second >= 3 && reward->range().second < 3.1);
        reward->userZoom(1.5, 2.5);
        QVERIFY(!reward->following() && !length->following());
        QCOMPARE(length->range(), qMakePair(1.5, 2.5));
        QCOMPARE(reward->visibleCsv(), QString("line,step,value\n\"total\",2,0.20000000000000001\n"));
        reward->follow();
        QVERIFY(length->following());
        QSignalSpy picked(&panel, &ChartsPanel::stepPicked);
        reward->pick(2.2);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][0].toString(), m_run);
        QCOMPARE(picked[0][1].toLongLong(), 2);
        QVERIFY(length->saveSvg(m_folder.filePath("length.svg"), QSize(600, 400)));
        QVERIFY(QFileInfo(m_folder.filePath("length.svg")).size() > 1000);
    }

    void historyTellsWhatIsNew()
    {
        const QString folder = m_folder.filePath("elsewhere/history");
        makeRun(folder);
        RunHistory history(folder);
        const auto texts = [&history] {
            QStringList all;
            for (const RunHistory::Line& line : history.fetch())
                all << line.text;
            return all;
        };
        QCOMPARE(texts(),
            QStringList({ QString::fromUtf8("Held-out at step 0: pass@1 40.0 % (30.0 – 50.0), n = 100 × 1"),
                "Finished at step 3" }));
        QVERIFY(texts().isEmpty());
        auto writer = orThrow(RunWriter::open(folder.toStdString()));
        for (int i = 0; i <= RunHistory::kMost; ++i)
            orThrow(writer->addLog("info", "line " + std::to_string(i)));
        const QStringList more = texts();
        QCOMPARE(more.size(), RunHistory::kMost); // the newest
        QCOMPARE(more.back(), QStringLiteral("line %1").arg(RunHistory::kMost));
        orThrow(writer->addLog("warning", "of a warning: 1 -> 2"));
        QCOMPARE(texts(), QStringList { QString::fromUtf8("Warning: of a warning: 1 → 2") });
        QVERIFY(texts().isEmpty());
    }

    /// A run that is opened later has earlier lines: they stand where their time is.
    void theLogIsInOrderOfTime()
    {
        RunLog log;
        LogPanel panel(&log);
        const QDateTime noon(QDate(2026, 5, 4), QTime(12, 0, 0));
        const auto feed = [](const char* folder) { return std::make_shared<RunFeed>(QString::fromLatin1(folder)); };
        const OpenRuns runs { { feed("a"), QColor(Qt::blue), "first" }, { feed("b"), QColor(Qt::red), "second" } };
        panel.setRuns(runs);
        auto* box = panel.findChild<QComboBox*>("logRun");
        box->setCurrentIndex(0);
        Q_EMIT box->activated(0);
        log.add("a", "first", { { noon, "one" }, { noon.addSecs(20), "three" } });
        log.add("b", "second", { { noon.addSecs(10), "two" }, { noon.addSecs(30), "four" } });
        log.add({}, {}, noon.addSecs(30), "five");
        QCOMPARE(panel.findChild<QPlainTextEdit*>("log")->toPlainText(),
            QString("2026-05-04 12:00:00  first: one\n2026-05-04 12:00:10  second: two\n"
                    "2026-05-04 12:00:20  first: three\n2026-05-04 12:00:30  second: four\n"
                    "2026-05-04 12:00:30  five"));
        panel.setRuns({ runs[1] }); // what is closed is not among the open runs
        QVERIFY(!panel.findChild<QPlainTextEdit*>("log")->toPlainText().contains("first: one"));
    }

    /// A run that nobody opened can be looked up, too.
    void theLogOfEveryRunIsOffered()
    {
        RunLog log;
        LogPanel panel(&log);
        panel.setLibrary({ ofLastWeek() });
        auto* box = panel.findChild<QComboBox*>("logRun");
        auto* text = panel.findChild<QPlainTextEdit*>("log");
        QVERIFY(text->toPlainText().isEmpty());
        const int at = box->findData(m_run);
        QCOMPARE(box->itemText(at), QString("of last week"));
        box->setCurrentIndex(at);
        Q_EMIT box->activated(at);
        QTRY_VERIFY2(text->toPlainText().contains("of last week: "), qPrintable(text->toPlainText()));
        QVERIFY(text->toPlainText().contains("Finished at step 3"));
        // One that was chosen while it was open is read when it is closed.
        LogPanel other(&log);
        other.setLibrary({ ofLastWeek() });
        other.setRuns({ { std::make_shared<RunFeed>(m_run), QColor(Qt::blue), "of last week" } });
        auto* chosen = other.findChild<QComboBox*>("logRun");
        chosen->setCurrentIndex(chosen->findData(m_run));
        Q_EMIT chosen->activated(chosen->currentIndex());
        QCOMPARE(other.findChild<QPlainTextEdit*>("log")->toPlainText(), QString()); // this log was told nothing of it
        other.setRuns({});
        QTRY_VERIFY(other.findChild<QPlainTextEdit*>("log")->toPlainText().contains("Finished at step 3"));
    }

    /// A run that trains and is not open: its log grows with the row that the library has of it.
    void theLogOfAnUnopenedRunGrows()
    {
        const QString folder = m_folder.filePath("elsewhere/training");
        makeRun(folder);
        RunListRow row = readRunRow(folder);
        RunLog log;
        LogPanel panel(&log);
        panel.setLibrary({ row });
        auto* box = panel.findChild<QComboBox*>("logRun");
        auto* text = panel.findChild<QPlainTextEdit*>("log");
        box->setCurrentIndex(box->findData(folder));
        Q_EMIT box->activated(box->currentIndex());
        QTRY_VERIFY2(text->toPlainText().contains("Finished at step 3"), qPrintable(text->toPlainText()));
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->addLog("info", "one more"));
        ++row.step;
        panel.setLibrary({ row });
        QTRY_VERIFY2(text->toPlainText().contains("one more"), qPrintable(text->toPlainText()));
    }

    /// A line that comes late moves nobody who reads further up; who is at the end stays at the end.
    void aLateLineMovesNoReader()
    {
        RunLog log;
        LogPanel panel(&log);
        panel.resize(500, 200);
        panel.show();
        const QDateTime noon(QDate(2026, 5, 4), QTime(12, 0, 0));
        for (int i = 0; i < 100; ++i)
            log.add({}, {}, noon.addSecs(i), QString::number(i));
        QScrollBar* bar = panel.findChild<QPlainTextEdit*>("log")->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 50);
        bar->setValue(10);
        log.add({}, {}, noon.addSecs(90), "late");
        QCOMPARE(bar->value(), 10);
        bar->setValue(bar->maximum());
        log.add({}, {}, noon.addSecs(90), "later");
        QCOMPARE(bar->value(), bar->maximum());
        QCOMPARE(log.lines().at(91).text.section(' ', -1), QString("late"));
        QCOMPARE(log.lines().at(92).text.section(' ', -1), QString("later"));
    }

    /// A chosen run is closed: its log is read from its folder. It leaves the library: the log is of the open runs.
    void theLogOfAClosedRunStays()
    {
        RunLog log;
        LogPanel panel(&log);
        panel.setLibrary({ ofLastWeek() });
        panel.setRuns({ { std::make_shared<RunFeed>(m_run), QColor(Qt::blue), "of last week" } });
        auto* box = panel.findChild<QComboBox*>("logRun");
        auto* text = panel.findChild<QPlainTextEdit*>("log");
        box->setCurrentIndex(box->findData(m_run));
        Q_EMIT box->activated(box->currentIndex());
        panel.setRuns({});
        QCOMPARE(box->currentData().toString(), m_run);
        QTRY_VERIFY2(text->toPlainText().contains("Finished at step 3"), qPrintable(text->toPlainText()));
        panel.setLibrary({});
        QCOMPARE(box->currentText(), QString("Open runs"));
        QVERIFY2(text->toPlainText().isEmpty(), qPrintable(text->toPlainText()));
    }

    /// Several open runs: the log shows the first, another one, or all; page and dock choose for themselves.
    void theLogIsOfOneRun()
    {
        const QString other = m_folder.filePath("runs/other");
        QDir().mkpath(other);
        RunConfig config;
        config.general.name = "other";
        QFile file(other + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        orThrow(orThrow(RunWriter::create(other.toStdString(), "other", "other", "grpo", toJsonText(config)))
                    ->addLog("info", "of the other"));
        MainWindow window;
        auto *box = window.findChild<QComboBox*>("logRun"), *copy = window.findChild<QComboBox*>("logRunCopy");
        auto *page = window.findChild<QPlainTextEdit*>("log"), *dock = window.findChild<QPlainTextEdit*>("logCopy");
        QVERIFY(box && copy && page && dock && !box->accessibleName().isEmpty());
        const QString own = "Finished at step 3", others = "of the other";
        window.openRuns({ m_run });
        QCOMPARE(box->currentText(), QString("Open runs"));
        window.openRuns({ m_run, other });
        QCOMPARE(box->count(), 3);
        QCOMPARE(box->currentText(), QString("fixture")); // the one that the header names
        window.say("what the window says");
        for (const QPlainTextEdit* text : { page, dock })
            QVERIFY(text->toPlainText().contains(own) && !text->toPlainText().contains(others)
                && text->toPlainText().contains("what the window says"));
        window.show();
        window.showPage("Log");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentText(), QString("other"));
        QVERIFY(!page->toPlainText().contains(own) && page->toPlainText().contains(others));
        QVERIFY(page->toPlainText().contains("what the window says"));
        QVERIFY(dock->toPlainText().contains(own) && copy->currentText() == "fixture");
        QTest::keyClick(box, Qt::Key_Home);
        QCOMPARE(box->currentText(), QString("Open runs"));
        QVERIFY(page->toPlainText().contains(own) && page->toPlainText().contains(others));
        window.openRuns({ other, m_run }); // what was chosen stays chosen; the dock follows the first
        QCOMPARE(box->currentText(), QString("Open runs"));
        QCOMPARE(copy->currentText(), QString("other"));
        QVERIFY(dock->toPlainText().contains(others) && !dock->toPlainText().contains(own));
        window.openRuns({ m_run });
        QCOMPARE(copy->currentText(), QString("Open runs"));
    }

    void windowAndReport()
    {
        MainWindow window;
        window.openRuns({ m_run });
        QCOMPARE(window.openFolders(), QStringList { m_run });
        window.show();
        for (const Page& page : window.pages()->pages()) {
            window.showPage(page.name);
            QCOMPARE(window.pages()->currentPage(), page.name);
            QVERIFY(page.widget->isVisible());
            QVERIFY(!window.grab().isNull());
        }
        QVERIFY(window.findChild<QPlainTextEdit*>("log")->toPlainText().contains(" fixture: Finished at step 3"));
        QVERIFY(window.close()); // nothing trains: nobody is asked
        const QString out = m_folder.filePath("report");
        const Result<void> written = writeReport(m_run, out);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QFile report(out + "/report.md"), csv(out + "/metrics.csv");
        QVERIFY(report.open(QIODevice::ReadOnly) && csv.open(QIODevice::ReadOnly));
        QVERIFY(report.readAll().contains("| 0 | 100 × 1 | 40.0 % | 30.0 % to 50.0 % |"));
        QVERIFY(csv.readAll().contains("3,reward,0.3"));
        QVERIFY(QFileInfo(out + "/traces.png").size() > 5000);
        QVERIFY(QFileInfo(out + "/chart-reward.png").size() > 2000);
        QVERIFY(!writeReport(m_folder.filePath("nowhere"), out).ok());
    }

private:
    /// A row of the library.
    RunListRow ofLastWeek() const
    {
        RunListRow row;
        row.folder = m_run;
        row.name = "of last week";
        return row;
    }

    QTemporaryDir m_folder;
    QString m_run;
    std::shared_ptr<RunFeed> m_feed;
    OpenRuns m_open;
};

QTEST_MAIN(TestWorkbench)
#include "tst_workbench.moc"
