// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

// Five things that a newcomer wants, through the real window with a mouse: start the demo, find why the length jumped,
// compare two losses, find a planted reward hack, export a figure. Each counts its clicks and shows them; more than the
// number that README.md of this folder names is a failure, and so is not finding what was looked for.

#include "tests/gui/analysis/hacked_run.h"
#include "tests/gui/compare/course_fixture.h"

#include "widgets/models/signalexamplemodel.h"
#include "widgets/models/signallistmodel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <qcustomplot.h>

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

using namespace aha;

namespace {

/// From step 8 on one completion of a group repeats itself until it is cut off, and the mean length jumps.
void makeLongRun(const QString& folder)
{
    auto writer = fixture::makeAnalysedRun(folder, 0, 0);
    for (int64_t s = 1; s <= 12; ++s) {
        StepRow row = fixture::analysedStep(s, 0);
        row.metrics = { { "reward", 0.25 }, { "completions/mean_length", s < 8 ? 12.0 : 60.0 } };
        for (GroupRow& group : row.groups)
            if (s >= 8) {
                CompletionRow& c = group.completions[3];
                c.tokens = 200;
                c.finishReason = "length";
                for (int i = 0; i < 40; ++i)
                    c.text += " no wait 5 + 9 = 14";
            }
        orThrow(writer->commitStep(row));
    }
}

} // namespace

class TestFiveTasks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder->filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_RUNS", m_folder->filePath("runs").toUtf8());
        qputenv("AHASCOPE_ENGINE", "/bin/true"); // a start is all that is asked of it
        qputenv("HOME", m_folder->path().toUtf8()); // figures go into its documents
        QVERIFY(QDir(m_folder->path()).mkpath("Documents"));
        m_clicks.clear();
    }
    void cleanup() { m_window.reset(); }

    void startTheDemo()
    {
        open();
        click(part<QPushButton>("runDemo"), "the demo's button");
        QCOMPARE(m_window->openFolders().size(), 1);
        QVERIFY(m_window->openFolders().first().contains("r1-zero-miniature"));
        QCOMPARE(m_window->pages()->currentPage(), QString("Charts"));
        within(1);
    }

    void findWhyTheLengthJumped()
    {
        makeLongRun(m_folder->filePath("runs/long"));
        open();
        openRows({ 0 });
        LinePlot* chart = m_window->findChild<ChartsPanel*>()->chart("Response length");
        QVERIFY(chart);
        auto* plot = chart->findChild<QCustomPlot*>();
        QTRY_VERIFY(!chart->isEmpty() && plot->isVisible() && plot->axisRect()->width() > 50);
        chart->redraw();
        click(plot, "the jump on the chart", QPoint(int(plot->xAxis->coordToPixel(8)), plot->axisRect()->center().y()));
        auto* traces = m_window->findChild<TracesPanel*>();
        QTRY_VERIFY(traces->isVisible());
        QCOMPARE(traces->stepPage()->step(), 8);
        auto* rows = part<TraceTable>("completions");
        QTRY_VERIFY(rows && rows->model()->rowCount() == fixture::kSamples);
        clickRow(rows, 3, "the completion that is longer than the others");
        auto* facts = traces->findChild<QLabel*>("traceFacts");
        QTRY_VERIFY2(facts->text().contains("200 tokens"), qPrintable(facts->text()));
        // Why: it was cut off, and it had said the same many times.
        QVERIFY2(facts->text().contains("cut off"), qPrintable(facts->text()));
        within(4);
    }

    void compareTwoLosses()
    {
        for (const bool better : { false, true }) {
            fixture::Course course;
            course.name = better ? "dapo" : "grpo";
            course.learningRate = better ? 2e-4 : 1e-4;
            std::vector<int> right(40, 1);
            for (size_t i = 0; better && i < 30; ++i)
                right[i] = 4;
            course.evaluations = { { 0, 4, std::vector<int>(40, 1) }, { 10, 4, right } };
            fixture::makeCourse(m_folder->filePath("runs/" + QString::fromStdString(course.name)), course);
        }
        open();
        openRows({ 0, 1 });
        page("Compare");
        clickTab(part<QTabWidget>("compareTabs")->tabBar(), 1);
        auto* text = part<QLabel>("pairedText");
        QTRY_VERIFY2(text->text().contains("points") && text->text().contains("n = 40 shared problems"),
            qPrintable(text->text()));
        QVERIFY2(text->text().contains("interval"), qPrintable(text->text())); // never a bare difference
        within(5);
    }

    void findThePlantedHack()
    {
        const QString run = m_folder->filePath("runs/hacked");
        const QSet<qint64> hacks = fixture::makeHackedRun(run);
        open();
        openRows({ 0 });
        page("Signals");
        auto* signalsPage = m_window->findChild<SignalsPanel*>();
        QTRY_VERIFY(!signalsPage->reading());
        auto* list = part<QTableView>("signals");
        const int row = int(HealthSignal::RewardWithoutHeldOut);
        QVERIFY(signalsPage->model()->state(row)->state == SignalState::Raised);
        clickRow(list, row, "the reward that rises while held-out accuracy does not");
        auto* examples = part<QTableView>("signalExamples");
        QTRY_VERIFY(examples->model()->rowCount() > 0
            && examples->model()->index(0, SignalExampleModel::Marks).data().toString().contains("2 answers"));
        QVERIFY(hacks.contains(signalsPage->examples()->example(0).id));
        clickRow(examples, 0, "the first example");
        auto* traces = m_window->findChild<TracesPanel*>();
        QTRY_VERIFY(traces->isVisible());
        auto* facts = traces->findChild<QLabel*>("traceFacts");
        QTRY_VERIFY2(facts->text().contains("12 tokens"), qPrintable(facts->text()));
        within(5);
    }

    void exportAFigure()
    {
        makeLongRun(m_folder->filePath("runs/long"));
        open();
        openRows({ 0 });
        LinePlot* chart = m_window->findChild<ChartsPanel*>()->chart("Reward");
        QTRY_VERIFY(!chart->isEmpty());
        auto* more = part<QToolButton>("menu.Reward");
        QAction* figure = nullptr;
        QTimer::singleShot(0, this, [&] { // the menu has an event loop of its own
            QMenu* menu = more->menu();
            for (QAction* action : menu->actions())
                if (action->text().startsWith("Export figure"))
                    figure = action;
            if (figure)
                click(menu, figure->text(), menu->actionGeometry(figure).center());
            menu->close();
        });
        click(more, "the chart's menu");
        QVERIFY(figure);
        QTRY_VERIFY(part<QWidget>("figureForm")->isVisible());
        const QString file = part<QLineEdit>("figurePath")->text();
        QVERIFY2(file.startsWith(m_folder->path()), qPrintable(file));
        click(part<QWidget>("figureExport"), "Export");
        QTRY_VERIFY(QFileInfo(file).size() > 1000);
        within(5);
    }

private:
    template <class T> T* part(const char* name) { return m_window->findChild<T*>(name); }

    void open()
    {
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->runs()->refresh();
    }
    void click(QWidget* target, const QString& what, QPoint at = {}, Qt::KeyboardModifiers keys = {})
    {
        QVERIFY2(target && target->isVisible() && target->isEnabled(), qPrintable(what));
        m_clicks << what;
        QTest::mouseClick(target, Qt::LeftButton, keys, at.isNull() ? target->rect().center() : at);
    }
    void clickRow(QTableView* table, int row, const QString& what, Qt::KeyboardModifiers keys = {})
    {
        const QRect cell = table->visualRect(table->model()->index(row, table->columnAt(20)));
        QVERIFY2(table->viewport()->rect().contains(cell.center()), qPrintable(what)); // in view without scrolling
        click(table->viewport(), what, cell.center(), keys);
    }
    void clickTab(QTabBar* bar, int index)
    {
        QVERIFY(index >= 0);
        click(bar, "the tab " + bar->tabText(index), bar->tabRect(index).center());
    }
    /// The tabs that lead to a page, as far as they are not open already.
    void page(const QString& name)
    {
        PageDeck* deck = m_window->pages();
        for (const Page& one : deck->pages())
            if (one.name == name) {
                const int top = deck->tabs().indexOf(one.parent.isEmpty() ? name : one.parent);
                if (deck->currentIndex() != top)
                    clickTab(deck->tabBar(), top);
                auto* inner = one.parent.isEmpty()
                    ? nullptr
                    : deck->findChild<QTabWidget*>(QStringLiteral("pages.") + one.parent);
                if (inner && inner->currentWidget() != one.widget)
                    clickTab(inner->tabBar(), inner->indexOf(one.widget));
            }
        QCOMPARE(deck->currentPage(), name);
    }
    /// Selects rows of the runs' table, and opens them.
    void openRows(const QList<int>& rows)
    {
        QTableView* table = m_window->runs()->table();
        QTRY_COMPARE(table->model()->rowCount(), rows.size());
        for (const int row : rows)
            clickRow(table, row, QString("run %1").arg(row + 1), row ? Qt::ControlModifier : Qt::NoModifier);
        click(part<QPushButton>("openSelected"), "Open");
        QTRY_COMPARE(m_window->openFolders().size(), rows.size());
    }
    void within(int most)
    {
        qInfo().noquote() << m_clicks.size() << "clicks:" << m_clicks.join("; ");
        QVERIFY2(m_clicks.size() <= most, qPrintable(m_clicks.join("; ")));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_clicks;
};

QTEST_MAIN(TestFiveTasks)
#include "tst_five_tasks.moc"
