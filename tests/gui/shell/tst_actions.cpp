// Actions of places: each stands in the menu of its page, in the palette, on the cheat sheet and in the key editor, and
// nothing in the window has keys beside them.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/placeaction.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QTableWidget>
#include <QtTest>

using namespace aha;

class TestActions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/one");
        fixture::makeRun(m_run);
    }

    /// Walks all there is: what has keys, or is an action, is known everywhere.
    void nothingIsBesideThem()
    {
        MainWindow window;
        open(window);
        QMenu* menu = window.findChild<QMenu*>("pageMenu");
        QSet<QString> sheet, palette;
        for (const Page& page : window.pages()->pages()) { // charts and lists are made when they are looked at
            window.showPage(page.name);
            QTest::qWait(0);
            for (QTabWidget* tabs : page.widget->findChildren<QTabWidget*>())
                for (int i = 0; i < tabs->count(); ++i)
                    tabs->setCurrentIndex(i);
        }
        window.showPage("Charts");
        focusedChart(window);
        const ActionTable& table = *window.actionTable();
        window.showPage("Keyboard");
        const auto* rows = window.findChild<QTableWidget*>("keysTable");
        for (int row = 0; row < rows->rowCount(); ++row)
            sheet << rows->item(row, 0)->text() + '|' + rows->item(row, 1)->text();
        for (const PaletteEntry& entry : window.paletteEntries())
            palette << entry.title;

        const QList<QShortcut*> shortcuts = window.findChildren<QShortcut*>();
        QVERIFY2(shortcuts.isEmpty(),
            qPrintable(shortcuts.isEmpty() ? QString() : shortcuts.first()->key().toString() + " is in no table"));
        int places = 0, others = 0;
        QSet<QString> seen;
        for (QAction* action : window.findChildren<QAction*>()) {
            const QString id = action->objectName();
            if (const auto* own = qobject_cast<PlaceAction*>(action)) {
                ++places;
                const QAction* entry = table.action(id);
                QVERIFY2(entry && !table.pagesOf(entry).isEmpty(), qPrintable(id));
                QVERIFY2(sheet.contains(ActionTable::title(entry) + '|' + ActionTable::keysText(own->shortcuts())),
                    qPrintable(id + " is not on the sheet"));
                QVERIFY2(palette.contains(ActionTable::title(entry)), qPrintable(id + " is not in the palette"));
                if (seen.contains(id))
                    continue;
                seen << id;
                for (const QString& page : table.pagesOf(entry)) {
                    if (page != "Runs")
                        window.showPage(page);
                    Q_EMIT menu->aboutToShow();
                    const auto is = [&](const QAction* one) { return one == entry; };
                    const QList<QAction*> offered = menu->actions();
                    QVERIFY2(std::any_of(offered.begin(), offered.end(), is), qPrintable(id + " on " + page));
                }
                continue;
            }
            ++others;
            const auto known = [&] {
                for (const QAction* one : table.actions())
                    if (one == action)
                        return true;
                for (const QAction* one : table.placeEntries())
                    if (one == action)
                        return true;
                return false;
            };
            QVERIFY2(action->shortcut().isEmpty() || known(), qPrintable(id + action->text()));
            // What has no keys: an item of a menu, or what Qt makes for its own widgets.
            bool inMenu = false;
            for (const QObject* with : action->associatedObjects())
                inMenu = inMenu || qobject_cast<const QMenu*>(with) || qobject_cast<const QMenuBar*>(with)
                    || qobject_cast<const QLineEdit*>(with);
            const QObject* owner = action->parent();
            QVERIFY2(inMenu || known() || qobject_cast<const QMenu*>(owner) || qobject_cast<const QLineEdit*>(owner)
                    || action->isSeparator(),
                qPrintable(QStringLiteral("%1 “%2” of %3 is in no menu")
                               .arg(id, action->text(), owner ? owner->metaObject()->className() : "nobody")));
        }
        QVERIFY(places > 60 && others > 60);
        for (const char* id :
            { "chart.pin", "chart.log", "chart.outliers", "chart.forward", "chart.remove", "charts.undo", "charts.add",
                "charts.export", "trace.find", "trace.next", "trace.list", "trace.word", "trace.aha", "trace.compare",
                "trace.copyShown", "traces.tree", "traces.nextCompletion", "compare.evaluate", "traces.nextSample",
                "configure.undo", "configure.recipes", "queue.earlier", "queue.retry", "queue.remove",
                "outcomes.follow", "probes.play", "poke.ask", "runs.delete", "sweep.removeAxis" })
            QVERIFY2(seen.contains(id), id);
    }

    void defaultsDoNotCollide()
    {
        MainWindow window;
        open(window);
        window.showPage("Charts");
        focusedChart(window);
        const ActionTable& table = *window.actionTable();
        std::vector<QAction*> all = table.actions();
        for (QAction* entry : table.placeEntries())
            all.push_back(entry);
        for (const QAction* one : all)
            if (const QAction* other = table.holder(table.keys(one), one))
                QFAIL(qPrintable(ActionTable::title(one) + " and " + ActionTable::title(other)));
    }

    void menuFollowsThePage()
    {
        MainWindow window;
        open(window);
        QMenu* menu = window.findChild<QMenu*>("pageMenu");
        const auto item = [&](const char* id) -> QAction* {
            Q_EMIT menu->aboutToShow();
            for (QAction* action : menu->actions())
                if (action->objectName() == id)
                    return action;
            return nullptr;
        };
        window.showPage("Traces");
        QVERIFY(item("trace.find") && item("trace.find")->isEnabled() && !item("charts.add"));
        QVERIFY(item("trace.find")->text().endsWith("\tCtrl+F"));
        QVERIFY(!item("trace.next")->isEnabled()); // nothing is sought
        item("trace.find")->trigger();
        QVERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("find"));
        QTest::keyClicks(QApplication::focusWidget(), "think");
        QVERIFY(item("trace.next")->isEnabled());
        window.showPage("Charts");
        window.pages()->setFocus();
        QVERIFY(item("charts.add")->isEnabled() && !item("charts.undo")->isEnabled() && !item("trace.find"));
        QVERIFY(!item("chart.pin")->isEnabled()); // of which chart?
        LinePlot* plot = focusedChart(window);
        QVERIFY(item("chart.pin")->isEnabled());
        item("chart.log")->trigger();
        QVERIFY(plot->logarithmicY());
        QVERIFY(item("charts.undo")->isEnabled());
        window.showPage("Settings");
        QVERIFY(!item("configure.undo")->isEnabled() && !item("configure.form")->isEnabled());
        item("configure.recipes")->trigger();
        QVERIFY(item("configure.form")->isEnabled() && !item("configure.find")->isEnabled());
        window.showPage("Log");
        QVERIFY(item("runs.open")); // of the table beside every page
        window.openRuns({});
        window.showPage("Live model");
        QVERIFY(!item("poke.ask")->isEnabled());
    }

    void keysOfAPlaceAreChanged()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("keys.db").toStdString()));
        {
            MainWindow window(workspace.get());
            open(window);
            window.showPage("Keyboard");
            auto* rows = window.findChild<QTableWidget*>("keysTable");
            auto* edit = window.findChild<QKeySequenceEdit*>("keysEdit");
            const auto change = [&](const QString& title, const QString& keys) {
                int at = -1;
                for (int row = 0; row < rows->rowCount(); ++row)
                    if (rows->item(row, 0)->text().endsWith(title))
                        at = row;
                QVERIFY2(at >= 0, qPrintable(title));
                rows->setCurrentCell(at, 0);
                edit->setKeySequence(QKeySequence(keys));
                QTest::mouseClick(window.findChild<QPushButton*>("keysApply"), Qt::LeftButton);
            };
            const auto message = [&] { return window.findChild<QLabel*>("keysMessage")->text(); };
            ActionTable& table = *window.actionTable();
            change(": Pin the cursor", "L"); // the chart has it
            QVERIFY2(message().contains("Logarithmic values") && message().contains("Charts"), qPrintable(message()));
            QCOMPARE(table.keys(table.action("chart.pin")), keyList({ Qt::Key_P }));
            change(": Pin the cursor", "Ctrl+K"); // the window has it
            QVERIFY2(message().contains("Find anything"), qPrintable(message()));
            change(": Pin the cursor", "R"); // the queue has it, which is never on a chart's page
            QCOMPARE(table.keys(table.action("chart.pin")), keyList({ Qt::Key_R }));
            change(": Undo an edit of the form", "Ctrl+U");
            change("Run: Sample now", "Alt+T"); // the window's are everywhere, so also on Traces
            QVERIFY2(message().contains("Where the completions part"), qPrintable(message()));
        }
        MainWindow window(workspace.get());
        open(window);
        window.showPage("Charts");
        LinePlot* plot = focusedChart(window);
        QSignalSpy pinned(plot, &LinePlot::pinMoved);
        QTest::keyClick(plot, Qt::Key_P);
        QCOMPARE(pinned.count(), 0);
        QTest::keyClick(plot, Qt::Key_R);
        QCOMPARE(pinned.count(), 1);
        // In a field of the form, too, the form's undo has the keys that were chosen.
        window.showPage("Settings");
        auto* rate = qobject_cast<QLineEdit*>(window.configure()->editor("optimizer.learning_rate"));
        const double before = window.configure()->config().optimizer.learningRate;
        rate->setFocus();
        rate->selectAll();
        QTest::keyClicks(rate, "0.5");
        QTest::keyClick(rate, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(window.configure()->config().optimizer.learningRate, 0.5);
        QTest::keyClick(rate, Qt::Key_U, Qt::ControlModifier);
        QCOMPARE(window.configure()->config().optimizer.learningRate, before);
        window.showPage("Keyboard");
        QTest::mouseClick(window.findChild<QPushButton*>("keysReset"), Qt::LeftButton);
        QCOMPARE(window.actionTable()->keys(window.actionTable()->action("chart.pin")), keyList({ Qt::Key_P }));
        QVERIFY(plot->actions().size() > 5);
        QCOMPARE(placeAction(plot, "chart.pin")->shortcut(), QKeySequence(Qt::Key_P));
        QCOMPARE(placeAction(plot, "chart.all")->shortcuts().size(), 2); // Home, and 0
    }

    /// What people type who do not know what it is called here.
    /// On Traces Alt+Down leads to the next completion and F4 measures. A box opens its list by the first, as anywhere
    /// on the desktop, and leaves the other to the page.
    void boxesOpenTheirLists()
    {
        MainWindow window;
        open(window);
        window.showStep(m_run, 2);
        auto* traces = window.findChild<TracesPanel*>();
        traces->stepPage()->showCompletion(2, 1, 0);
        TracePane* pane = traces->pane();
        const auto shown = [pane] { return pane->document().place.completionId; };
        const qint64 first = shown();
        pane->view()->setFocus();
        QTest::keyClick(pane->view(), Qt::Key_Down, Qt::AltModifier);
        const qint64 next = shown();
        QVERIFY(first > 0 && next != first);
        auto* box = pane->findChild<QComboBox*>("heat");
        box->setFocus();
        QVERIFY(box->hasFocus());
        auto* said = pane->findChild<QLabel*>("traceInsight");
        QVERIFY(said->isHidden());
        QTest::keyClick(box, Qt::Key_F4);
        QVERIFY(!box->view()->isVisible());
        QVERIFY2(said->isVisible() && said->text().contains("no checkpoint"), qPrintable(said->text()));
        QTest::keyClick(box, Qt::Key_Down, Qt::AltModifier);
        QVERIFY(box->view()->isVisible());
        QCOMPARE(shown(), next);
        box->hidePopup();
        window.showPage("Keyboard");
        const auto* rows = window.findChild<QTableWidget*>("keysTable");
        QStringList sheet;
        for (int row = 0; row < rows->rowCount(); ++row)
            sheet << rows->item(row, 0)->text() + '|' + rows->item(row, 1)->text();
        QVERIFY2(!sheet.filter("Measure the tokens of the text|F4").isEmpty(), qPrintable(sheet.join('\n')));
        QVERIFY2(!sheet.filter("In a box: open its list|Alt+Down").isEmpty(), qPrintable(sheet.join('\n')));
    }

    void paletteKnowsOtherNames_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("loss") << "compare loss" << QStringList { "Lab: Losses", "Compare" };
        QTest::newRow("hack") << "reward hack" << QStringList { "Signals", "Lab: Hack bench" };
        QTest::newRow("errors") << "console errors" << QStringList { "Log" };
        QTest::newRow("own prompts") << "your prompts"
                                     << QStringList { "Your prompts", "Compare: Answers to your prompts" };
        QTest::newRow("their answers") << "own prompts" << QStringList { "Compare: Probes" };
    }
    void paletteKnowsOtherNames()
    {
        QFETCH(QString, typed);
        QFETCH(QStringList, found);
        MainWindow window;
        PaletteModel model;
        model.setEntries(window.paletteEntries());
        model.setPattern(typed);
        QStringList first;
        for (int row = 0; row < std::min(6, model.rowCount()); ++row)
            first << model.entry(row).title;
        for (const QString& title : found)
            QVERIFY2(first.contains(title), qPrintable(title + " is not among " + first.join(", ")));
    }

    void paletteLeadsToThePlace()
    {
        MainWindow window;
        open(window);
        window.showPage("Log");
        const auto run = [&](const QString& title) {
            for (const PaletteEntry& entry : window.paletteEntries())
                if (entry.title.endsWith(title))
                    return entry.run();
            QFAIL(qPrintable(title));
        };
        run("Recipes and imports…");
        QCOMPARE(window.pages()->currentPage(), QString("Settings"));
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("recipeFilter"));
        run("Answers to your prompts");
        QCOMPARE(window.pages()->currentPage(), QString("Compare"));
        QVERIFY(window.findChild<ProbesPage*>()->isVisible());
        run("Next group");
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
    }

private:
    void open(MainWindow& window)
    {
        window.openRuns({ m_run });
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    LinePlot* focusedChart(MainWindow& window)
    {
        LinePlot* plot = nullptr;
        (void)QTest::qWaitFor([&] {
            plot = window.train()->charts()->chart("Reward");
            return plot && plot->isVisible() && !plot->isEmpty();
        });
        plot->setFocus();
        return plot;
    }

    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
