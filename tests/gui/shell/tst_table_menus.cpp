// Columns and order of every table by keys alone: groups, completions, search, held-out problems, runs, the notebook.

#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestTableMenus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        for (int i = 0; i < 2; ++i)
            fixture::makeRun(m_folder.filePath(QString("runs/run%1").arg(i)), i);
        m_window = std::make_unique<MainWindow>();
        m_window->openRuns({ m_folder.filePath("runs/run0") });
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_COMPARE(m_window->runs()->model()->rowCount(), 2);
    }
    void cleanupTestCase() { m_window.reset(); }

    void sortedAndChosenByKeys_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<int>("tab"); // of the page Traces
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("column");
        QTest::newRow("groups") << "Traces" << int(TracesPanel::ByStep) << "groups"
                                << "Mean";
        QTest::newRow("completions") << "Traces" << int(TracesPanel::ByStep) << "completions"
                                     << "tokens";
        QTest::newRow("search") << "Traces" << int(TracesPanel::Search) << "results"
                                << "tokens";
        QTest::newRow("held-out") << "Traces" << int(TracesPanel::Evaluation) << "problems"
                                  << "Right";
        QTest::newRow("runs") << "Charts" << -1 << "runsTable"
                              << "State";
    }
    void sortedAndChosenByKeys()
    {
        QFETCH(QString, page);
        QFETCH(int, tab);
        QFETCH(QString, table);
        QFETCH(QString, column);
        m_window->showPage(page);
        if (tab >= 0)
            m_window->findChild<QTabWidget*>("traceTabs")->setCurrentIndex(tab);
        if (tab == TracesPanel::Search)
            m_window->findChild<QPushButton*>("searchGo")->click();
        auto* view = m_window->findChild<QTableView*>(table);
        QTRY_VERIFY(view && view->isVisible() && view->model()->rowCount() > 1);
        const int wanted = columnOf(view, column);
        QVERIFY2(wanted >= 0, qPrintable(titles(view).join(", ")));
        view->setFocus();
        view->setCurrentIndex(view->model()->index(0, wanted));

        QStringList order[2];
        for (const bool down : { false, true }) {
            QMenu* menu = openMenu(view, table != "runsTable");
            QVERIFY(menu);
            QMenu* sort = enter(menu, "Sort by");
            QVERIFY(sort);
            QVERIFY(choose(sort, column));
            QCOMPARE(view->horizontalHeader()->sortIndicatorSection(), wanted);
            menu = openMenu(view, false);
            sort = enter(menu, "Sort by");
            QVERIFY(choose(sort, down ? "Descending" : "Ascending"));
            QCOMPARE(view->horizontalHeader()->sortIndicatorOrder(), down ? Qt::DescendingOrder : Qt::AscendingOrder);
            QTRY_VERIFY(view->model()->rowCount() > 1); // a search starts anew
            for (int row = 0; row < view->model()->rowCount(); ++row)
                order[down] << view->model()->index(row, wanted).data().toString();
        }
        QVERIFY2(table == "runsTable" || table == "groups" || order[0].front() != order[1].front(),
            qPrintable(order[0].join(' ')));

        const bool movable = view->horizontalHeader()->sectionsMovable();
        QVERIFY(movable);
        const int place = view->horizontalHeader()->visualIndex(wanted);
        if (place > 0) {
            QMenu* menu = openMenu(view, false);
            QVERIFY(choose(menu, QString::fromUtf8("Move “%1” to the left").arg(column)));
            QVERIFY(view->horizontalHeader()->visualIndex(wanted) < place);
        }
        QMenu* menu = openMenu(view, false);
        QVERIFY(choose(menu, column));
        QVERIFY(view->isColumnHidden(wanted));
        menu = openMenu(view, false);
        QVERIFY(choose(menu, column));
        QVERIFY(!view->isColumnHidden(wanted));
    }

    /// The runs' own menu has it, too, and a search offers only what it can sort by.
    void whatIsOffered()
    {
        m_window->showPage("Traces");
        m_window->findChild<QTabWidget*>("traceTabs")->setCurrentIndex(TracesPanel::Search);
        auto* results = m_window->findChild<QTableView*>("results");
        QTRY_VERIFY(results->isVisible());
        QMenu* menu = openMenu(results, true);
        QMenu* sort = enter(menu, "Sort by");
        QStringList names;
        for (const QAction* action : sort->actions())
            names << action->text();
        QVERIFY(names.contains("step") && names.contains("reward") && !names.contains("prompt"));
        menu->close();
        QVERIFY(!m_window->findChild<QMenu*>("tableMenu") || m_window->findChild<QMenu*>("tableMenu")->isHidden());
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

    /// By the menu key's other way, or by the keys of the window's action.
    QMenu* openMenu(QTableView* view, bool inTable)
    {
        view->setFocus();
        QTest::keyClick(view, inTable ? Qt::Key_F10 : Qt::Key_L,
            inTable ? Qt::KeyboardModifiers(Qt::ShiftModifier) : Qt::ControlModifier | Qt::ShiftModifier);
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
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestTableMenus)
#include "tst_table_menus.moc"
