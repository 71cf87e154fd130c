// The Traces panel on a small database: landing, search, evaluation, comparison, keyboard, names.

#include "trace_fixture.h"

#include "core/base/files.h"
#include "tests/support/big_run.h"

#include "widgets/models/outcometable.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracesearchpage.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/tracetable.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/hitstrip.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QtTest>

using namespace aha;

namespace {

/// Shortcuts need an active window.
void activate(QWidget& window)
{
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
}

} // namespace

class TestTraces : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_run = m_folder.filePath("run");
        fixture::makeRun(m_run);
        m_feed = std::make_shared<RunFeed>(m_run);
        m_open = { { m_feed, QColor(Qt::blue), "fixture" } };
    }
    void cleanupTestCase()
    {
        m_open.clear();
        m_feed.reset();
    }

    void landsOnSomethingToRead()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        QCOMPARE(panel.stepPage()->step(), 3);
        QCOMPARE(panel.completions()->rowCount(), 4);
        QCOMPARE(panel.pane()->document().text, fixture::kAhaTrace); // the right one with most reflection words
        QVERIFY(panel.pane()->document().facts.contains("sample 3"));
        QVERIFY(panel.pane()->document().detail.has_value());
        QSignalSpy hovered(&panel, &TracesPanel::stepHovered);
        panel.showStep(m_run, 2);
        QCOMPARE(panel.stepPage()->step(), 2);
        QCOMPARE(hovered.count(), 1);
        QCOMPARE(hovered.last()[1].toLongLong(), 2);
        panel.showStep(m_run, 999); // as near as there is
        QCOMPARE(panel.stepPage()->step(), 3);
        QCOMPARE(hovered.last()[1].toLongLong(), -1); // the newest: nobody need have asked for it
    }

    void everyCompletionCanBeReached()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        activate(panel);
        auto* table = panel.findChild<TraceTable*>("completions");
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Down);
        QVERIFY(panel.pane()->document().text.find("bold") != std::string::npos);
        QTest::keyClick(&panel, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(table->currentIndex().row(), 2);
        auto* groups = panel.findChild<TraceTable*>("groups");
        QCOMPARE(groups->currentIndex().row(), 1);
        QTest::keyClick(&panel, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(groups->currentIndex().row(), 0);
        QTest::keyClick(&panel, Qt::Key_Left, Qt::AltModifier); // before the first group: the step before
        QCOMPARE(panel.stepPage()->step(), 2);
        auto* same = panel.findChild<QComboBox*>("samePrompt");
        panel.showStep(m_run, 3);
        QCOMPARE(same->count(), 3); // this prompt was asked at every step
        Q_EMIT same->activated(0);
        QCOMPARE(panel.stepPage()->step(), 1);
    }

    void jumpsInTheText()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        activate(panel);
        TraceView* view = panel.pane()->view();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_W);
        QCOMPARE(view->selectedText(), "wait");
        QTest::keyClick(view, Qt::Key_W);
        QCOMPARE(view->selectedText(), QString::fromUtf8("等等"));
        QTest::keyClick(view, Qt::Key_W, Qt::ShiftModifier);
        QCOMPARE(view->selectedText(), "wait");
        QTest::keyClick(view, Qt::Key_A);
        QCOMPARE(view->selectedText(), QString::fromUtf8("等等"));
        auto* find = panel.findChild<QLineEdit*>("find");
        QTest::keyClick(view, Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(find, "45");
        QCOMPARE(view->foundCount(), 4);
        QTest::keyClick(find, Qt::Key_Return);
        QCOMPARE(view->currentFound(), 2);
        // All of them in a list; it goes along with the text, and a click or an arrow key leads there.
        auto* all = panel.findChild<QPushButton*>("findAll");
        auto* list = panel.findChild<QListView*>("foundList");
        QVERIFY(all->isVisible() && !list->isVisible());
        QTest::mouseClick(all, Qt::LeftButton);
        QVERIFY(list->isVisible());
        QAbstractItemModelTester tester(list->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(list->model()->rowCount(), 4);
        QCOMPARE(list->currentIndex().row(), 1);
        QVERIFY2(list->model()->index(1, 0).data().toString().contains("45 + 6 = 51"),
            qPrintable(list->model()->index(1, 0).data().toString()));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(3, 0)).center());
        QCOMPARE(view->currentFound(), 4);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Up);
        QCOMPARE(view->currentFound(), 3);
        QTest::keyClick(list, Qt::Key_F3);
        QCOMPARE(list->currentIndex().row(), 3);
        find->setFocus();
        QTest::keyClick(find, Qt::Key_End);
        QTest::keyClick(find, Qt::Key_W); // a letter in the field is a letter
        QCOMPARE(find->text(), "45w");
        QVERIFY(!list->isVisible() && !all->isVisible()); // nothing found, nothing to list
    }

    void searchRunsAside()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        panel.show();
        panel.findChild<QTabWidget*>("traceTabs")->setCurrentIndex(TracesPanel::Search);
        TraceSearchPage* page = panel.searchPage();
        QAbstractItemModelTester tester(panel.results(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto found = [&] {
            page->search();
            return QTest::qWaitFor([&] { return !page->isRunning(); }, 10'000) ? panel.results()->rowCount() : -1;
        };
        QCOMPARE(found(), 24);
        const auto* columns = panel.findChild<TraceTable*>("results"); // what a hit has: its answer, no stacked parts
        QVERIFY(columns->isColumnHidden(TraceListModel::Parts) && !columns->isColumnHidden(TraceListModel::Extracted));
        const int width = page->minimumSizeHint().width();
        QTest::keyClicks(panel.findChild<QLineEdit*>("searchRewardMin"), "0");
        QCOMPARE(page->minimumSizeHint().width(), width); // typing does not widen the form
        panel.findChild<QLineEdit*>("searchRewardMin")->clear();
        panel.findChild<QComboBox*>("searchVerdict")->setCurrentIndex(1);
        QCOMPARE(found(), 9);
        auto* verdict = panel.findChild<QComboBox*>("searchVerdict"); // by the words of the column, of this task's too
        verdict->setCurrentIndex(verdict->findText("wrong value"));
        QCOMPARE(found(), 9);
        QCOMPARE(panel.results()->index(0, TraceListModel::Verdict).data().toString(), QString("wrong value"));
        verdict->setCurrentIndex(verdict->findText("no think end"));
        QCOMPARE(found(), 0);
        verdict->setCurrentIndex(0);
        panel.findChild<QLineEdit*>("searchText")->setText("BOLD");
        QCOMPARE(found(), 6);
        QVERIFY(panel.findChild<QLabel*>("searchStatus")->text().startsWith("6 traces"));
        const auto* nothing = panel.findChild<QLabel*>("searchEmpty");
        panel.findChild<QLineEdit*>("searchText")->setText("no such words");
        QVERIFY(found() == 0 && nothing->text().startsWith("No trace fits"));
        panel.findChild<QLineEdit*>("searchRewardMin")->setText("much");
        page->search();
        QVERIFY2(nothing->text().isEmpty(), qPrintable(nothing->text())); // it was of the search before
        QVERIFY(
            panel.findChild<QLabel*>("searchProblem")->text().contains(QString::fromUtf8("“much” is not a number")));
        panel.findChild<QLineEdit*>("searchRewardMin")->clear();
        panel.findChild<QLineEdit*>("searchText")->clear();
        panel.findChild<QLineEdit*>("searchStepMax")->setText("2");
        QCOMPARE(found(), 16);
        panel.findChild<QComboBox*>("searchVerdict")->setCurrentIndex(1);
        auto* table = panel.findChild<TraceTable*>("results");
        table->horizontalHeader()->setSortIndicator(TraceListModel::Reflections, Qt::DescendingOrder);
        QVERIFY(QTest::qWaitFor([&] { return !page->isRunning(); }, 10'000));
        QCOMPARE(panel.results()->hit(0).completion.reflections, 3);
        table->setCurrentIndex(panel.results()->index(0, 0));
        QCOMPARE(panel.pane()->document().text, fixture::kAhaTrace);
        Q_EMIT table->activated(panel.results()->index(0, 0)); // Enter: among its group
        QCOMPARE(panel.findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::ByStep));
        QCOMPARE(panel.stepPage()->step(), panel.results()->hit(0).completion.step);
    }

    /// A run is closed while its list of hits is scrolled: the list that is empty now asks for no more of them.
    void aScrolledListIsEmptied()
    {
        support::BigRun shape;
        shape.steps = 2;
        QTemporaryDir folder;
        const QString run = folder.filePath("big");
        support::makeBigRun(run.toStdString(), shape); // 512 hits: more than a page of them
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns({ { std::make_shared<RunFeed>(run), Qt::blue, "big" } });
        panel.show();
        panel.findChild<QTabWidget*>("traceTabs")->setCurrentIndex(TracesPanel::Search);
        panel.searchPage()->search();
        QTRY_COMPARE(panel.results()->rowCount(), 200);
        auto* table = panel.findChild<TraceTable*>("results");
        QTRY_VERIFY(table->verticalScrollBar()->maximum() > 0);
        table->verticalScrollBar()->setValue(5);
        panel.setRuns({});
        QTRY_COMPARE(table->verticalScrollBar()->value(), 0);
        QCOMPARE(panel.results()->rowCount(), 0);
    }

    /// As a chart asks: whatever the form said before, it has to be all of them.
    void longestOfAStepAndBothSidesOfAChange()
    {
        TracesPanel panel;
        panel.setRuns(m_open);
        panel.show();
        TraceSearchPage* page = panel.searchPage();
        const auto done = [&] { return QTest::qWaitFor([&] { return !page->isRunning(); }, 10'000); };
        panel.findChild<QLineEdit*>("searchText")->setText("no trace has this");
        panel.findChild<QComboBox*>("searchVerdict")->setCurrentIndex(1);
        panel.showLongest(m_run, 2);
        QCOMPARE(panel.findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::Search));
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 8);
        for (int row = 0; row < 8; ++row) {
            QCOMPARE(panel.results()->hit(row).completion.step, 2);
            QVERIFY(row == 0
                || panel.results()->hit(row).completion.tokens <= panel.results()->hit(row - 1).completion.tokens);
        }
        const QHeaderView* header = panel.findChild<TraceTable*>("results")->horizontalHeader();
        QCOMPARE(header->sortIndicatorSection(), int(TraceListModel::Length));
        QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
        panel.showChange(m_run, 2);
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 24);
        QCOMPARE(panel.results()->hit(0).completion.step, 1);
        QCOMPARE(panel.results()->hit(23).completion.step, 3);
        QCOMPARE(header->sortIndicatorSection(), int(TraceListModel::Step));
    }

    /// A second click on a heading must hit the same column, and the form keeps its lines.
    void widthsStay()
    {
        TracesPanel panel;
        panel.resize(1100, 700);
        panel.setRuns(m_open);
        panel.show();
        panel.showSteps(m_run, 1, 3);
        TraceSearchPage* page = panel.searchPage();
        const auto done = [&] { return QTest::qWaitFor([&] { return !page->isRunning(); }, 10'000); };
        QVERIFY(done());
        auto* table = panel.findChild<TraceTable*>("results");
        const auto widths = [&] {
            QVector<int> all;
            for (int c = 0; c < panel.results()->columnCount(); ++c)
                all << table->columnWidth(c);
            return all;
        };
        QTest::qWait(50); // the scroll bar has come
        const QVector<int> before = widths();
        QVERIFY(before[TraceListModel::Prompt] > table->fontMetrics().horizontalAdvance(
                    panel.results()->index(0, TraceListModel::Prompt).data().toString()));
        for (const int column : { TraceListModel::Length, TraceListModel::Reward, TraceListModel::Reflections })
            for (const Qt::SortOrder order : { Qt::DescendingOrder, Qt::AscendingOrder }) {
                table->horizontalHeader()->setSortIndicator(column, order);
                QVERIFY(done());
                QCOMPARE(widths(), before);
            }
        table->horizontalHeader()->resizeSection(TraceListModel::Verdict, 151); // as a person drags it
        table->horizontalHeader()->setSortIndicator(TraceListModel::Step, Qt::AscendingOrder);
        QVERIFY(done());
        QCOMPARE(table->columnWidth(TraceListModel::Verdict), 151);

        auto* from = panel.findChild<QLineEdit*>("searchRewardMin");
        auto* to = panel.findChild<QLineEdit*>("searchRewardMax");
        auto* stepTo = panel.findChild<QLineEdit*>("searchStepMax");
        const int left = to->x();
        from->setText("0.5"); // its clear button comes
        QTest::qWait(50);
        QCOMPARE(to->x(), left);
        QCOMPARE(stepTo->x(), left);
        QVERIFY(std::abs(from->width() - to->width()) <= 1);
        for (const char* name : { "searchVerdict", "searchFinish", "searchReflects", "searchMixes" }) {
            const auto* box = panel.findChild<QComboBox*>(name);
            QCOMPARE(box->x(), from->x());
            QCOMPARE(box->geometry().right(), to->geometry().right());
        }
    }

    void searchByPatternAndStep()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        panel.show();
        panel.showSteps(m_run, 2, 3); // as a chart asks
        TraceSearchPage* page = panel.searchPage();
        const auto done = [&] { return QTest::qWaitFor([&] { return !page->isRunning(); }, 10'000); };
        QCOMPARE(panel.findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::Search));
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 16);
        auto* from = panel.findChild<QLineEdit*>("searchStepMin");
        auto* to = panel.findChild<QLineEdit*>("searchStepMax");
        QCOMPARE(from->text() + '-' + to->text(), QString("2-3"));
        auto* strip = panel.findChild<HitStrip*>("hitStrip");
        QVERIFY(!strip->isVisible()); // every trace is a hit: nothing to see

        auto* text = panel.findChild<QLineEdit*>("searchText");
        auto* pattern = panel.findChild<QToolButton*>("searchPattern");
        text->setText("<b>\\w+</b>");
        page->search();
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 0); // as it is written
        QTest::keyClick(pattern, Qt::Key_Space);
        QVERIFY(pattern->isChecked() && done());
        QCOMPARE(panel.results()->rowCount(), 4);
        QTRY_VERIFY(strip->isVisible());
        QCOMPARE(strip->barCount(), 3); // all steps, not only the chosen ones
        QTRY_COMPARE(strip->barText(0), QString("step 1: 2 of n = 8 traces (25 %)"));
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->barRect(0).center().toPoint());
        QCOMPARE(from->text() + '-' + to->text(), QString("1-1"));
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 2);
        strip->setFocus();
        QTest::keyClick(strip, Qt::Key_End);
        QCOMPARE(strip->current(), 2);
        QCOMPARE(strip->accessibleDescription(), QString("step 3: 2 of n = 8 traces (25 %)"));
        QTest::keyClick(strip, Qt::Key_Return);
        QCOMPARE(from->text() + '-' + to->text(), QString("3-3"));
        QTest::keyClick(strip, Qt::Key_Escape);
        QVERIFY(done());
        QCOMPARE(panel.results()->rowCount(), 6);

        auto* status = panel.findChild<QLabel*>("searchStatus");
        text->setText("(step");
        page->search();
        QVERIFY(done());
        QVERIFY2(status->text().startsWith("The pattern is not valid at character 6"), qPrintable(status->text()));
        QVERIFY(!strip->isVisible() && panel.results()->rowCount() == 0);
        panel.findChild<QPushButton*>("searchClear")->click();
        QVERIFY(!pattern->isChecked() && done());
        QCOMPARE(panel.results()->rowCount(), 24);
    }

    void heldOutProblems()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        auto* link = panel.findChild<QPushButton*>("stepEvaluation");
        panel.showStep(m_run, 2);
        QVERIFY(link->isHidden());
        panel.showStep(m_run, 3);
        QVERIFY(!link->isHidden() && link->text().startsWith("held-out 50.0 %"));
        link->click();
        QCOMPARE(panel.findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::Evaluation));
        QCOMPARE(panel.evaluationPage()->current()->step, 3);
        panel.showEvaluation(m_run, 2); // the newest at or before
        QCOMPARE(panel.evaluationPage()->current()->step, 0);
        panel.showEvaluation(m_run, 3);
        QCOMPARE(panel.evaluationPage()->current()->step, 3);
        QCOMPARE(panel.evaluationPage()->problems()->rowCount(), 6);
        QCOMPARE(panel.pane()->document().text, std::string("example 0 at step 3"));
        panel.evaluationPage()->moveProblem(1);
        QCOMPARE(panel.pane()->document().text, std::string("example 1 at step 3"));
        Q_EMIT panel.pane()->compareMenu()->aboutToShow();
        panel.pane()->compareMenu()->actions().last()->trigger(); // the same problem at the first evaluation
        QVERIFY(panel.pane()->isPinned());
        QCOMPARE(panel.pane()->pinnedView()->trace().text, "example 1 at step 0");
        // As Outcomes counts: mostly wrong to mostly right; half right is neither.
        const auto title = [&] { return panel.findChild<QLabel*>("evaluationTitle")->text(); };
        QTRY_VERIFY2(title().contains(" · step 0 to 3: 1 learned, 2 forgotten"), qPrintable(title()));
        QVERIFY2(title().contains("against step 0 more often right on 4, less often on 2"), qPrintable(title()));
        const OutcomeTable table = readCourse({ m_run, "run", Qt::blue });
        QCOMPARE(table.matrix.counts[size_t(OutcomeClass::Learned)], 1);
        QCOMPARE(table.matrix.counts[size_t(OutcomeClass::Forgotten)], 2);
    }

    void fineTuningHasHeldOutFigures()
    {
        const QString run = m_folder.filePath("sft");
        QVERIFY(QDir().mkpath(run));
        const RunConfig config = defaultConfig("sft");
        orThrow(writeFileAtomically((run + "/config.json").toStdString(), toJsonText(config)));
        {
            auto writer = orThrow(RunWriter::create(run.toStdString(), "sft", "sft", "sft", toJsonText(config)));
            for (int64_t step = 0; step <= 2; ++step) {
                StepRow row { step, 1, { { "loss", 2.0 } }, {} };
                if (step != 1)
                    row.metrics = { { "eval_loss", 2.0 - 0.25 * double(step) },
                        { "eval_mean_token_accuracy", 0.5 + 0.05 * double(step) }, { "eval_samples", 24 },
                        { "eval_num_tokens", 1000 } };
                if (step == 2)
                    row.groups.push_back({ 0, step, 0, { 0, "Hello", "example", "{}" }, 0, 0, false,
                        { fixture::completion(step, 0, 0) } });
                orThrow(writer->commitStep(row));
            }
        }
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns({ { std::make_shared<RunFeed>(run), QColor(Qt::blue), "sft" } });
        panel.show();
        panel.findChild<QTabWidget*>("traceTabs")->setCurrentIndex(TracesPanel::Evaluation);
        const auto* list = panel.findChild<QTableWidget*>("evaluations");
        QVERIFY(list->isVisible());
        QCOMPARE(list->rowCount(), 2);
        QCOMPARE(list->item(1, 1)->text(), QString("1.5000"));
        QCOMPARE(list->item(1, 2)->text(), QString("60.0"));
        QCOMPARE(list->item(1, 3)->text(), QString("24"));
        const QString title = panel.findChild<QLabel*>("evaluationTitle")->text();
        QVERIFY2(title.contains("loss 1.5000 nats a token (perplexity 4.48)")
                && title.contains("n = 24 rows, 1000 tokens")
                && title.contains("since step 0: loss −0.5000, accuracy +10.0 points"),
            qPrintable(title));
        auto* read = panel.findChild<QPushButton*>("readExamples");
        QVERIFY(read->isVisible());
        panel.showEvaluation(run, 1); // the newest at or before: nothing was sampled at step 0
        QVERIFY(panel.findChild<QLabel*>("evaluationTitle")->text().startsWith("Held-out rows at step 0"));
        QVERIFY(!read->isVisible());
        panel.showEvaluation(run, 2);
        read->click();
        QCOMPARE(panel.findChild<QTabWidget*>("traceTabs")->currentIndex(), int(TracesPanel::ByStep));
        QCOMPARE(panel.stepPage()->step(), 2);
        panel.setRuns(m_open); // and back: problems again
        panel.showEvaluation(m_run, 3);
        QCOMPARE(panel.evaluationPage()->problems()->rowCount(), 6);
        QVERIFY(panel.findChild<TraceTable*>("problems")->isVisible() && !read->isVisible());
    }

    void twoSideBySide()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(m_open);
        panel.show();
        TracePane* pane = panel.pane();
        Q_EMIT pane->compareMenu()->aboutToShow();
        QStringList offers;
        for (QAction* action : pane->compareMenu()->actions())
            offers << action->text();
        QVERIFY(offers.join('|').contains("Best other of the group (sample 1)"));
        QVERIFY(offers.join('|').contains("Same prompt at step 1"));
        std::string left, right;
        for (int i = 0; i < 200; ++i) {
            left += "line " + std::to_string(i) + "\n";
            right += (i == 50 ? "something else entirely\n\n\n\n\n\n" : "") + ("line " + std::to_string(i)) + "\n";
        }
        pane->setDocument({ right, "", std::nullopt, "right", "" });
        pane->setPinned({ left, "", std::nullopt, "left", "" });
        QVERIFY(pane->pinnedView()->isVisible());
        const int place = int(pane->view()->trace().text.indexOf("line 150\n"));
        pane->view()->setTopPosition(place);
        const int other = pane->pinnedView()->topPosition();
        QVERIFY2(std::abs(other - int(pane->pinnedView()->trace().text.indexOf("line 150\n"))) < 30,
            qPrintable(pane->pinnedView()->trace().text.mid(other, 20)));
        pane->unpin();
        QVERIFY(!pane->pinnedView()->isVisible());
    }

    void longTracesArePreparedAside()
    {
        TracePane pane(std::make_shared<Lexicon>(orThrow(Lexicon::parse("wait"))));
        pane.resize(500, 400);
        pane.show();
        const std::string text = "wait " + std::string(TracePane::kAtOnceBytes, 'x');
        pane.setDocument({ text, "", std::nullopt, "long", "" });
        QCOMPARE(pane.view()->trace().text.size(), qsizetype(TracePane::kAtOnceBytes)); // the beginning, at once
        pane.setDocument({ "short wait", "", std::nullopt, "short", "" });
        pane.setPinned({ text, "", std::nullopt, "the worker's next task", "" });
        QTRY_COMPARE(pane.pinnedView()->trace().text.size(), qsizetype(text.size()));
        QCOMPARE(pane.view()->trace().text, "short wait"); // the late answer did not replace it
        pane.setDocument({ text, "", std::nullopt, "long", "" });
        QTRY_COMPARE(pane.view()->trace().text.size(), qsizetype(text.size()));
        QCOMPARE(pane.view()->trace().count(TraceSpan::Reflection), 1);
    }

    void missingLexiconIsSaid()
    {
        const QTemporaryDir folder;
        TracesPanel without(Lexicon::load(folder.filePath(QStringLiteral("none.txt")).toStdString()));
        without.show();
        auto* problem = without.findChild<QLabel*>("traceProblem");
        QVERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains(QLatin1String("none.txt")), qPrintable(problem->text()));
        TracesPanel with;
        with.show();
        QVERIFY(!with.findChild<QLabel*>("traceProblem")->isVisible());
    }

    void columnsAreRemembered()
    {
        {
            TracesPanel panel;
            panel.setRuns(m_open);
            auto* table = panel.findChild<TraceTable*>("completions");
            QVERIFY(table->isColumnHidden(TraceListModel::kFirstPart) // the stacked bar says it
                && !table->isColumnHidden(TraceListModel::Parts) && table->isColumnHidden(TraceListModel::Prompt));
            QCOMPARE(table->horizontalHeader()->visualIndex(TraceListModel::kFirstPart),
                table->horizontalHeader()->visualIndex(TraceListModel::Parts) + 1);
            table->setColumnShown(TraceListModel::kFirstPart, true);
            table->setColumnShown(TraceListModel::Prompt, true);
        }
        TracesPanel panel;
        panel.setRuns(m_open);
        auto* table = panel.findChild<TraceTable*>("completions");
        QVERIFY(!table->isColumnHidden(TraceListModel::kFirstPart) && !table->isColumnHidden(TraceListModel::Prompt));
        table->setColumnShown(TraceListModel::kFirstPart, false);
        table->setColumnShown(TraceListModel::Prompt, false);
    }

    /// With the runs dock open a 1280 pixel window leaves 950 for this page.
    void nothingIsCutAt1280()
    {
        TracesPanel panel;
        QVERIFY2(panel.minimumSizeHint().width() <= 940, qPrintable(QString::number(panel.minimumSizeHint().width())));
        panel.resize(950, 690);
        panel.setRuns(m_open);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QApplication::processEvents(); // the layout that the shown size asks for
        for (const char* name : { "groups", "completions" }) {
            auto* table = panel.findChild<TraceTable*>(name);
            QVERIFY2(table->horizontalScrollBar()->maximum() == 0, name);
        }
    }

    void everythingHasAName()
    {
        TracesPanel panel;
        panel.setRuns(m_open);
        for (QWidget* widget : panel.findChildren<QWidget*>()) {
            const bool interactive = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget)
                || qobject_cast<QAbstractSpinBox*>(widget)
                || (qobject_cast<QLineEdit*>(widget) && !qobject_cast<QAbstractSpinBox*>(widget->parentWidget()))
                || qobject_cast<QAbstractItemView*>(widget) || qobject_cast<TraceView*>(widget);
            // Parts of other controls (corner buttons, pop-up lists) speak through their owners.
            const bool inner = widget->inherits("QTableCornerButton") || widget->inherits("QHeaderView")
                || widget->inherits("QComboBoxListView") || widget->inherits("QLineEditIconButton")
                || widget->inherits("QTabBar")
                || (widget->parentWidget() && widget->parentWidget()->inherits("QTabBar"))
                || widget->objectName().startsWith("qt_");
            if (interactive && !inner)
                QVERIFY2(!widget->accessibleName().isEmpty(),
                    qPrintable(QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName())));
        }
    }

    void noRun()
    {
        TracesPanel panel;
        panel.setRuns({});
        panel.showStep(m_folder.filePath("nowhere"), 3);
        QVERIFY(panel.findChild<QLabel*>("traceHeading")->text().contains("There is no run in"));
        panel.searchPage()->search();
        panel.setRuns(m_open);
        QCOMPARE(panel.completions()->rowCount(), 4);
        panel.setRuns({});
        QCOMPARE(panel.completions()->rowCount(), 0);
        QVERIFY(panel.findChild<QLabel*>("traceHeading")->text().contains("Open a run"));
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
    std::shared_ptr<RunFeed> m_feed;
    OpenRuns m_open;
};

QTEST_MAIN(TestTraces)
#include "tst_traces.moc"
