// Columns and order of every table by keys alone: groups, completions, search, held-out problems, runs.

#include "trace_fixture.h"

#include "widgets/panels/runspanel.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/panels/tracespanel.h"

#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

#include <algorithm>

using namespace aha;

class TestTableMenus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        fixture::makeRun(m_folder.filePath("run"));
        m_traces = std::make_unique<TracesPanel>();
        m_traces->resize(1000, 700);
        m_traces->setRuns({ { std::make_shared<RunFeed>(m_folder.filePath("run")), Qt::blue, "fixture" } });
        m_runs = std::make_unique<RunsPanel>(nullptr);
        m_runs->resize(600, 500);
        std::vector<RunListRow> rows(2);
        for (size_t i = 0; i < 2; ++i) {
            rows[i].folder = m_folder.filePath(QString("run%1").arg(i));
            rows[i].key = rows[i].name = QString("run%1").arg(i);
            rows[i].pass1 = rows[i].pass1Low = rows[i].pass1High = 0.2 + 0.5 * double(i);
        }
        m_runs->setRows(std::move(rows));
    }
    void cleanupTestCase()
    {
        m_traces.reset();
        m_runs.reset();
    }

    void sortedAndChosenByKeys_data()
    {
        QTest::addColumn<int>("tab"); // of the page Traces
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("column");
        QTest::newRow("groups") << int(TracesPanel::ByStep) << "groups"
                                << "Mean";
        QTest::newRow("completions") << int(TracesPanel::ByStep) << "completions"
                                     << "Tokens";
        QTest::newRow("search") << int(TracesPanel::Search) << "results"
                                << "Tokens";
        QTest::newRow("held-out") << int(TracesPanel::Evaluation) << "problems"
                                  << "Right";
        QTest::newRow("runs") << -1 << "runsTable"
                              << "pass@1";
    }
    void sortedAndChosenByKeys()
    {
        QFETCH(int, tab);
        QFETCH(QString, table);
        QFETCH(QString, column);
        QWidget* page = tab < 0 ? static_cast<QWidget*>(m_runs.get()) : m_traces.get();
        show(page, tab);
        auto* view = page->findChild<QTableView*>(table);
        QTRY_VERIFY(view && view->isVisible() && view->model()->rowCount() > 1);
        const int wanted = columnOf(view, column);
        QVERIFY2(wanted >= 0, qPrintable(titles(view).join(", ")));
        view->setFocus();
        view->setCurrentIndex(view->model()->index(0, wanted));
        QCOMPARE(TableMenu::within(page), view->findChild<TableMenu*>()); // what the window's action opens

        QStringList order[2];
        for (const bool down : { false, true }) {
            QMenu* menu = openMenu(view);
            QVERIFY(menu);
            QMenu* sort = enter(menu, "Sort by");
            QVERIFY(sort);
            QVERIFY(choose(sort, column));
            QCOMPARE(view->horizontalHeader()->sortIndicatorSection(), wanted);
            menu = openMenu(view);
            sort = enter(menu, "Sort by");
            QVERIFY(choose(sort, down ? "Descending" : "Ascending"));
            QCOMPARE(view->horizontalHeader()->sortIndicatorOrder(), down ? Qt::DescendingOrder : Qt::AscendingOrder);
            const auto ordered = [&] { // a search starts anew
                order[down].clear();
                for (int row = 0; row < view->model()->rowCount(); ++row)
                    order[down] << view->model()->index(row, wanted).data().toString();
                return order[down].size() > 1
                    && (down ? std::is_sorted(order[down].rbegin(), order[down].rend())
                             : std::is_sorted(order[down].begin(), order[down].end()));
            };
            QTRY_VERIFY2(ordered(), qPrintable(order[down].join(' ')));
        }
        QVERIFY(table == "groups" || order[0].front() != order[1].front()); // the groups' means are equal

        view->setCurrentIndex(view->model()->index(0, wanted));
        const bool movable = view->horizontalHeader()->sectionsMovable();
        QVERIFY(movable);
        const int place = view->horizontalHeader()->visualIndex(wanted);
        if (place > 0) {
            QMenu* menu = openMenu(view);
            QVERIFY(choose(menu, QString::fromUtf8("Move “%1” to the left").arg(column)));
            QVERIFY(view->horizontalHeader()->visualIndex(wanted) < place);
        }
        QMenu* menu = openMenu(view);
        QVERIFY(choose(menu, column));
        QVERIFY(view->isColumnHidden(wanted));
        menu = openMenu(view);
        QVERIFY(choose(menu, column));
        QVERIFY(!view->isColumnHidden(wanted));
    }

    /// No dead width at the right of the columns, and what is cut gets it.
    void columnsFillTheTable()
    {
        show(m_traces.get(), TracesPanel::Evaluation);
        auto* problems = m_traces->findChild<QTableView*>("problems");
        QTRY_VERIFY(problems->isVisible() && problems->model()->rowCount() > 1);
        for (const int width : { 1000, 1600 }) {
            m_traces->resize(width, 700);
            const auto dead = [&] { return problems->viewport()->width() - problems->horizontalHeader()->length(); };
            QTRY_VERIFY2(dead() == 0, qPrintable(QString("%1 at %2").arg(dead()).arg(width)));
        }
        m_traces->resize(1000, 700);
    }

    /// A search offers only what it can sort by.
    void whatIsOffered()
    {
        show(m_traces.get(), TracesPanel::Search);
        auto* results = m_traces->findChild<QTableView*>("results");
        QTRY_VERIFY(results->isVisible());
        QMenu* menu = openMenu(results);
        QMenu* sort = enter(menu, "Sort by");
        QStringList names;
        for (const QAction* action : sort->actions())
            names << action->text();
        QVERIFY2(names.contains("Step") && names.contains("Reward") && !names.contains("Prompt"),
            qPrintable(names.join(' ')));
        menu->close();
    }

private:
    static QStringList titles(const QTableView* view)
    {
        QStringList titles;
        for (int c = 0; c < view->model()->columnCount(); ++c)
            titles << view->model()->headerData(c, Qt::Horizontal).toString();
        return titles;
    }
    static int columnOf(const QTableView* view, const QString& title) { return int(titles(view).indexOf(title)); }

    void show(QWidget* page, int tab)
    {
        for (QWidget* one : { static_cast<QWidget*>(m_traces.get()), static_cast<QWidget*>(m_runs.get()) })
            one->setVisible(one == page);
        page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(page));
        if (tab >= 0)
            page->findChild<QTabWidget*>("traceTabs")->setCurrentIndex(tab);
        if (tab == TracesPanel::Search)
            page->findChild<QPushButton*>("searchGo")->click();
    }
    /// In the table of runs nothing is selected: what is selected has a menu of its own, which holds this one.
    static QMenu* openMenu(QTableView* view)
    {
        view->setFocus();
        if (view->objectName() == "runsTable")
            view->selectionModel()->clearSelection();
        QTest::keyClick(view, Qt::Key_F10, Qt::ShiftModifier);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        return menu && menu->objectName() == "tableMenu" ? menu : nullptr;
    }
    /// Down to the entry, as a person would.
    static bool goTo(QMenu* menu, const QString& text)
    {
        for (qsizetype i = 0; menu && i <= menu->actions().size(); ++i) {
            if (menu->activeAction() && menu->activeAction()->text() == text)
                return true;
            QTest::keyClick(menu, Qt::Key_Down);
        }
        return false;
    }
    static QMenu* enter(QMenu* menu, const QString& text)
    {
        if (!goTo(menu, text))
            return nullptr;
        QTest::keyClick(menu, Qt::Key_Right);
        return qobject_cast<QMenu*>(QApplication::activePopupWidget());
    }
    static bool choose(QMenu* menu, const QString& text)
    {
        const bool there = goTo(menu, text);
        QTest::keyClick(menu, there ? Qt::Key_Return : Qt::Key_Escape);
        return there;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TracesPanel> m_traces;
    std::unique_ptr<RunsPanel> m_runs;
};

QTEST_MAIN(TestTableMenus)
#include "tst_table_menus.moc"
