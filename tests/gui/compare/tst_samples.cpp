// All samples of a held-out problem, wherever its answer is opened: Outcomes, Probes, Traces, Texts; by mouse and by
// keyboard. A run that stored one answer per problem says so. Notes on words of an answer.

#include "course_fixture.h"

#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "tests/support/window_place.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/evaluationtimeline.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/samplebar.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestSamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        fixture::Course course; // learned, never right, forgotten
        course.evaluations = { { 0, 3, { 0, 1, 3 } }, { 10, 3, { 2, 1, 1 } } };
        course.keepsSamples = true;
        fixture::makeCourse(run("kept"), course);
        course.name = "older";
        course.keepsSamples = false;
        fixture::makeCourse(run("older"), course);
    }

    void whichOneIsWanted()
    {
        std::vector<CompletionRow> samples(4);
        samples[0].verdict = "infra_error"; // neither right nor wrong
        samples[1].verdict = samples[3].verdict = "wrong";
        samples[2].verdict = "correct";
        samples[2].correct = true;
        QCOMPARE(sampleAt(samples, kRightSample), 2);
        QCOMPARE(sampleAt(samples, kWrongSample), 1);
        QCOMPARE(sampleAt(samples, kAnySample), 0);
        QCOMPARE(sampleAt(samples, 3), 3);
        QCOMPARE(sampleAt(samples, 9), 3);
        samples.resize(1);
        QCOMPARE(sampleAt(samples, kRightSample), 0);
        QCOMPARE(sampleAt({}, kWrongSample), 0);
        QCOMPARE(wantedSample(OutcomeClass::Learned), int(kRightSample));
        QCOMPARE(wantedSample(OutcomeClass::Forgotten), int(kWrongSample));
        QCOMPARE(wantedSample(OutcomeClass::Unstable), 0);
    }

    /// "1 of 3 right": the cell opens all three, and the right one can be reached.
    void aCellOpensItsGroup()
    {
        MainWindow window;
        openOutcomes(window, "kept");
        auto* bar = openCell(window, 1, 1); // never right: a wrong one first
        QCOMPARE(bar->count(), 3);
        QVERIFY(bar->isVisible() && !bar->accessibleName().isEmpty());
        QCOMPARE(bar->tabText(0), QString::fromUtf8("✗ 1"));
        QCOMPARE(bar->tabText(2), QString::fromUtf8("✓ 3"));
        QCOMPARE(bar->accessibleTabName(2), QString("sample 3: correct"));
        QCOMPARE(bar->currentIndex(), 0);
        const auto text = [&] { return traces(window)->pane()->view()->trace().text; };
        const auto facts = [&] { return traces(window)->pane()->document().facts; };
        QTRY_VERIFY(text().endsWith("step 10 of problem 1 </think>"));
        QVERIFY2(facts().contains("1 of 3 samples right") && facts().contains("sample 1 of 3"), qPrintable(facts()));

        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(2).center());
        QTRY_VERIFY2(text().endsWith("problem 1 </think> sample 3"), qPrintable(text()));
        QVERIFY2(facts().contains("sample 3 of 3") && facts().contains("22 tokens, stop")
                && facts().endsWith("answer: 1 + 2 + 2"),
            qPrintable(facts()));
        QCOMPARE(traces(window)->evaluationPage()->currentSample(), 2);

        bar->setFocus();
        QTest::keyClick(bar, Qt::Key_Left);
        QTRY_VERIFY2(text().endsWith("sample 2"), qPrintable(text()));
        auto* next = placeAction(traces(window), "traces.nextSample"); // from anywhere on the page
        QVERIFY(next && next->makesSense());
        next->trigger();
        QTRY_VERIFY2(text().endsWith("sample 3"), qPrintable(text()));
        next->trigger(); // the last stays
        QCOMPARE(bar->currentIndex(), 2);

        traces(window)->evaluationPage()->moveProblem(-1); // another problem has its own, and this one became better
        QCOMPARE(bar->tabText(1), QString::fromUtf8("✓ 2"));
        QCOMPARE(bar->currentIndex(), 1);
        QTRY_VERIFY2(text().endsWith("problem 0 </think> sample 2"), qPrintable(text()));
    }

    void whatWasLearnedOpensRight()
    {
        MainWindow window;
        openOutcomes(window, "kept");
        auto* bar = openCell(window, 0, 1); // learned: 2 of 3, the first is wrong
        QCOMPARE(bar->currentIndex(), 1);
        QTRY_VERIFY(traces(window)->pane()->view()->trace().text.endsWith("problem 0 </think> sample 2"));
        QSignalSpy picked(traces(window), &TracesPanel::textsPicked); // the group goes to Compare like any
        Q_EMIT traces(window)->pane()->compareMenu()->aboutToShow();
        for (QAction* action : traces(window)->pane()->compareMenu()->actions())
            if (action->text() == "The whole group side by side on Compare")
                action->trigger();
        QCOMPARE(picked.size(), 1);
        const auto places = picked[0][0].value<TextPlaces>();
        QCOMPARE(places.size(), size_t(3));
        QVERIFY(places[2].sample == 2 && places[2].evaluationId == places[0].evaluationId);
    }

    void anOlderRunSaysWhatItHas()
    {
        MainWindow window;
        openOutcomes(window, "older");
        auto* bar = openCell(window, 1, 1);
        QCOMPARE(bar->count(), 0);
        auto* says = traces(window)->findChild<QLabel*>("traceSamplesSays");
        QVERIFY(says->isVisible());
        QCOMPARE(says->text(), QString("This run stored one answer per problem: the first of 3 samples."));
        QTRY_VERIFY(traces(window)->pane()->view()->trace().text.contains("step 10 of problem 1"));
        QVERIFY(traces(window)->pane()->document().facts.endsWith("; the first is shown"));
        QVERIFY(!placeAction(traces(window), "traces.nextSample")->makesSense());
    }

    /// Sixteen samples scroll; how many were right stays in one line beside them.
    void manySamplesLeaveTheCountItsRoom()
    {
        SampleBar bar(QStringLiteral("many"));
        bar.resize(560, 40);
        bar.setSamples(std::vector<CompletionRow>(16), 16, 0);
        bar.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bar));
        const auto* says = bar.findChild<QLabel*>("manySays");
        QCOMPARE(bar.width(), 560);
        QVERIFY2(says->width() >= says->fontMetrics().horizontalAdvance(says->text()), qPrintable(says->text()));
        QVERIFY(!says->wordWrap());
    }

    /// The chosen sample stays from evaluation to evaluation, and so does what it is compared with.
    void probesWalkThroughThem()
    {
        ProbesPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.show();
        page.setRuns({ opened("kept") });
        QTRY_COMPARE(page.model()->rowCount(), 3);
        auto* bar = page.findChild<QTabBar*>("probeSamples");
        auto* pane = page.findChild<TracePane*>();
        QTRY_VERIFY(pane->view()->trace().text.endsWith("step 10 of problem 0 </think> sample 2")); // learned: right
        QCOMPARE(bar->count(), 3);
        QCOMPARE(bar->currentIndex(), 1);
        QTRY_VERIFY(pane->isPinned());
        QVERIFY(pane->pinnedView()->trace().text.endsWith("step 0 of problem 0 </think> sample 2"));
        bar->setFocus();
        QTest::keyClick(bar, Qt::Key_Right);
        QTRY_VERIFY(pane->view()->trace().text.endsWith("step 10 of problem 0 </think> sample 3"));
        QTest::keyClick(page.findChild<EvaluationTimeline*>("probeTimeline"), Qt::Key_Home);
        QTRY_VERIFY(pane->view()->trace().text.endsWith("step 0 of problem 0 </think> sample 3"));
        QCOMPARE(bar->tabText(2), QString::fromUtf8("✗ 3"));
        QSignalSpy picked(&page, &ProbesPage::problemPicked);
        page.findChild<QPushButton*>("probeOpen")->click();
        QCOMPARE(picked[0][3].toInt(), 2);
    }

    void textsTakeAnySample()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns({ opened("kept") });
        page.show();
        const auto reader = orThrow(RunReader::open(run("kept").toStdString()));
        page.setTexts({ { run("kept"), 0, orThrow(reader->evaluations()).back().id, 1, 2 },
            { run("kept"), 0, orThrow(reader->evaluations()).back().id, 1, 0 } });
        QTRY_VERIFY(page.column(0)->view()->trace().text.endsWith("problem 1 </think> sample 3"));
        auto* sample = page.findChild<QComboBox*>("textASample");
        QTRY_COMPARE(sample->count(), 3);
        QCOMPARE(sample->currentText(), QString("sample 3: correct"));
        sample->setCurrentIndex(1);
        Q_EMIT sample->activated(1);
        QTRY_VERIFY(page.column(0)->view()->trace().text.endsWith("problem 1 </think> sample 2"));
        QTRY_COMPARE(page.column(0)->place().sample, 1);
        QSignalSpy picked(&page, &TextsPage::problemPicked);
        page.findChild<QPushButton*>("textAOpen")->click();
        QCOMPARE(picked[0][3].toInt(), 1);
    }

    /// With the key that pins words of a completion; they lead back to the sample, and to their place in it.
    void wordsOfAnAnswerArePinned()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("notes.db").toStdString()));
        const QString pinned = QString::fromUtf8(", held-out problem 2, sample 3, “think”");
        int word = -1;
        {
            MainWindow window(workspace.get());
            openOutcomes(window, "kept");
            QVERIFY(QTest::qWaitForWindowActive(&window));
            auto* bar = openCell(window, 1, 1);
            QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(2).center());
            TraceView* view = traces(window)->pane()->view();
            QTRY_VERIFY(view->trace().text.endsWith("problem 1 </think> sample 3"));
            word = int(view->trace().text.lastIndexOf("think")); // the second of two
            view->setFocus();
            view->moveCaret(word, false);
            for (int i = 0; i < 5; ++i)
                QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
            QCOMPARE(view->selectedText(), QString("think"));
            QTest::keyClick(view, Qt::Key_M, Qt::ControlModifier);
            QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
            auto* page = window.pages()->currentWidget();
            const QString pin = page->findChild<QLabel*>("notePin")->text();
            QVERIFY2(pin.startsWith("step 10 of ") && pin.endsWith(pinned), qPrintable(pin));
            QCOMPARE(page->findChild<QLabel*>("noteQuote")->text(), QString::fromUtf8("“think”"));
            page->findChild<QPlainTextEdit*>("noteText")->setPlainText("closed too early");
            QVERIFY(window.close());
        }
        const std::vector<Note> notes = orThrow(workspace->notes());
        QCOMPARE(notes.size(), size_t(1));
        QCOMPARE(notes[0].kind, std::string("answer"));
        QVERIFY(notes[0].step == 10 && notes[0].position == 1 && notes[0].sample == 2 && notes[0].quoteBegin == word);
        const ReportData report = orThrow(readReport({ { run("kept"), "kept run", Qt::blue } }, notes));
        for (const QString& text : { reportMarkdown(report), reportHtml(report) })
            QVERIFY(text.contains("step 10 of kept run" + pinned) && text.contains("closed too early"));

        MainWindow window(workspace.get());
        window.show();
        window.openRuns({ run("older") }); // the note's run is not open
        window.showPage("Notebook");
        auto* page = window.pages()->currentWidget();
        auto* table = page->findChild<QTableView*>("notesTable");
        table->selectRow(0);
        QTest::mouseClick(page->findChild<QPushButton*>("noteRemove"), Qt::LeftButton);
        QVERIFY(orThrow(workspace->notes()).empty());
        QTest::mouseClick(page->findChild<QPushButton*>("noteButton"), Qt::LeftButton); // Undo
        QCOMPARE(orThrow(workspace->notes()).size(), size_t(1));
        QTest::mouseClick(page->findChild<QPushButton*>("noteGo"), Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(traces(window)->folder(), run("kept"));
        QCOMPARE(traces(window)->evaluationPage()->currentSample(), 2);
        const TraceView* view = traces(window)->pane()->view();
        QCOMPARE(view->selectedText(), QString("think"));
        QCOMPARE(view->selection().first, word);
    }

    /// What is read there: either side of a probe, and whichever column was touched.
    void wordsArePinnedOnCompare()
    {
        MainWindow window;
        openOutcomes(window, "kept");
        QCOMPARE(window.pinHere().kind, std::string("run")); // a table is no text
        auto* compare = window.findChild<ComparePanel*>();
        compare->showTab(ComparePanel::Probes);
        auto* pane = compare->probes()->findChild<TracePane*>();
        QTRY_VERIFY(pane->view()->trace().text.endsWith("step 10 of problem 0 </think> sample 2"));
        QTRY_VERIFY(pane->pinnedView()->trace().text.endsWith("step 0 of problem 0 </think> sample 2"));
        Note note = window.pinHere();
        QCOMPARE(note.kind, std::string("problem"));
        QVERIFY(note.step == 10 && note.position == 0 && note.quote == fixture::problemText(0));
        pane->pinnedView()->setFocus();
        QCOMPARE(pane->pinnedView()->find("attempt"), 1);
        note = window.pinHere();
        QCOMPARE(note.kind, std::string("answer"));
        QVERIFY(note.step == 0 && note.sample == 1 && note.quote == "attempt");

        const auto reader = orThrow(RunReader::open(run("kept").toStdString()));
        const qint64 last = orThrow(reader->evaluations()).back().id;
        compare->compareTexts({ { run("kept"), 0, last, 1, 2 }, { run("kept"), 0, last, 1, 0 } });
        auto* page = compare->findChild<TextsPage*>();
        QTRY_VERIFY(page->column(0)->view()->trace().text.endsWith("problem 1 </think> sample 3"));
        QTRY_VERIFY(page->column(1)->view()->trace().text.endsWith("problem 1 </think>"));
        page->column(0)->view()->setFocus();
        QCOMPARE(window.pinHere().kind, std::string("problem"));
        TraceView* view = page->column(1)->view();
        view->setFocus();
        QCOMPARE(view->find("step 10"), 1);
        note = window.pinHere();
        QCOMPARE(note.kind, std::string("answer"));
        QVERIFY(note.step == 10 && note.position == 1 && note.sample == 0 && note.quote == "step 10");
        QCOMPARE(note.quoteBegin, int(view->trace().text.indexOf("step 10")));
    }

    /// A prompt of a person's own is no held-out problem: its note says so, and leads to Probes, where it is read.
    void wordsOfTheAnswerToAnOwnPrompt()
    {
        fixture::Course course;
        course.name = "own";
        course.evaluations = { { 0, 1, { 0, 1, 1 } }, { 20, 1, { 1, 1, 1 } } };
        fixture::makeCourse(run("own"), course);
        for (const int64_t step : { 0, 10, 20 })
            orThrow(orThrow(RunWriter::open(run("own").toStdString()))->commitEvaluation(fixture::ownRow(step)));
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("own.db").toStdString()));
        const QString pinned = QString::fromUtf8(", your prompt 2, “answer”");
        int word = -1;
        {
            MainWindow window(workspace.get());
            openOutcomes(window, "own");
            QVERIFY(QTest::qWaitForWindowActive(&window));
            auto* compare = window.findChild<ComparePanel*>();
            QTabBar* tabs = compare->findChild<QTabWidget*>("compareTabs")->tabBar();
            QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(ComparePanel::Probes).center());
            auto* list = compare->findChild<QTableView*>("probes");
            QTRY_COMPARE(compare->probes()->model()->rowCount(), 7); // two headings, two prompts, three problems
            list->setCurrentIndex(list->model()->index(2, 0));
            compare->findChild<EvaluationTimeline*>("probeTimeline")->setValue(1);
            TraceView* view = compare->probes()->pane()->view();
            QTRY_VERIFY(view->trace().text.contains("own answer at step 10 to: Why"));
            QCOMPARE(QString::fromStdString(window.pinHere().kind), QString("prompt"));
            QCOMPARE(window.pinHere().quote, std::string("Why is the sky blue?"));
            word = int(view->trace().text.indexOf("answer"));
            view->setFocus();
            view->moveCaret(word, false);
            for (int i = 0; i < 6; ++i)
                QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
            QTest::keyClick(view, Qt::Key_M, Qt::ControlModifier);
            QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
            const QString pin = window.pages()->currentWidget()->findChild<QLabel*>("notePin")->text();
            QVERIFY2(pin.startsWith("step 10 of ") && pin.endsWith(pinned), qPrintable(pin));
            QVERIFY(window.close());
        }
        const std::vector<Note> notes = orThrow(workspace->notes());
        QCOMPARE(notes.size(), size_t(1));
        QCOMPARE(notes[0].kind, std::string("reply"));
        QVERIFY(notes[0].step == 10 && notes[0].position == 1 && notes[0].quoteBegin == word);

        MainWindow window(workspace.get());
        window.resize(1280, 800);
        window.show();
        window.openRuns({ run("kept") }); // the note's run is not open
        window.showPage("Notebook");
        auto* page = window.pages()->currentWidget();
        page->findChild<QTableView*>("notesTable")->selectRow(0);
        QTest::mouseClick(page->findChild<QPushButton*>("noteGo"), Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Compare"));
        auto* compare = window.findChild<ComparePanel*>();
        const TraceView* view = compare->probes()->pane()->view();
        QCOMPARE(window.openFolders(), QStringList({ run("kept"), run("own") }));
        QTRY_COMPARE(view->selectedText(), QString("answer"));
        QCOMPARE(view->selection().first, word);
        QVERIFY(view->trace().text.contains("own answer at step 10 to: Why"));
        QCOMPARE(compare->findChild<EvaluationTimeline*>("probeTimeline")->value(), 1);
        QCOMPARE(compare->findChild<QTableView*>("probes")->currentIndex().row(), 2);
    }

    /// All answers to an own prompt stand side by side, and nothing there speaks of a verdict.
    void anOwnPromptSideBySide()
    {
        fixture::Course course;
        course.name = "beside";
        course.evaluations = { { 0, 2, { 0, 1 } }, { 20, 2, { 1, 1 } } };
        fixture::makeCourse(run("beside"), course);
        for (const int64_t step : { 0, 10, 20 })
            orThrow(orThrow(RunWriter::open(run("beside").toStdString()))->commitEvaluation(fixture::ownRow(step)));
        ComparePanel panel;
        panel.resize(1200, 700);
        panel.show();
        panel.setRuns({ opened("beside") });
        panel.showTab(ComparePanel::Probes);
        ProbesPage* probes = panel.probes();
        QTRY_COMPARE(probes->model()->rowCount(), 6); // two headings, two prompts, two problems
        auto* list = probes->findChild<QTableView*>("probes");
        list->setCurrentIndex(list->model()->index(2, 0));
        QTRY_VERIFY(probes->pane()->view()->trace().text.contains("to: Why"));
        QMenu* menu = probes->pane()->compareMenu();
        Q_EMIT menu->aboutToShow();
        QAction* all = menu->actions().constFirst();
        QVERIFY(all->isVisible());
        all->trigger();
        auto* page = panel.findChild<TextsPage*>();
        QTRY_COMPARE(page->columns(), 3);
        for (int i = 0; i < 3; ++i) {
            const TextColumn* column = page->column(i);
            const QString text = QString("own answer at step %1 to: Why is the sky blue?").arg(10 * i);
            QTRY_COMPARE(column->view()->trace().text, text);
            const auto field = [&](const char* name) { return "text" + column->key() + name; };
            const QString facts = column->findChild<QLabel*>(field("Facts"))->text();
            QVERIFY2(facts.contains(QString("step %1 ").arg(10 * i)) && facts.contains("which nothing judges")
                    && !facts.contains("right"),
                qPrintable(facts));
            QCOMPARE(column->findChild<QComboBox*>(field("Source"))->currentText(), QString("your prompts"));
            QCOMPARE(column->findChild<QComboBox*>(field("Prompt"))->currentText(), QString("Why is the sky blue?"));
            QCOMPARE(column->findChild<QComboBox*>(field("Sample"))->currentText(), QString("sample 1"));
            QVERIFY(!column->findChild<QPushButton*>(field("Open"))->isEnabled()); // it is no problem of Traces
        }
        auto* source = page->column(1)->findChild<QComboBox*>("textBSource"); // and back to the problems
        source->setCurrentIndex(1);
        Q_EMIT source->activated(1);
        QTRY_VERIFY(page->column(1)->view()->trace().text.contains("attempt at step 20"));
        QCOMPARE(source->currentText(), QString("held-out"));
        source->setCurrentIndex(2);
        Q_EMIT source->activated(2); // as a person chooses them
        QTRY_VERIFY(page->column(1)->view()->trace().text.contains("own answer at step 20"));
    }

private:
    QString run(const QString& name) const { return m_folder.filePath("runs/" + name); }
    OpenRun opened(const QString& name) const
    {
        return { std::make_shared<RunFeed>(run(name)), QColor(Qt::blue), "run " + name };
    }
    static TracesPanel* traces(MainWindow& window) { return window.findChild<TracesPanel*>(); }

    void openOutcomes(MainWindow& window, const QString& name) const
    {
        window.resize(1280, 800);
        window.openRuns({ run(name) });
        window.show();
        window.showPage("Compare");
        auto* compare = window.findChild<ComparePanel*>();
        compare->showTab(ComparePanel::Outcomes);
        QTRY_COMPARE(compare->outcomes()->model()->rowCount(), 3);
    }

    /// Enter on a cell leads to Traces, with the samples of its problem.
    static QTabBar* openCell(MainWindow& window, int problem, int evaluation)
    {
        auto* table = window.findChild<QTableView*>("outcomes");
        table->setCurrentIndex(table->model()->index(problem, evaluation));
        QTest::keyClick(table, Qt::Key_Return);
        if (window.pages()->currentPage() != "Traces")
            qFatal("the cell opened nothing");
        return traces(window)->findChild<QTabBar*>("traceSamples");
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestSamples)
#include "tst_samples.moc"
