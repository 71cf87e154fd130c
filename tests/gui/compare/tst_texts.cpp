// Two to six texts from anywhere: chosen by run, step, prompt and sample, by evaluation and problem, or sent from other
// pages.

#include "../traces/trace_fixture.h"

#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "widgets/models/changesides.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/tokenline.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>
#include <QtTest>

using namespace aha;

class TestTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        for (int i = 0; i < 2; ++i) {
            const QString folder = m_folder.filePath(QString("run%1").arg(i));
            fixture::makeRun(folder, i);
            m_open.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue), QString("run %1").arg(i) });
        }
        const auto reader = orThrow(RunReader::open(m_folder.filePath("run1").toStdString()));
        const std::vector<GroupRow> groups = orThrow(reader->groupsWithCompletions(1));
        for (const CompletionRow& row : groups[1].completions)
            m_group.push_back({ m_folder.filePath("run1"), row.id });
    }
    void cleanupTestCase() { m_open.clear(); }

    void acrossRunsAndSteps()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.show();
        QVERIFY(page.findChild<QLabel*>("textsEmpty")->isVisible());
        page.setRuns(m_open);
        QVERIFY(!page.findChild<QLabel*>("textsEmpty")->isVisible());
        QCOMPARE(page.columns(), 2);
        auto* facts = page.findChild<QLabel*>("textBFacts"); // the second run is B
        QTRY_VERIFY2(facts->text().startsWith("run 1, step 3, sample 1"), qPrintable(facts->text()));
        QVERIFY(facts->text().contains("reward 1.10, 40 tokens"));
        QTRY_VERIFY(page.findChild<QLabel*>("textAFacts")->text().startsWith("run 0, step 3"));
        auto* step = page.findChild<QSpinBox*>("textBStep");
        QCOMPARE(step->maximum(), 3);
        step->setValue(2);
        QTRY_VERIFY(facts->text().startsWith("run 1, step 2, sample 1"));
        auto* prompt = page.findChild<QComboBox*>("textBPrompt");
        QCOMPARE(prompt->count(), 2);
        choose(prompt, 1);
        QCOMPARE(prompt->currentText(), QString("use 5 9 6 to make 39 :"));
        auto* sample = page.findChild<QComboBox*>("textBSample");
        QCOMPARE(sample->itemText(3), QString("sample 4: no answer"));
        choose(sample, 3);
        QTRY_VERIFY(page.column(1)->view()->trace().text.contains("step 2 group 1 sample 3"));
        step->setValue(1); // the prompt was asked there, too
        QTRY_VERIFY(facts->text().startsWith("run 1, step 1, sample 1"));
        QCOMPARE(prompt->currentText(), QString("use 5 9 6 to make 39 :"));
        step->setValue(0); // nothing is sampled before the first step
        auto* problem = page.findChild<QLabel*>("textsProblem");
        QTRY_VERIFY2(
            problem->text().startsWith("B: No completion is stored at step 0 of run 1"), qPrintable(problem->text()));
    }

    /// Two prompts side by side have nothing to compare.
    void twoOfOneGroupOfOneRun()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns({ m_open[0] });
        page.show();
        const auto facts
            = [&](const char* key) { return page.findChild<QLabel*>(QString("text%1Facts").arg(key))->text(); };
        QTRY_VERIFY2(facts("A").startsWith("run 0, step 3, sample 1") && facts("A").contains("reward 1.10"),
            qPrintable(facts("A")));
        QTRY_VERIFY2(facts("B").startsWith("run 0, step 3, sample 2") && facts("B").contains("reward 0.10"),
            qPrintable(facts("B")));
        for (const char* key : { "A", "B" })
            QCOMPARE(page.findChild<QComboBox*>(QString("text%1Prompt").arg(key))->currentText(),
                QString("use 1 1 3 to make 3 :"));
        auto* note = page.findChild<QLabel*>("textsPair");
        QTRY_VERIFY(note->isVisible());
        QCOMPARE(note->text(),
            QString("A and B answer the same prompt of step 3: of n = 4 completions of the group, A was paid most "
                    "(reward 1.10) and B least (0.10)."));
        choose(page.findChild<QComboBox*>("textBSample"), 2);
        QTRY_VERIFY(facts("B").startsWith("run 0, step 3, sample 3"));
        QVERIFY(!note->isVisible()); // now it is somebody's choice
    }

    /// Two runs of one name: the second is called as the first was when that is closed, and is renamed another time.
    void aColumnFollowsItsRunNotItsName()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns(m_open);
        page.show();
        auto* facts = page.findChild<QLabel*>("textBFacts");
        QTRY_VERIFY2(facts->text().startsWith("run 1, step 3, sample 1"), qPrintable(facts->text()));
        choose(page.findChild<QComboBox*>("textBSample"), 3);
        QTRY_VERIFY2(facts->text().startsWith("run 1, step 3, sample 4"), qPrintable(facts->text()));
        OpenRuns left { m_open[1] };
        left[0].label = "run 0"; // what column A's was called
        page.setRuns(left);
        QTRY_VERIFY2(facts->text().contains("step 3, sample 4"), qPrintable(facts->text()));
        QCOMPARE(page.findChild<QComboBox*>("textBSample")->currentIndex(), 3);
        auto* first = page.findChild<QLabel*>("textAFacts"); // its run is gone: it begins anew
        QTRY_VERIFY2(first->text().startsWith("run 0, step"), qPrintable(first->text()));
        QCOMPARE(page.column(0)->place().folder, m_open[1].feed->folder());
    }

    /// What a checkpoint answered to a held-out problem, step by step.
    void heldOutAnswers()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns(m_open);
        page.show();
        auto* facts = page.findChild<QLabel*>("textAFacts");
        QTRY_VERIFY(facts->text().startsWith("run 0, step 3, sample"));
        choose(page.findChild<QComboBox*>("textASource"), 1);
        QTRY_VERIFY2(facts->text().startsWith("run 0, step 3, held-out"), qPrintable(facts->text()));
        auto* prompt = page.findChild<QComboBox*>("textAPrompt");
        QCOMPARE(prompt->count(), 6);
        choose(prompt, 4);
        QTRY_COMPARE(page.column(0)->view()->trace().text, QString("example 4 at step 3"));
        page.findChild<QSpinBox*>("textAStep")->stepDown(); // the evaluation before: at step 0
        QTRY_COMPARE(page.column(0)->view()->trace().text, QString("example 4 at step 0"));
        page.findChild<QSpinBox*>("textAStep")->stepUp();
        QTRY_COMPARE(page.column(0)->view()->trace().text, QString("example 4 at step 3"));
        page.findChild<QPushButton*>("textsAlike")->click(); // all evaluations
        QTRY_COMPARE(page.column(0)->view()->trace().text, QString("example 4 at step 0"));
        QTRY_COMPARE(page.column(1)->view()->trace().text, QString("example 4 at step 3"));
        QSignalSpy picked(&page, &TextsPage::problemPicked);
        page.findChild<QPushButton*>("textBOpen")->click();
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][2].toInt(), 4);
    }

    /// Each against the chosen one, whichever it is; taking one away leaves the others as they are.
    void moreThanTwo()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns(m_open);
        page.show();
        page.setTexts(m_group);
        QCOMPARE(page.columns(), 4);
        for (int i = 0; i < 4; ++i)
            QTRY_VERIFY2(page.column(i)->place() == m_group[size_t(i)], qPrintable(QString::number(i)));
        const auto standing
            = [&](const char* key) { return page.findChild<QLabel*>(QString("text%1Standing").arg(key))->text(); };
        // 0 and 2 are the same text, 3 begins like 1: "<think>".
        QTRY_COMPARE(standing("C"), QString("equal to A"));
        QCOMPARE(standing("A"), QString("the others are compared with it"));
        QVERIFY2(standing("D").endsWith("shared with A"), qPrintable(standing("D")));
        page.findChild<QComboBox*>("textsBase")->setCurrentIndex(3);
        QTRY_VERIFY2(standing("A").endsWith("shared with D"), qPrintable(standing("A")));
        QCOMPARE(standing("D"), QString("the others are compared with it"));
        page.findChild<QToolButton*>("textBRemove")->click();
        QCOMPARE(page.columns(), 3);
        QVERIFY(page.column(0)->place() == m_group[0] && page.column(1)->place() == m_group[2]
            && page.column(2)->place() == m_group[3]);
        QCOMPARE(page.findChild<QComboBox*>("textsBase")->currentText(), QString("C")); // the same text as before
        QTRY_VERIFY2(standing("B").endsWith("shared with C"), qPrintable(standing("B")));
        page.findChild<QToolButton*>("textARemove")->click();
        QCOMPARE(page.columns(), 2);
        QVERIFY(!page.findChild<QToolButton*>("textARemove")->isVisible()); // two are the fewest
        // One more of its group, until six are there.
        auto* add = page.findChild<QPushButton*>("textsAdd");
        add->click();
        QCOMPARE(page.columns(), 3);
        QTRY_VERIFY(page.column(2)->place() == m_group[0]); // the first that is not shown
        for (int i = 0; i < 3; ++i)
            add->click();
        QCOMPARE(page.columns(), 6);
        QVERIFY(!add->isEnabled());
        QSignalSpy said(&page, &TextsPage::said);
        QVERIFY(!page.add({ m_folder.filePath("run0"), 1 }));
        QCOMPARE(said.size(), 1);
    }

    void wordsThatDiffer()
    {
        TextsPage page(std::make_shared<Lexicon>());
        showTwo(page);
        // "<think> <b>bold</b> & wait </think>" and "<think> step 1 group 1 sample 3": after "<think>" all differs.
        QTRY_COMPARE(page.findChild<QLabel*>("textBStanding")->text(), QString("1 word shared with A"));
        TraceView* view = page.column(1)->view();
        for (int i = 0; i < 20 && view->selectedText() != "step 1 group 1 sample 3"; ++i) // it goes round
            QVERIFY(view->goToMark(true));
        QCOMPARE(view->selectedText(), QString("step 1 group 1 sample 3"));
        QVERIFY(page.findChild<TokenLine*>());
        page.findChild<QLineEdit*>("textsFind")->setText("think");
        QCOMPARE(page.column(0)->view()->foundCount(), 2);
        QCOMPARE(page.column(1)->view()->foundCount(), 1);
    }

    /// One engine after the other reads what was not stored; an action has all of them read.
    void tokensAreMeasured()
    {
        const QString engine = m_folder.filePath("engine"), log = m_folder.filePath("asked");
        QFile file(engine);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\necho \"$4 $6\" >> '" + log.toUtf8()
            + "'\necho "
              "\"{\\\"completion\\\":$4,\\\"policy_step\\\":$6,\\\"ends\\\":[2,4,6],\\\"logprobs\\\":[-1,-1,-1],"
              "\\\"entropy\\\":[1,1,2.5],\\\"kl\\\":[0.5,0.5,0.5]}\"\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        file.close();
        qputenv("AHASCOPE_ENGINE", engine.toUtf8());
        orThrow(orThrow(RunWriter::open(m_folder.filePath("run1").toStdString()))
                    ->addCheckpoint({ 0, 1, 0, "checkpoints/step_0", 1, "x", 0, false }));
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns(m_open);
        page.show();
        page.setTexts({ m_group[2], m_group[1], m_group[3] });
        for (int i = 0; i < 3; ++i)
            QTRY_VERIFY(page.column(i)->place().isValid());
        const auto view = [&](int i) { return page.column(i)->view(); };
        auto* said = page.findChild<QLabel*>("textsInsight");
        QVERIFY(said->isHidden());
        page.findChild<TraceLegend*>()->setHeat(Heat::Entropy);
        QTRY_VERIFY(view(1)->insight() && view(2)->insight());
        QCOMPARE(view(2)->tokenShare(2), -1.0);
        QVERIFY(!view(0)->insight()); // its run stored them
        QVERIFY2(said->isVisible() && said->text().contains("B: measured with checkpoint 0")
                && said->text().contains("C: measured") && !said->text().contains("A: "),
            qPrintable(said->text()));
        page.findChild<QToolButton*>("measureTokens")->click();
        QTRY_VERIFY(view(0)->insight());
        QCOMPARE(view(0)->trace().logprob.value(1), -2.0f); // as stored
        QVERIFY(view(0)->hint(2).contains("KL to the base model 0.500"));
        QFile asked(log);
        QVERIFY(asked.open(QIODevice::ReadOnly));
        QCOMPARE(asked.readAll().trimmed().split('\n').size(), 3); // each once
    }

    void aPatternInAll()
    {
        TextsPage page(std::make_shared<Lexicon>());
        showTwo(page);
        auto* field = page.findChild<QLineEdit*>("textsPattern");
        QVERIFY(!field->isVisible());
        page.findChild<QAction*>("layer.pattern")->toggle();
        QVERIFY(field->isVisible());
        auto* said = page.findChild<QLabel*>("textsPatternText");
        field->setText("t[h]ink");
        QTRY_COMPARE(said->text(), QString("3 places"));
        field->setText("(");
        QTRY_VERIFY2(said->text().contains("not valid"), qPrintable(said->text()));
    }

    /// Three columns fit the page of a window of 1280; more scroll sideways, and Tab brings them into view.
    void threeFit()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(940, 620);
        page.setRuns(m_open);
        page.show();
        page.setTexts({ m_group[0], m_group[1], m_group[2] });
        QTRY_VERIFY(page.column(2)->place().isValid());
        auto* scroll = page.findChild<QScrollArea*>("textsScroll");
        QTRY_COMPARE(scroll->horizontalScrollBar()->maximum(), 0);
        const int width = page.column(0)->width();
        for (int i = 1; i < 3; ++i)
            QVERIFY(std::abs(page.column(i)->width() - width) <= 2);
        page.setTexts(m_group);
        QTRY_VERIFY(scroll->horizontalScrollBar()->maximum() > 0);
        QVERIFY(page.column(3)->width() >= TextColumn::kNarrowest);
        page.column(2)->view()->setFocus();
        for (int i = 0; i < 12 && !page.column(3)->isAncestorOf(QApplication::focusWidget()); ++i)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(page.column(3)->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(scroll->horizontalScrollBar()->value() > 0);
    }

    /// One of two has more to say above its text. The room is given back when it has no more.
    void textsBeginAtOneHeight()
    {
        OpenRuns named = m_open;
        named[1].label = QString("a run with a long name ").repeated(10).trimmed();
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns(named);
        page.show();
        page.setTexts({ { m_folder.filePath("run0"), 1 }, m_group[1] });
        QTRY_VERIFY(page.column(0)->place().completionId == 1 && page.column(1)->place() == m_group[1]);
        const auto top = [&page](int i) { return page.column(i)->view()->mapTo(&page, QPoint()).y(); };
        QTRY_VERIFY(page.column(1)->neededHead() >= page.column(0)->neededHead() + page.fontMetrics().height());
        QTRY_COMPARE(top(0), top(1));
        const int before = top(0);
        page.setText(1, { m_folder.filePath("run0"), 2 });
        QTRY_VERIFY(top(0) < before);
        QTRY_COMPARE(top(0), top(1));
    }

    void scrolledTogether()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(940, 300); // a few rows of each
        page.setRuns(m_open);
        page.show();
        page.setTexts({ m_group[0], m_group[2], m_group[0] });
        for (int i = 0; i < 3; ++i)
            QTRY_VERIFY(page.column(i)->place().isValid());
        QTRY_COMPARE(page.findChild<QLabel*>("textCStanding")->text(), QString("equal to A"));
        QScrollBar* bars[3];
        for (int i = 0; i < 3; ++i)
            bars[i] = page.column(i)->view()->verticalScrollBar();
        QVERIFY(bars[1]->maximum() > 0);
        bars[1]->setValue(bars[1]->maximum());
        QVERIFY(bars[0]->value() > 0);
        QCOMPARE(bars[2]->value(), bars[0]->value());
    }

    void sentFromOtherPages()
    {
        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns(m_open);
        auto* page = panel.findChild<TextsPage*>();
        TracesPanel traces;
        traces.resize(970, 690);
        traces.setRuns(m_open);
        connect(&traces, &TracesPanel::textsPicked, &panel, &ComparePanel::compareTexts);
        const auto offer = [&](const QString& text) {
            QMenu* menu = traces.pane()->compareMenu();
            Q_EMIT menu->aboutToShow();
            for (QAction* action : menu->actions())
                if (action->text() == text)
                    return action->trigger();
            QFAIL("not offered");
        };
        traces.showStep(m_folder.filePath("run1"), 1);
        traces.stepPage()->showCompletion(1, 1, 3);
        offer("Add to the texts on Compare");
        QCOMPARE(panel.findChild<QTabWidget*>("compareTabs")->currentIndex(), int(ComparePanel::Texts));
        QTRY_VERIFY(page->column(0)->place() == m_group[3]); // nobody had chosen A
        traces.stepPage()->showCompletion(1, 1, 1);
        offer("Add to the texts on Compare");
        QTRY_VERIFY(page->column(1)->place() == m_group[1]);
        traces.stepPage()->showCompletion(1, 1, 0);
        offer("Add to the texts on Compare");
        QCOMPARE(page->columns(), 3);
        QTRY_VERIFY(page->column(2)->place() == m_group[0]);
        offer("The whole group side by side on Compare");
        QCOMPARE(page->columns(), 4);
        for (int i = 0; i < 4; ++i)
            QTRY_VERIFY(page->column(i)->place() == m_group[size_t(i)]);
        QSignalSpy picked(&panel, &ComparePanel::completionPicked);
        page->findChild<QPushButton*>("textDOpen")->click();
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][1].toLongLong(), m_group[3].completionId);
        // The answers of all evaluations to a problem, from the timeline of probes.
        panel.showTab(ComparePanel::Probes);
        auto* probes = panel.findChild<ProbesPage*>();
        auto* pane = probes->findChild<TracePane*>();
        QTRY_VERIFY(!pane->view()->trace().text.isEmpty());
        Q_EMIT pane->compareMenu()->aboutToShow();
        pane->compareMenu()->actions().front()->trigger();
        QCOMPARE(page->columns(), 2);
        QTRY_VERIFY(page->column(0)->view()->trace().text.endsWith("at step 0"));
        QTRY_VERIFY(page->column(1)->view()->trace().text.endsWith("at step 3"));
        panel.compareTexts({ { m_folder.filePath("closed"), 1 } });
        QVERIFY(page->findChild<QLabel*>("textsProblem")->text().contains("is not open"));
    }

    /// A changed setting: a trace of each side, of one prompt where it was asked on both, else of the nearest steps.
    void bothSidesOfAChange()
    {
        const QString folder = m_folder.filePath("run0");
        const auto sides = changeSides(folder, 1, 3);
        QVERIFY(sides && sides->samePrompt && sides->beforeStep == 1 && sides->afterStep == 2);
        const auto reader = orThrow(RunReader::open(folder.toStdString()));
        const CompletionRow before = orThrow(reader->completionText(sides->before)),
                            after = orThrow(reader->completionText(sides->after));
        QCOMPARE(orThrow(reader->group(before.groupId)).prompt.text, orThrow(reader->group(after.groupId)).prompt.text);
        QCOMPARE(before.tokens, 41); // of 40 to 43: the middle one
        QVERIFY(!changeSides(folder, 3, 3)); // nothing after it yet
        QVERIFY(!changeSides(m_folder.filePath("nowhere"), 1, 3));
    }

    /// Differences are marked between answers to one question.
    void anotherPromptHasNoDifferences()
    {
        TracePane pane(std::make_shared<Lexicon>());
        pane.resize(700, 400);
        pane.show();
        const auto marked = [&pane] { // words under both texts
            const QImage image = pane.view()->viewport()->grab().toImage();
            int coloured = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width() - 40; ++x)
                    coloured += image.pixelColor(x, y).saturation() > 60;
            return coloured;
        };
        pane.setDocument({ "one two three", "", std::nullopt, "a prompt", "" });
        pane.setPinned({ "one four three", "", std::nullopt, "a prompt", "" });
        const int differences = marked();
        pane.setPinned({ "one four three", "", std::nullopt, "another prompt", "" });
        QVERIFY2(marked() < differences, qPrintable(QString("%1, %2").arg(marked()).arg(differences)));
    }

private:
    /// Two samples of one group beside each other.
    void showTwo(TextsPage& page)
    {
        page.resize(970, 650);
        page.setRuns(m_open);
        page.show();
        page.setTexts({ m_group[1], m_group[3] });
        QTRY_VERIFY(page.column(0)->place() == m_group[1] && page.column(1)->place() == m_group[3]);
    }

    static void choose(QComboBox* box, int index)
    {
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }

    QTemporaryDir m_folder;
    OpenRuns m_open;
    TextPlaces m_group;
};

QTEST_MAIN(TestTexts)
#include "tst_texts.moc"
