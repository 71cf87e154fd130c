// Pages on two levels, what leads from one to another, and the table of actions.

#include "core/base/files.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "reflecting_text.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/palettemodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/sweepform.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

using namespace aha;

class TestNavigation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/one");
        fixture::makeRun(m_run);
    }

    void tabsWithinTabs()
    {
        PageDeck deck;
        QSignalSpy changed(&deck, &PageDeck::pageChanged);
        auto* a = deck.add("First", "A", "about A", new QLabel);
        deck.add("", "Plain", "alone", new QLabel);
        auto* inner = qobject_cast<QTabWidget*>(deck.widget(0));
        QVERIFY(inner);
        deck.show();
        QVERIFY(!inner->tabBar()->isVisible()); // one page: one row of tabs
        auto* b = deck.add("First", "B", "about B", new QLabel);
        QVERIFY(inner->tabBar()->isVisible());
        QCOMPARE(deck.tabs(), QStringList({ "First", "Plain" }));
        QVERIFY(deck.showPage("B"));
        QVERIFY(b->isVisible() && !a->isVisible());
        QCOMPARE(deck.currentPage(), QString("B"));
        QVERIFY(deck.showPage("Plain"));
        QCOMPARE(deck.currentPage(), QString("Plain"));
        QVERIFY(deck.showPage("First")); // where one was
        QCOMPARE(deck.currentPage(), QString("B"));
        QCOMPARE(changed.last()[0].toString(), QString("B"));
        QVERIFY(!deck.showPage("Nowhere"));
        QCOMPARE(deck.currentPage(), QString("B"));
        QCOMPARE(deck.pageOf(a)->name, QString("A"));
    }

    /// Queue and sweep are pages beside the settings: no third row of tabs stands below those of the window.
    void queueAndSweepAreInTheWindowsRows()
    {
        MainWindow window;
        window.show();
        for (const char* name : { "Queue", "Sweep" }) {
            window.showPage(name);
            QCOMPARE(window.pages()->currentPage(), QString(name));
            int rows = 0;
            for (const QTabBar* bar : window.pages()->findChildren<QTabBar*>())
                rows += bar->isVisible();
            QCOMPARE(rows, 2);
        }
        window.showPage("Settings");
        window.actionTable()->action("run.sweep")->trigger();
        QCOMPARE(window.pages()->currentPage(), QString("Sweep"));
        RunQueue queue(runsFolder().toStdString());
        orThrow(queue.setPaused(true)); // no engine is wanted
        const auto plan = std::make_shared<SweepPlan>();
        plan->points.emplace_back();
        plan->points[0].config.general.name = "rates#1";
        Q_EMIT window.findChild<SweepPage*>()->queueRequested(plan, "rates");
        QCOMPARE(window.pages()->currentPage(), QString("Queue"));
        QTRY_COMPARE(window.findChild<QueuePage*>()->model()->rowCount(), 1);
        QCOMPARE(orThrow(queue.read()).items[0].sweep, std::string("rates"));
    }

    /// The form's configuration, by the tab alone; and a waiting run by way of the form.
    void formQueueAndSweepAreOne()
    {
        RunQueue queue(runsFolder().toStdString());
        orThrow(queue.setPaused(true));
        const size_t before = orThrow(queue.read()).items.size();
        MainWindow window;
        window.show();
        window.showPage("Settings");
        window.configure()->setField("optimizer.learning_rate", "3e-6");
        window.showPage("Sweep");
        QCOMPARE(window.findChild<SweepPage*>()->form()->base().optimizer.learningRate, 3e-6);
        window.showPage("Settings");
        auto* button = window.findChild<QPushButton*>("addToQueue");
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Queue"));
        auto* page = window.findChild<QueuePage*>();
        QTRY_COMPARE(size_t(page->model()->rowCount()), before + 1);
        page->table()->selectRow(int(before));
        auto* edit = window.findChild<QPushButton*>("queueEdit");
        QTRY_VERIFY(edit->isEnabled());
        edit->click();
        QTRY_COMPARE(window.pages()->currentPage(), QString("Settings"));
        QCOMPARE(button->text(), QString("Save to queue"));
        window.configure()->setField("optimizer.learning_rate", "5e-6");
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Queue"));
        const auto saved = [&] {
            const QueueContents contents = orThrow(queue.read());
            return runConfigFromJson(orThrow(readFile(queue.configFile(contents.items.back().id))))
                ->optimizer.learningRate;
        };
        QTRY_COMPARE(saved(), 5e-6);
        QCOMPARE(orThrow(queue.read()).items.size(), before + 1);
    }

    void digitsLeadToTabs()
    {
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const QStringList tabs = window.pages()->tabs();
        QCOMPARE(tabs.first(), QString("Configure"));
        QVERIFY(tabs.contains("Library") && tabs.contains("Log") && tabs.size() <= 10);
        for (int i = 0; i < std::min<int>(9, tabs.size()); ++i) {
            QTest::keyClick(&window, Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(window.pages()->tabText(window.pages()->currentIndex()), tabs[i]);
        }
        for (const Page& page : window.pages()->pages()) { // every page has an action
            window.showPage("Log");
            QAction* action = window.actionTable()->action(
                "go." + (page.parent.isEmpty() ? page.name : page.parent + '.' + page.name));
            QVERIFY2(action, qPrintable(page.name));
            action->trigger();
            QCOMPARE(window.pages()->currentPage(), page.name);
        }
    }

    void clicksLeadToTraces()
    {
        MainWindow window;
        auto* traces = window.findChild<TracesPanel*>();
        QVERIFY(window.openFolders().isEmpty());
        Q_EMIT window.train()->charts()->stepPicked(m_run, 2); // a run that is not open is opened
        QCOMPARE(window.openFolders(), QStringList { m_run });
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(traces->stepPage()->step(), 2);
        window.showPage("Log");
        Q_EMIT window.train()->charts()->stepsPicked(m_run, 2, 3); // a stretch of a chart: the search, filled in
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(traces->findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::Search));
        QCOMPARE(traces->findChild<QLineEdit*>("searchStepMin")->text(), QString("2"));
        QCOMPARE(traces->findChild<QLineEdit*>("searchStepMax")->text(), QString("3"));
        window.showPage("Log");
        Q_EMIT window.train()->charts()->changePicked(m_run, 2); // both sides of what was changed
        QCOMPARE(window.pages()->currentPage(), QString("Compare")); // one of each beside each other, and all on Traces
        QCOMPARE(traces->findChild<QLineEdit*>("searchStepMin")->text(), QString("1"));
        QCOMPARE(traces->findChild<QLineEdit*>("searchStepMax")->text(), QString("5"));
        window.showPage("Log");
        Q_EMIT window.findChild<SignalsPanel*>()->longestPicked(m_run, 3);
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(traces->findChild<QLineEdit*>("searchStepMin")->text(), QString("3"));
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        for (const GroupRow& group : orThrow(reader->groups(1))) { // any of them, not the one that is shown first
            const CompletionRow last = orThrow(reader->completions(group.id)).back();
            window.showPage("Log");
            window.showCompletion(m_run, last.id);
            QCOMPARE(window.pages()->currentPage(), QString("Traces"));
            QCOMPARE(traces->stepPage()->step(), 1);
            QCOMPARE(traces->stepPage()->currentGroup()->id, group.id);
        }
        window.showCompletion(m_run, 999'999);
        QVERIFY2(
            window.statusBar()->currentMessage().contains("999999"), qPrintable(window.statusBar()->currentMessage()));
        const std::vector<EvaluationRow> evaluations = orThrow(reader->evaluations());
        window.show();
        window.showProblem(m_run, evaluations.back().id, 4);
        QCOMPARE(traces->evaluationPage()->current()->id, evaluations.back().id);
        QCOMPARE(traces->evaluationPage()->currentPosition(), 4);
    }

    /// Open, Enter and a double click alike; a page that knows no run gives way to the charts.
    void whoOpensARunKeepsThePage()
    {
        const QString other = m_folder.filePath("runs/two");
        fixture::makeRun(other, 1);
        MainWindow window;
        window.showPage("Compare");
        Q_EMIT window.runs()->openRequested({ m_run, other }); // Enter on several rows
        QCOMPARE(window.openFolders().size(), 2);
        QCOMPARE(window.pages()->currentPage(), QString("Compare"));
        for (const char* page : { "Compare", "Traces", "Analyse", "Signals", "Lab", "Log", "Charts" }) {
            window.showPage(page);
            Q_EMIT window.runs()->openRequested({ other });
            QCOMPARE(window.openFolders(), QStringList { other });
            QCOMPARE(window.pages()->currentPage(), QString(page));
        }
        for (const char* page : { "Settings", "Queue", "Models", "Data", "Notebook", "Glossary" }) {
            window.showPage(page);
            Q_EMIT window.runs()->openRequested({ m_run });
            QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        }
        window.show();
        window.runs()->refresh();
        QTRY_VERIFY(window.runs()->model()->rowCount() > 1);
        window.showPage("Analyse");
        QTableView* table = window.runs()->table();
        for (int row = 0; row < 2; ++row) {
            const QModelIndex index = table->model()->index(row, 0);
            const QPoint at = table->visualRect(index).center();
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
            QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, at);
            QCOMPARE(window.openFolders(), QStringList { index.data(RunListModel::FolderRole).toString() });
            QCOMPARE(window.pages()->currentPage(), QString("Analyse"));
        }
    }

    /// What was opened last is the run of the header and of every page, until another is chosen on one.
    void whatIsOpenedIsTheRunOfEveryPage()
    {
        const QString other = m_folder.filePath("runs/beside");
        fixture::makeRun(other, 1);
        MainWindow window;
        window.show();
        window.openRuns({ m_run });
        const QStringList names { "analyseRun", "lineageRun", "pokeRun", "probeRun", "signalsRun", "traceRun" };
        const auto box = [&](const QString& name) { return window.findChild<QComboBox*>(name); };
        auto* traces = window.findChild<TracesPanel*>();
        QCOMPARE(traces->folder(), m_run);
        window.showPage("Signals");
        Q_EMIT window.runs()->besideRequested({ other });
        QCOMPARE(window.openFolders(), QStringList({ m_run, other })); // as opened: colours and Compare's A stay
        QCOMPARE(window.pages()->currentPage(), QString("Signals"));
        QVERIFY2(window.statusBar()->currentMessage().contains("is open, too"),
            qPrintable(window.statusBar()->currentMessage()));
        const QString shown = window.findChild<QLabel*>("runName")->text();
        for (const QString& name : names)
            QVERIFY2(
                box(name) && box(name)->currentIndex() == 1 && box(name)->currentText() == shown, qPrintable(name));
        QCOMPARE(traces->folder(), other);
        // Chosen on a page, it stays there, though others come and go behind it.
        box("signalsRun")->setCurrentIndex(0);
        const QString chosen = box("signalsRun")->currentText();
        window.openRuns(window.openFolders(), other);
        QCOMPARE(box("signalsRun")->currentText(), chosen);
        // Found by name it stands in the place of the others, as by a double click; "Also open" says that it does not.
        window.openRuns({ m_run });
        window.runs()->refresh();
        QTRY_VERIFY(window.runs()->model()->rowCount() > 1);
        const auto row = [&](const QString& folder) {
            for (int i = 0;; ++i)
                if (window.runs()->model()->row(i).folder == folder)
                    return i;
        };
        window.runs()->model()->setLabel(row(m_run), { "monday", {}, {} });
        window.runs()->model()->setLabel(row(other), { "tuesday", {}, {} });
        const auto run = [&](const QString& title) {
            for (const PaletteEntry& entry : window.paletteEntries())
                if (entry.title == title && entry.kind == "run")
                    return entry.run();
            QFAIL(qPrintable(title + " is not in the palette"));
        };
        run("tuesday");
        QCOMPARE(window.openFolders(), QStringList { other });
        QVERIFY2(window.statusBar()->currentMessage().contains("tuesday, in place of monday"),
            qPrintable(window.statusBar()->currentMessage()));
        QCOMPARE(window.pages()->currentPage(), QString("Signals"));
        run("Also open monday");
        QCOMPARE(window.openFolders(), QStringList({ other, m_run }));
        QCOMPARE(box("signalsRun")->currentIndex(), 1);
        // Closed, it leaves header and pages to the first of those that are left.
        Q_EMIT window.runs()->closeRequested({ m_run });
        QCOMPARE(window.findChild<QLabel*>("runName")->text(), QString("tuesday"));
        QCOMPARE(traces->folder(), other);
    }

    /// Pages that were not looked at since the window came back hold what they showed: what is opened is theirs, too.
    void whatIsOpenedIsTheRunOfPagesThatAreStillToBeRestored()
    {
        const QString second = m_folder.filePath("runs/second"), third = m_folder.filePath("runs/third");
        fixture::makeRun(second, 1);
        fixture::makeRun(third, 2);
        QVERIFY(QDir(m_folder.path()).mkpath("restored"));
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("restored/workspace.db").toStdString()));
        const auto box = [](const MainWindow& window) { return window.findChild<QComboBox*>("signalsRun"); };
        {
            MainWindow window(workspace.get());
            window.show();
            window.openRuns({ m_run, second });
            window.showPage("Signals");
            box(window)->setCurrentIndex(1);
            window.showPage("Notebook");
            window.close();
        }
        MainWindow window(workspace.get());
        window.show();
        QCOMPARE(window.openFolders(), QStringList({ m_run, second }));
        window.openBeside({ third });
        window.showPage("Signals");
        QCOMPARE(box(window)->currentData().toString(), third);
        window.close();
        MainWindow again(workspace.get()); // the run of the header comes back, not the first
        QCOMPARE(again.openFolders(), QStringList({ m_run, second, third }));
        QCOMPARE(again.findChild<QComboBox*>("traceRun")->currentIndex(), 2);
    }

    /// Ctrl+K to a page leads into it. The status line has its place: a sentence that comes or goes moves nothing.
    void whoIsLedToAPageIsInIt()
    {
        const QString other = m_folder.filePath("runs/instead");
        fixture::makeRun(other, 1);
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.openRuns({ m_run });
        for (const char* name : { "Signals", "Traces", "Notebook" }) {
            for (const PaletteEntry& entry : window.paletteEntries())
                if (entry.title == name && entry.kind == "page")
                    entry.run();
            QCOMPARE(window.pages()->currentPage(), QString(name));
            const Page* page = window.pages()->pageOf(QApplication::focusWidget());
            QVERIFY2(page && page->name == name, name);
        }
        window.statusBar()->clearMessage();
        QCoreApplication::processEvents();
        const auto place = [&] {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            return QRect(window.pages()->mapTo(&window, QPoint()), window.pages()->size());
        };
        const QRect before = place();
        Q_EMIT window.runs()->openRequested({ m_run });
        Q_EMIT window.runs()->openRequested({ other });
        QVERIFY(window.statusBar()->isVisible() && window.statusBar()->currentMessage().contains("Open now"));
        QCOMPARE(place(), before);
        window.statusBar()->clearMessage();
        QCOMPARE(place(), before);
    }

    /// Wherever a note leads, the header names its run; what is drawn of several runs stays as it was opened.
    void aNoteOfAnotherRunMakesItTheCurrentOne()
    {
        const QString other = m_folder.filePath("runs/noted");
        fixture::makeRun(other, 1);
        const auto reader = orThrow(RunReader::open(other.toStdString()));
        const GroupRow group = orThrow(reader->groupsWithCompletions(2)).at(1);
        const EvaluationRow evaluation = orThrow(reader->evaluations()).back();
        MainWindow window;
        window.show();
        const auto* header = window.findChild<QLabel*>("runName");
        const auto follow = [&](const char* kind, qint64 target, const char* page) {
            window.openRuns({ m_run, other });
            const QString before = header->text();
            const auto* box = window.findChild<QComboBox*>("traceRun");
            const auto looks = [&] {
                std::vector<std::pair<QString, QColor>> each;
                for (int i = 0; i < box->count(); ++i)
                    each.emplace_back(box->itemText(i), box->itemIcon(i).pixmap(10).toImage().pixelColor(5, 5));
                return each;
            };
            const auto opened = looks();
            QVERIFY(opened.size() == 2 && opened[0].second != opened[1].second);
            window.showPage("Notebook");
            auto* notebook = qobject_cast<NotebookPanel*>(window.pages()->currentWidget());
            QVERIFY(notebook);
            Note note;
            note.kind = kind;
            note.folder = other.toStdString();
            note.step = std::string_view(kind) == "evaluation" ? evaluation.step : 2;
            note.target = target;
            note.position = 1;
            note.quote = "no wait";
            notebook->addNote(note);
            notebook->findChild<QPushButton*>("noteGo")->click();
            QCOMPARE(window.pages()->currentPage(), QString(page));
            QCOMPARE(window.openFolders(), QStringList({ m_run, other }));
            QVERIFY(looks() == opened);
            QCOMPARE(box->currentIndex(), 1);
            QVERIFY2(!header->text().isEmpty() && header->text() != before, qPrintable(header->text()));
            const auto* traces = window.findChild<TracesPanel*>();
            QCOMPARE(traces->folder(), other);
        };
        const std::tuple<const char*, qint64, const char*> kinds[] = { { "run", 0, "Charts" }, { "step", 0, "Traces" },
            { "evaluation", 0, "Traces" }, { "problem", evaluation.id, "Traces" },
            { "answer", evaluation.id, "Traces" }, { "group", group.id, "Traces" },
            { "completion", group.completions.at(2).id, "Traces" }, { "span", group.completions.at(2).id, "Traces" } };
        for (const auto& [kind, target, page] : kinds) {
            follow(kind, target, page);
            QVERIFY2(!QTest::currentTestFailed(), kind);
        }
        QCOMPARE(window.findChild<TracesPanel*>()->pane()->view()->selectedText(), QString("no wait"));
    }

    /// What a note quotes stands under its header in four lines at most; the tip has it whole, and the pin its first
    /// words.
    void aLongQuoteIsWholeInItsTip()
    {
        NoteModel notes(nullptr);
        NotebookPanel panel(&notes);
        Note note;
        note.kind = "span";
        note.folder = "runs/one";
        note.step = 3;
        note.quote = "first <b>";
        for (int i = 0; i < 300; ++i)
            note.quote += " 等等";
        note.quote += " last";
        panel.addNote(note);
        const auto* quote = panel.findChild<QLabel*>("noteQuote");
        QVERIFY(quote->text().startsWith(QString::fromUtf8("“first <b> 等等")));
        QVERIFY(quote->text().endsWith(QString::fromUtf8("…”")) && !quote->text().contains(QChar(0xFFFD)));
        QVERIFY(quote->toolTip().contains("first &lt;b&gt;") && quote->toolTip().contains(" last"));
        const QString pin = panel.findChild<QLabel*>("notePin")->text();
        QVERIFY2(pin.startsWith(QString::fromUtf8("step 3 of one, a span of a completion, “first <b> 等等")),
            qPrintable(pin));
        QVERIFY2(pin.endsWith(QString::fromUtf8("…”")), qPrintable(pin));
        note.quote.assign(1 << 20, 'x'); // a whole text that was selected
        panel.addNote(note);
        QVERIFY(quote->toolTip().size() < kLongestTip + 100);
        QVERIFY(quote->toolTip().contains(QString::fromUtf8("x…<")));
    }

    /// Selected words get their note from the menu of the text, whichever it is: on Traces, on Probes and beside it, on
    /// Lineage and on Texts.
    void theMenuOfATextOffersANote()
    {
        MainWindow window;
        window.show();
        TracesPanel* traces = fixture::readReflecting(window, { m_run });
        QAction* here = window.actionTable()->action("notes.here");
        QVERIFY(here->isShortcutVisibleInContextMenu());
        /// Pin and quotation of the note on these words; else what went wrong.
        const auto noted = [&](TraceView* view, const QString& words) -> QString {
            if (view->find(words) == 0) // selects them
                return "not there: " + view->trace().text;
            view->setFocus();
            QMenu* menu = nullptr;
            const auto opened
                = connect(view, &TraceView::menuOpening, view, [&menu](QMenu* opening) { menu = opening; });
            const QPoint place = view->viewport()->rect().center();
            QContextMenuEvent asked(QContextMenuEvent::Mouse, place, view->viewport()->mapToGlobal(place));
            QApplication::sendEvent(view->viewport(), &asked);
            disconnect(opened);
            if (!menu || !menu->actions().contains(here))
                return "not offered";
            menu->setActiveAction(here);
            QTest::keyClick(menu, Qt::Key_Return);
            if (window.pages()->currentPage() != "Notebook")
                return window.pages()->currentPage();
            const auto* page = window.pages()->currentWidget();
            return page->findChild<QLabel*>("notePin")->text() + '\n' + page->findChild<QLabel*>("noteQuote")->text();
        };
        const TraceDocument reflecting = traces->pane()->document();
        const auto check = [&](TraceView* view, const QString& words, const QString& pin) {
            const QString note = noted(view, words);
            QVERIFY2(note.section('\n', 0, 0).contains(pin) && note.section('\n', 1).contains(words),
                qPrintable(view->accessibleName() + ": " + note));
        };
        check(traces->pane()->view(), "no wait", "step 2 of ");

        auto* compare = window.findChild<ComparePanel*>();
        TracePane* probes = compare->probes()->pane();
        window.showPage("Compare");
        compare->showTab(ComparePanel::Probes);
        QTRY_VERIFY(probes->view()->trace().text.startsWith("example "));
        probes->setPinned(reflecting);
        check(probes->pinnedView(), "no wait", "step 2 of ");
        window.showPage("Compare");
        check(probes->view(), "example", "held-out problem ");

        window.showPage("Compare");
        compare->showTab(ComparePanel::Lineage);
        auto* card = compare->findChild<QAbstractButton*>("lineageLink1");
        const auto panes = compare->findChildren<TracePane*>();
        const auto lineage = std::find_if(panes.begin(), panes.end(), [&](TracePane* one) { return one != probes; });
        QVERIFY(card && lineage != panes.end());
        QTRY_VERIFY(!card->accessibleDescription().isEmpty()); // its sample was followed
        card->click();
        QTRY_VERIFY((*lineage)->view()->trace().text.contains("<think>"));
        check((*lineage)->view(), "<think>", "a span of a completion");

        window.showPage("Compare");
        compare->compareTexts({ reflecting.place });
        TraceView* text = compare->findChild<TextsPage*>()->column(0)->view();
        QTRY_VERIFY(text->trace().text.contains("no wait"));
        check(text, "no wait", "step 2 of ");
    }

    void aSignalLeadsToTheLab()
    {
        MainWindow window;
        Q_EMIT window.findChild<SignalsPanel*>()->rescoreRequested(m_run);
        QCOMPARE(window.openFolders(), QStringList { m_run });
        QCOMPARE(window.pages()->currentPage(), QString("Lab"));
        QCOMPARE(window.findChild<QTabWidget*>("labTabs")->currentIndex(), 1);
        QCOMPARE(window.findChild<QPushButton*>("rescoreStart")->text(), QString("Cancel")); // it is on its way
    }

    void noTitleStandsTwiceInAMenu()
    {
        MainWindow window;
        for (const QAction* top : window.menuBar()->actions()) {
            QStringList titles;
            for (const QAction* action : top->menu()->actions())
                if (!action->isSeparator())
                    titles << action->text().remove('&');
            QVERIFY2(titles.removeDuplicates() == 0, qPrintable(top->text()));
        }
    }

    void keysHaveOneOwner()
    {
        QWidget window;
        QMenu menu("&Edit");
        ActionTable table(&window);
        int done = 0;
        QAction* first = table.add(&menu, "a", "&First", QKeySequence("Ctrl+A"), [&] { ++done; });
        QAction* second = table.add(&menu, "b", "Second", QKeySequence("Ctrl+B"), [&] { done += 10; });
        first->trigger();
        QCOMPARE(done, 1);
        QCOMPARE(ActionTable::title(first), QString("Edit: First"));
        QSignalSpy changed(&table, &ActionTable::keysChanged);
        QVERIFY(!table.setKeys(second, { QKeySequence("Ctrl+A") }));
        QCOMPARE(table.holder({ QKeySequence("Ctrl+A") }, second), first);
        QCOMPARE(second->shortcut(), QKeySequence("Ctrl+B"));
        QCOMPARE(table.holder({ QKeySequence("Ctrl+A, Ctrl+X") }, second), first); // would never be reached
        QVERIFY(changed.isEmpty());
        QVERIFY(table.setKeys(first, {}));
        QVERIFY(table.setKeys(second, { QKeySequence("Ctrl+A") }));
        QVERIFY(table.setKeys(first, { QKeySequence("Ctrl+B") })); // swapped
        const QByteArray kept = table.changedKeys();
        table.resetKeys();
        QCOMPARE(first->shortcut(), QKeySequence("Ctrl+A"));
        QCOMPARE(table.changedKeys(), QByteArray("{}"));
        table.setChangedKeys(kept);
        QCOMPARE(first->shortcut(), QKeySequence("Ctrl+B"));
        QCOMPARE(second->shortcut(), QKeySequence("Ctrl+A"));
        table.setChangedKeys("{\"gone\":\"Ctrl+G\",\"a\":\"Ctrl+A\"}"); // another's keys stay another's
        QCOMPARE(second->shortcut(), QKeySequence("Ctrl+A"));
        QVERIFY(first->shortcut().isEmpty());
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestNavigation)
#include "tst_navigation.moc"
