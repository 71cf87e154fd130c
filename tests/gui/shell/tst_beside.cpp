// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

// Two pages in sight: one beside the tabs, by mouse, by keys and by layouts; kept, and giving way where there is no
// room.

#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/besidepane.h"
#include "widgets/shell/layoutlist.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/pagesides.h"
#include "widgets/shell/readingorder.h"

#include <qcustomplot.h>

#include <QContextMenuEvent>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QStatusBar>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace aha;

class TestBeside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/one");
        fixture::makeRun(m_run);
    }

    /// A page is in one place: its tab, or the pane. It comes back to where its tab was.
    void aPageLeavesItsTab()
    {
        auto* deck = new PageDeck;
        PageSides sides(deck); // has it
        auto* a = deck->add("First", "A", "about A", new QLabel);
        auto* b = deck->add("First", "B", "about B", new QLabel);
        auto* plain = deck->add("", "Plain", "alone", new QLabel);
        deck->add("", "Last", "alone", new QLabel);
        sides.resize(1600, 700);
        sides.show();
        auto* group = deck->findChild<QTabWidget*>("pages.First");
        QSignalSpy changed(deck, &PageDeck::pageChanged);
        QVERIFY(deck->showPage("Plain"));
        const QString tip = deck->tabToolTip(1);
        QVERIFY(sides.put("Plain").isEmpty());
        QCOMPARE(deck->beside(), QString("Plain"));
        QVERIFY(plain->isVisible() && deck->pane()->isAncestorOf(plain));
        QCOMPARE(deck->count(), 2);
        QCOMPARE(deck->tabs(), QStringList({ "First", "Plain", "Last" })); // what there is, wherever it stands
        QCOMPARE(deck->currentPage(), QString("Plain"));
        QCOMPARE(deck->tabPage(), QString("A")); // looked at before
        QVERIFY(a->isVisible());
        QVERIFY(deck->showPage("B"));
        QVERIFY(b->isVisible() && plain->isVisible());
        QCOMPARE(changed.last()[0].toString(), QString("B"));
        const qsizetype many = changed.size();
        QVERIFY(deck->showPage("Plain")); // stays where it stands
        QCOMPARE(deck->tabPage(), QString("B"));
        QCOMPARE(changed.size(), many + 1);
        QCOMPARE(changed.last()[0].toString(), QString("Plain"));
        QVERIFY(!sides.put("Plain").isEmpty()); // it is there
        QVERIFY(sides.put("A").isEmpty()); // one only: the other goes back
        QCOMPARE(deck->tabBar()->tabText(1), QString("Plain"));
        QCOMPARE(deck->tabBar()->tabData(1).toString(), QString("Plain"));
        QCOMPARE(deck->tabToolTip(1), tip);
        QCOMPARE(deck->tabPage(), QString("Plain")); // who worked in it still sees it
        QVERIFY(!group->tabBar()->isVisibleTo(group)); // one page, no second row
        QVERIFY(group->focusPolicy() == Qt::NoFocus);
        QVERIFY(sides.takeBack());
        QVERIFY(!sides.takeBack());
        QCOMPARE(group->indexOf(a), 0);
        QCOMPARE(group->count(), 2);
        QVERIFY(!deck->pane()->isVisible());
    }

    /// From a bump in a curve to its completions, with both in sight.
    void aStepIsReadBesideItsChart()
    {
        MainWindow window;
        open(window);
        window.showPage("Traces");
        window.actionTable()->action("view.beside")->trigger();
        PageDeck* deck = window.pages();
        QCOMPARE(deck->beside(), QString("Traces"));
        window.showPage("Charts");
        auto* traces = window.findChild<TracesPanel*>();
        ChartsPanel* charts = window.train()->charts();
        LinePlot* chart = chartOf(window);
        QVERIFY(chart && traces->isVisible() && charts->isVisible());
        for (const QWidget* page : { static_cast<QWidget*>(traces), static_cast<QWidget*>(window.train()) }) {
            QVERIFY2(page->width() >= PageDeck::kMostMinimum.width(), qPrintable(QString::number(page->width())));
            QVERIFY(window.rect().contains(QRect(page->mapTo(&window, QPoint()), page->size())));
        }
        auto* plot = chart->findChild<QCustomPlot*>();
        const std::pair<double, qint64> clicks[] = { { 2, 2 }, { 2.8, 3 }, { 1.2, 1 } }; // where, and the step there
        for (const auto& [x, step] : clicks) {
            QTRY_VERIFY(!chart->isEmpty() && plot->axisRect()->width() > 50);
            chart->redraw();
            QTest::mouseClick(
                plot, Qt::LeftButton, {}, QPoint(int(plot->xAxis->coordToPixel(x)), plot->axisRect()->center().y()));
            QTRY_COMPARE(traces->stepPage()->step(), step);
            QVERIFY(traces->isVisible() && charts->isVisible());
            QCOMPARE(deck->currentPage(), QString("Traces"));
            QCOMPARE(deck->tabPage(), QString("Charts"));
        }
        QCOMPARE(window.findChild<QLabel*>("besideTitle")->text(), QString("Traces"));
        auto* back = window.findChild<QToolButton*>("besideBack");
        QVERIFY(!back->accessibleName().isEmpty() && !deck->pane()->accessibleName().isEmpty());
        QTest::mouseClick(back, Qt::LeftButton); // who sends it away wants to see the charts
        QVERIFY(deck->beside().isEmpty() && !traces->isVisible() && charts->isVisible());
        QCOMPARE(deck->currentPage(), QString("Charts"));
        QVERIFY(window.train()->isAncestorOf(QApplication::focusWidget()));
        QCOMPARE(deck->tabText(int(deck->tabs().indexOf("Traces"))), QString("Traces"));
    }

    void keysAreEnough()
    {
        MainWindow window;
        open(window);
        PageDeck* deck = window.pages();
        window.showPage("Charts");
        LinePlot* chart = chartOf(window);
        QVERIFY(chart);
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(deck->currentPage(), QString("Traces"));
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(deck->beside(), QString("Traces"));
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(deck->currentPage(), QString("Charts"));
        chart->setFocus();
        QTest::keyClick(&window, Qt::Key_F6);
        QVERIFY(deck->pane()->isAncestorOf(QApplication::focusWidget()));
        QCOMPARE(deck->currentPage(), QString("Traces"));
        QTest::keyClick(&window, Qt::Key_F6); // the log is hidden: round to the runs
        QVERIFY(window.runs()->isAncestorOf(QApplication::focusWidget()));
        QCOMPARE(deck->currentPage(), QString("Traces")); // still the last
        QTest::keyClick(&window, Qt::Key_F6);
        QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(chart)); // where one was
        QCOMPARE(deck->currentPage(), QString("Charts"));
        // Tab goes through the tabs first, then through what stands beside them.
        const std::vector<QWidget*> order = readingOrder(&window);
        const auto at = [&](const QWidget* one) { return std::find(order.begin(), order.end(), one) - order.begin(); };
        auto* back = window.findChild<QToolButton*>("besideBack");
        QVERIFY(size_t(at(back)) < order.size());
        for (const QWidget* one : order) {
            QVERIFY2(!deck->isAncestorOf(one) || at(one) < at(back), qPrintable(one->objectName()));
            QVERIFY2(!deck->pane()->isAncestorOf(one) || at(one) >= at(back), qPrintable(one->objectName()));
        }
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(deck->beside().isEmpty());
        QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(chart));
        QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(window.statusBar()->currentMessage().contains("No page stands beside"));
        // The menu of a tab, by its key: of the page in front of it.
        QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint(2, 2), deck->tabBar()->mapToGlobal(QPoint(2, 2)));
        QApplication::sendEvent(deck->tabBar(), &asked);
        auto* menu = deck->findChild<QMenu*>("tabMenu");
        QVERIFY(menu && menu->isVisible());
        QCOMPARE(menu->actions().size(), 1);
        QCOMPARE(menu->actions().first()->text(), QString("Show Charts beside"));
        menu->actions().first()->trigger();
        menu->close();
        QCOMPARE(deck->beside(), QString("Charts"));
        QVERIFY(chart->isVisible());
    }

    /// Ctrl+M and F1 are about the side that has the focus.
    void notesAndHelpFollowTheFocus()
    {
        MainWindow window;
        open(window);
        PageDeck* deck = window.pages();
        window.showPage("Charts");
        LinePlot* chart = chartOf(window);
        QVERIFY(chart);
        window.showBeside("Traces");
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        const CompletionRow some = orThrow(reader->completions(orThrow(reader->groups(2)).front().id)).back();
        window.showCompletion(m_run, some.id);
        QCOMPARE(deck->currentPage(), QString("Traces"));
        QTRY_COMPARE(window.pinHere().target, some.id);
        chart->setFocus();
        QCOMPARE(deck->currentPage(), QString("Charts"));
        QCOMPARE(window.pinHere().kind, std::string("step"));
        focusWithin(window.findChild<TracesPanel*>());
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(deck->tabPage(), QString("Glossary"));
        QCOMPARE(deck->currentPage(), QString("Glossary"));
        QVERIFY(window.statusBar()->currentMessage().startsWith("Traces: "));
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(deck->currentPage(), QString("Traces"));
        QVERIFY(deck->pane()->isAncestorOf(QApplication::focusWidget()));
    }

    void whatStandsBesideIsKept()
    {
        const QString file = m_folder.filePath("beside.db");
        const auto workspace = orThrow(Workspace::open(file.toStdString()));
        MainWindow lost(workspace.get()); // never closed
        open(lost);
        lost.showPage("Charts");
        lost.showBeside("Traces");
        QTRY_COMPARE(orThrow(workspace->setting("window.beside")), std::string("Traces"));
        QTRY_COMPARE(orThrow(workspace->setting("window.page")), std::string("Charts"));
        const auto again = orThrow(Workspace::open(file.toStdString()));
        MainWindow window(again.get());
        QCOMPARE(window.pages()->beside(), QString("Traces"));
        QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        window.resize(1920, 1080); // a test's screen is smaller, and a window comes back no larger than the screen
        window.show();
        QTRY_VERIFY(window.findChild<TracesPanel*>()->isVisible() && window.train()->isVisible());
        QCOMPARE(window.pages()->beside(), QString("Traces"));
        window.showAmongTabs();
        QTRY_COMPARE(orThrow(again->setting("window.beside")), std::string());
    }

    /// It gives way to a smaller window, and comes back with a larger one.
    void aSmallWindowHasOnePage()
    {
        MainWindow window;
        open(window);
        PageDeck* deck = window.pages();
        auto* sides = window.findChild<PageSides*>("pageSides");
        window.resize(1280, 800);
        QTRY_VERIFY(sides->width() < 1100);
        window.showPage("Charts");
        window.showBeside("Traces");
        QVERIFY(deck->beside().isEmpty());
        QVERIFY2(window.statusBar()->currentMessage().contains("Two pages need"),
            qPrintable(window.statusBar()->currentMessage()));
        window.resize(1920, 1080);
        QTRY_VERIFY(sides->width() > 1500);
        QVERIFY(deck->beside().isEmpty()); // what was refused is not remembered
        window.showBeside("Traces");
        QCOMPARE(deck->beside(), QString("Traces"));
        QVERIFY2(window.minimumSizeHint().width() <= 1024 && window.minimumSizeHint().height() <= 700,
            qPrintable(QString::number(window.minimumSizeHint().width())));
        window.resize(1280, 800);
        QTRY_VERIFY(deck->beside().isEmpty());
        QVERIFY2(window.statusBar()->currentMessage().contains("no room for two pages: Traces"),
            qPrintable(window.statusBar()->currentMessage()));
        QCOMPARE(deck->currentPage(), QString("Charts"));
        QCOMPARE(deck->tabs().size(), qsizetype(deck->count()));
        window.resize(1920, 1080);
        QTRY_COMPARE(deck->beside(), QString("Traces"));
        QCOMPARE(sides->orientation(), Qt::Horizontal);
        window.resize(1040, 1500); // a screen on its side
        QTRY_COMPARE(sides->orientation(), Qt::Vertical);
        QCOMPARE(deck->beside(), QString("Traces"));
        QTRY_VERIFY(deck->pane()->height() >= PageDeck::kMostMinimum.height());
    }

    void layoutsHoldBoth()
    {
        LayoutList list;
        list.keep("Mine", { "docks", "Charts", "Traces", 0.25 });
        const LayoutList read = LayoutList::fromJson(list.toJson());
        QVERIFY(read.find("Mine"));
        QCOMPARE(read.find("Mine")->beside, QString("Traces"));
        QCOMPARE(read.find("Mine")->share, 0.25);
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("layouts.db").toStdString()));
        MainWindow window(workspace.get());
        open(window);
        PageDeck* deck = window.pages();
        window.actionTable()->action("layout.Charts and traces")->trigger();
        QTRY_COMPARE(deck->beside(), QString("Traces"));
        QCOMPARE(deck->tabPage(), QString("Charts"));
        QVERIFY(!window.findChild<QDockWidget*>("runsDock")->isVisible());
        QTRY_VERIFY(std::abs(deck->width() - deck->pane()->width()) <= 10);
        window.showPage("Compare");
        window.actionTable()->action("layout.save")->trigger();
        auto* name = window.findChild<QLineEdit*>("askText");
        name->setText("Both");
        QTest::keyClick(name, Qt::Key_Return);
        window.actionTable()->action("layout.Traces")->trigger(); // a layout is whole: nothing stands beside
        QVERIFY(deck->beside().isEmpty());
        QCOMPARE(deck->currentPage(), QString("Traces"));
        window.applyLayout("Both");
        QTRY_COMPARE(deck->beside(), QString("Traces"));
        QCOMPARE(deck->tabPage(), QString("Compare"));
    }

    /// Half of a wide screen is enough for any page.
    void everyPageFitsBeside()
    {
        MainWindow window;
        open(window);
        window.findChild<QDockWidget*>("runsDock")->hide();
        PageDeck* deck = window.pages();
        QTRY_VERIFY(window.findChild<PageSides*>("pageSides")->width() > 1900);
        for (const Page& page : deck->pages()) {
            window.showBeside(page.name);
            QCOMPARE(deck->beside(), page.name);
            QVERIFY2(page.widget->isVisible(), qPrintable(page.name));
            QVERIFY2(!deck->tabPage().isEmpty() && deck->tabPage() != page.name, qPrintable(page.name));
            const auto room = [&] { // a layout follows in a moment
                const QSize least = page.widget->minimumSizeHint(), size = page.widget->size();
                return size.width() >= least.width() && size.height() >= least.height()
                    && deck->pane()->rect().contains(page.widget->geometry());
            };
            QTRY_VERIFY2(room(), qPrintable(page.name));
        }
        window.showAmongTabs();
        int tabs = 0;
        for (const QString& top : deck->tabs())
            QCOMPARE(deck->tabText(tabs++), top); // all back, in order
    }

private:
    void open(MainWindow& window)
    {
        window.resize(1920, 1080);
        window.openRuns({ m_run });
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTRY_VERIFY(window.findChild<PageSides*>("pageSides")->width() > 1500);
    }

    static LinePlot* chartOf(MainWindow& window)
    {
        LinePlot* plot = nullptr;
        const bool there = QTest::qWaitFor([&] {
            plot = window.train()->charts()->chart("Reward");
            return plot && plot->isVisible() && !plot->isEmpty();
        });
        return there ? plot : nullptr;
    }

    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestBeside)
#include "tst_beside.moc"
