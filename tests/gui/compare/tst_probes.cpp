// Probes: pinned problems, the timeline by keyboard and by itself, what is read and compared.

#include "course_fixture.h"

#include "tests/support/run_sql.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/evaluationtimeline.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestProbes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        fixture::Course course;
        course.evaluations = { { 0, 4, { 4, 0, 3 } }, { 10, 1, { 1, 0 } }, { 20, 4, { 3, 2, 4 } } };
        fixture::makeCourse(m_folder.filePath("a"), course);
        course.name = "other";
        course.evaluations = { { 7, 1, { 0, 1 } } };
        fixture::makeCourse(m_folder.filePath("b"), course);
        for (const char* name : { "a", "b" })
            m_open.push_back(
                { std::make_shared<RunFeed>(m_folder.filePath(name)), QColor(Qt::blue), QString("run %1").arg(name) });
        course.name = "own";
        course.evaluations = { { 0, 1, { 0, 1 } }, { 20, 1, { 1, 1 } } };
        const QString own = m_folder.filePath("own");
        fixture::makeCourse(own, course);
        for (const int64_t step : { 0, 10, 20 }) // at 10 no problem was asked
            orThrow(orThrow(RunWriter::open(own.toStdString()))->commitEvaluation(fixture::ownRow(step)));
        m_lexicon = std::make_shared<Lexicon>();
    }
    void cleanupTestCase() { m_open.clear(); }

    void modelPins()
    {
        ProbeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(readProbes({ m_folder.filePath("a"), "run a", Qt::blue }));
        QCOMPARE(model.rowCount(), 3);
        model.setEvaluation(1);
        QCOMPARE(model.index(2, ProbeModel::Outcome).data(OutcomeModel::RightRole).toInt(), -1);
        QCOMPARE(model.headerData(ProbeModel::Outcome, Qt::Horizontal, Qt::DisplayRole).toString(), QString("Step 10"));
        QVERIFY(model.setData(model.index(2, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(model.row(0).problem, fixture::problemText(2)); // pinned comes first
        QVERIFY(model.index(0, 0).data(Qt::AccessibleTextRole).toString().startsWith("pinned: "));
        model.setText("2 4 to");
        QCOMPARE(model.rowCount(), 2); // the pinned one and the match
        model.setTable(readProbes({ m_folder.filePath("b"), "run b", Qt::blue }));
        QCOMPARE(model.rowCount(), 1); // b never asked the pinned one
    }

    void timelineByKeyboardAndMouse()
    {
        EvaluationTimeline timeline;
        timeline.resize(640, timeline.sizeHint().height());
        timeline.setAccessibleName("Evaluations");
        timeline.show();
        timeline.setMarks({ { 0, 0, 4 }, { 10, -1, 1 }, { 20, 3, 4 } });
        QSignalSpy moved(&timeline, &QAbstractSlider::valueChanged),
            played(&timeline, &EvaluationTimeline::playToggled);
        QTest::keyClick(&timeline, Qt::Key_Right);
        QCOMPARE(timeline.value(), 1);
        QCOMPARE(timeline.accessibleDescription(), QString("step 10, evaluation 2 of 3, not asked"));
        QTest::keyClick(&timeline, Qt::Key_End);
        QCOMPARE(timeline.accessibleDescription(), QString("step 20, evaluation 3 of 3, 3 of 4 right"));
        QTest::keyClick(&timeline, Qt::Key_Left);
        QTest::keyClick(&timeline, Qt::Key_Home);
        QCOMPARE(timeline.value(), 0);
        QCOMPARE(moved.size(), 4);
        QTest::keyClick(&timeline, Qt::Key_Space);
        QCOMPARE(played.size(), 1);
        QTest::mouseClick(&timeline, Qt::LeftButton, {}, QPoint(2 * 64 + 20, 10)); // the third cell
        QCOMPARE(timeline.value(), 2);
    }

    void answersAreReadAndCompared()
    {
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        QVERIFY(page.findChild<QLabel*>("probesEmpty")->text().startsWith("No run is open"));
        page.setRuns(m_open);
        QTRY_COMPARE(page.model()->rowCount(), 3);
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        auto* pane = page.findChild<TracePane*>();
        QVERIFY(timeline && pane);
        QCOMPARE(timeline->value(), 2); // the newest
        QTRY_VERIFY(pane->view()->trace().text.contains("attempt at step 20 of problem 0"));
        QTRY_VERIFY(pane->isPinned()); // against the evaluation before
        QVERIFY(pane->pinnedView()->trace().text.contains("attempt at step 10 of problem 0"));
        QCOMPARE(page.findChild<QLabel*>("traceFacts")->text(),
            QString::fromUtf8("run a, step 20 · 3 of 4 samples right, the first is shown"));
        QTest::keyClick(timeline, Qt::Key_Home);
        QTRY_VERIFY(pane->view()->trace().text.contains("step 0"));
        QTRY_VERIFY(!pane->isPinned()); // nothing is before the first
        QVERIFY(
            page.findChild<QLabel*>("traceFacts")->text().endsWith("4 of 4 samples right, the first is shown: right"));
        auto* against = page.findChild<QComboBox*>("probeAgainst");
        QCOMPARE(against->count(), 4);
        against->setCurrentIndex(3); // the other run's newest evaluation
        Q_EMIT against->activated(3);
        QTRY_VERIFY(pane->isPinned() && pane->pinnedView()->trace().text.contains("attempt at step 7 of problem 0"));
        QTest::keyClick(timeline, Qt::Key_End);
        page.findChild<QTableView*>("probes")->setCurrentIndex(page.model()->index(2, 0));
        QTRY_VERIFY(pane->view()->trace().text.contains("problem 2"));
        auto* problem = page.findChild<QLabel*>("traceProblem"); // run b was not asked this one
        QTRY_VERIFY(problem->text().contains("run b was not asked this problem"));
        QTest::keyClick(timeline, Qt::Key_Left); // nor was run a at step 10
        QTRY_COMPARE(
            page.findChild<QLabel*>("traceHeading")->text(), QString("This evaluation did not ask the problem."));
        QVERIFY(!page.findChild<QPushButton*>("probeOpen")->isEnabled());
        QTest::keyClick(timeline, Qt::Key_Right);
        QSignalSpy picked(&page, &ProbesPage::problemPicked);
        page.findChild<QPushButton*>("probeOpen")->click();
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][2].toInt(), 2);
    }

    void pinnedProblemKeepsTheSelection()
    {
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ m_open[0] });
        QTRY_COMPARE(page.model()->rowCount(), 3);
        auto* list = page.findChild<QTableView*>("probes");
        list->setCurrentIndex(page.model()->index(1, 0));
        QTest::keyClick(list, Qt::Key_Space); // ticks
        QCOMPARE(page.model()->pinned(), 1);
        QCOMPARE(page.model()->row(0).problem, fixture::problemText(1));
        QTRY_COMPARE(list->currentIndex().row(), 0); // moved with its problem
        page.findChild<QLineEdit*>("probeFilter")->setText("nothing like it");
        QCOMPARE(page.model()->rowCount(), 1);
    }

    /// They stand first, are scrubbed like the problems, and nothing says right or wrong of them.
    void ownPromptsStandFirst()
    {
        const QString folder = m_folder.filePath("own");
        const auto feed = std::make_shared<RunFeed>(folder);
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ { feed, QColor(Qt::blue), "run own" } });
        QTRY_COMPARE(page.model()->rowCount(), 6); // two headings, two prompts, two problems
        const auto cell = [&](int row, int role) { return page.model()->index(row, ProbeModel::Problem).data(role); };
        QCOMPARE(cell(0, Qt::DisplayRole).toString(), QString("Your prompts"));
        QCOMPARE(cell(1, Qt::DisplayRole).toString(), QString("Which is larger, 9.11 or 9.9?")); // as written
        QCOMPARE(cell(3, Qt::DisplayRole).toString(), QString("Held-out problems"));
        QVERIFY(!cell(1, Qt::CheckStateRole).isValid() && cell(4, Qt::CheckStateRole).isValid());
        auto* list = page.findChild<QTableView*>("probes");
        QCOMPARE(list->currentIndex().row(), 1); // no heading
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        QCOMPARE(timeline->maximum(), 2);
        QCOMPARE(timeline->value(), 2);
        auto* pane = page.findChild<TracePane*>();
        QTRY_VERIFY(pane->view()->trace().text.contains("own answer at step 20 to: Which"));
        QTRY_VERIFY(pane->isPinned() && pane->pinnedView()->trace().text.contains("own answer at step 10 to: Which"));
        const QString facts = page.findChild<QLabel*>("traceFacts")->text();
        QCOMPARE(facts, QString::fromUtf8("run own, step 20 · your prompt, which nothing judges · 7 tokens, cut off"));
        QCOMPARE(page.findChild<QLabel*>("traceHeading")->text(), QString("Which is larger, 9.11 or 9.9?"));
        QVERIFY(!page.findChild<QPushButton*>("probeOpen")->isEnabled());
        QCOMPARE(page.model()->index(1, ProbeModel::Outcome).data(Qt::AccessibleTextRole).toString(),
            QString("answered, not judged"));
        QCOMPARE(page.model()->index(1, ProbeModel::Outcome).data(OutcomeModel::RightRole).toInt(), kUnjudged);
        QCOMPARE(timeline->accessibleDescription(), QString("step 20, evaluation 3 of 3, answered, not judged"));
        QTest::keyClick(timeline, Qt::Key_Home);
        QTRY_VERIFY(pane->view()->trace().text.contains("own answer at step 0 to: Which"));

        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QTRY_VERIFY(pane->view()->trace().text.contains("own answer at step 0 to: Why"));
        QTest::keyClick(list, Qt::Key_Down); // past the heading
        QCOMPARE(list->currentIndex().row(), 4);
        QTRY_VERIFY(pane->view()->trace().text.contains("attempt at step 0 of problem 0"));
        QVERIFY(page.findChild<QPushButton*>("probeOpen")->isEnabled());
        QTest::keyClick(timeline, Qt::Key_Right); // step 10: the prompts alone
        QTRY_COMPARE(
            page.findChild<QLabel*>("traceHeading")->text(), QString("This evaluation did not ask the problem."));

        QTest::keyClick(list, Qt::Key_Space); // pinned: first among the problems, behind the prompts
        QCOMPARE(page.model()->pinned(), 1);
        page.findChild<QLineEdit*>("probeFilter")->setText("SKY");
        QCOMPARE(page.model()->rowCount(), 4); // the match and the pinned one, each under its heading
        QCOMPARE(cell(1, Qt::DisplayRole).toString(), QString("Why is the sky blue?"));
        page.findChild<QLineEdit*>("probeFilter")->clear();

        // Figures are of problems alone.
        const OutcomeTable outcomes = readCourse({ folder, "run own", Qt::blue });
        QCOMPARE(outcomes.sources.size(), size_t(2));
        QCOMPARE(outcomes.matrix.rows.size(), size_t(2));
    }

    /// A run that answers no problems, such as of preference tuning; a new answer comes while the page is open.
    void ownPromptsAreReachedFromAnywhere()
    {
        ComparePanel panel;
        panel.resize(1100, 700);
        panel.show();
        panel.setRuns(
            { { std::make_shared<RunFeed>(m_folder.filePath("own")), QColor(Qt::blue), QStringLiteral("run own") } });
        panel.showTab(ComparePanel::Probes);
        ProbesPage* page = panel.probes();
        QTRY_VERIFY(page->model()->rowCount() > 0);
        page->follow(m_folder.filePath("own"), QString::fromStdString(fixture::problemText(1)));
        QTRY_VERIFY(page->pane()->view()->trace().text.contains("of problem 1"));
        panel.showTab(ComparePanel::Figures);
        PlaceAction* action = placeAction(&panel, "compare.ownPrompts");
        QVERIFY(action && action->makesSense());
        action->trigger();
        QVERIFY(page->isVisible());
        QTRY_VERIFY(page->pane()->view()->trace().text.contains("own answer at step 20 to: Which"));
    }

    /// The first run that has some is shown; where none has, the page says so beside the problems.
    void ownPromptsOfWhicheverRunHasThem()
    {
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ m_open[0],
            { std::make_shared<RunFeed>(m_folder.filePath("own")), QColor(Qt::red), QStringLiteral("run own") } });
        QTRY_VERIFY(page.pane()->view()->trace().text.contains("attempt at step 20 of problem 0")); // the first run's
        page.showOwn();
        QTRY_VERIFY(page.pane()->view()->trace().text.contains("own answer at step 20 to: Which"));
        QCOMPARE(page.findChild<QComboBox*>("probeRun")->currentText(), QString("run own"));
        auto* none = page.findChild<QLabel*>("probesNoOwn");
        QVERIFY(none->isHidden());
        page.setRuns(m_open);
        QTRY_VERIFY(page.pane()->view()->trace().text.contains("of problem 0"));
        page.showOwn();
        QTRY_VERIFY(none->isVisible());
        QVERIFY2(none->text().startsWith("No open run has answered prompts of yours"), qPrintable(none->text()));
        page.follow(m_open[0].feed->folder(), QString::fromStdString(fixture::problemText(1)));
        QVERIFY(none->isHidden()); // something else is wanted
    }

    void ownPromptsAlone()
    {
        const QString folder = m_folder.filePath("alone");
        fixture::makeCourse(folder, {});
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitEvaluation(fixture::ownRow(0)));
        const auto feed = std::make_shared<RunFeed>(folder);
        ProbesPage page(m_lexicon);
        page.show();
        page.setRuns({ { feed, QColor(Qt::blue), "alone" } });
        QTRY_COMPARE(page.model()->rowCount(), 3); // a heading and two prompts
        QVERIFY(page.findChild<QLabel*>("probesEmpty")->isHidden());
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        QCOMPARE(timeline->maximum(), 0);
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitEvaluation(fixture::ownRow(5)));
        Q_EMIT feed->stepsCommitted(5);
        QTRY_COMPARE(timeline->maximum(), 1);
        QTRY_VERIFY(page.findChild<TracePane*>()->view()->trace().text.contains("own answer at step 5"));
    }

    void ownPromptsUnderTheModelTester()
    {
        ProbeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(readProbes({ m_folder.filePath("own"), "run own", Qt::blue }));
        QCOMPARE(model.rowCount(), 6);
        QVERIFY(model.isHeading(0) && model.isOwn(1) && model.isHeading(3) && !model.isOwn(4));
        QVERIFY(!model.setData(model.index(1, 0), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(model.flags(model.index(0, 0)), Qt::ItemFlags(Qt::NoItemFlags));
        model.setText("no such words");
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.firstRow(), -1);
        model.setText({});
        QVERIFY(model.setData(model.index(5, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(model.shownRow(fixture::problemText(1), /*own=*/false), 4);
        QCOMPARE(model.shownRow(fixture::problemText(1), /*own=*/true), -1);
    }

    /// A model of another chat template read other text; what a person wrote is the same.
    void ownPromptsOfTwoTemplates()
    {
        OpenRuns runs;
        for (const char* name : { "plain", "marked" }) {
            const QString folder = m_folder.filePath(name);
            fixture::Course course;
            course.name = name;
            fixture::makeCourse(folder, course);
            orThrow(
                orThrow(RunWriter::open(folder.toStdString()))
                    ->commitEvaluation(fixture::ownRow(runs.empty() ? 5 : 9, runs.empty() ? "user: " : "<|user|>")));
            runs.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue), name });
        }
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns(runs);
        auto* pane = page.findChild<TracePane*>();
        QTRY_VERIFY(pane->view()->trace().text.contains("own answer at step 5 to: Which"));
        auto* against = page.findChild<QComboBox*>("probeAgainst");
        against->setCurrentIndex(against->findText("marked, newest"));
        Q_EMIT against->activated(against->currentIndex());
        QTRY_VERIFY(pane->isPinned());
        QVERIFY(pane->pinnedView()->trace().text.contains("own answer at step 9 to: Which"));
        QVERIFY(!page.findChild<QLabel*>("traceProblem")->isVisible());
    }

    /// A person's own prompt may read like a problem: each stays what it is when the rows are arranged anew.
    void anOwnPromptLikeAProblem()
    {
        const QString folder = m_folder.filePath("alike");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 0, 1 } } };
        fixture::makeCourse(folder, course);
        EvaluationRow own = fixture::ownRow(0);
        own.rows[0].prompt.text = fixture::problemText(1);
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitEvaluation(own));
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "alike" } });
        QTRY_COMPARE(page.model()->rowCount(), 6);
        auto* list = page.findChild<QTableView*>("probes");
        auto* filter = page.findChild<QLineEdit*>("probeFilter");
        auto* pane = page.findChild<TracePane*>();
        list->setCurrentIndex(page.model()->index(5, 0)); // the problem
        QTRY_VERIFY(pane->view()->trace().text.contains("attempt at step 0 of problem 1"));
        QTest::keyClick(list, Qt::Key_Space); // pinned: now the first of the problems
        QTRY_COMPARE(list->currentIndex().row(), 4);
        QVERIFY(!page.model()->isOwn(list->currentIndex().row()));
        QTRY_VERIFY(pane->view()->trace().text.contains("attempt at step 0 of problem 1"));
        list->setCurrentIndex(page.model()->index(1, 0)); // the prompt that reads like it
        QTRY_VERIFY(pane->view()->trace().text.contains("own answer at step 0 to: Which"));
        filter->setText("use 1 2 4");
        QVERIFY(page.model()->isOwn(list->currentIndex().row()));
    }

    /// What can be read is shown, and what cannot is said above it.
    void aDamagedEvaluationIsSaid()
    {
        const QString folder = m_folder.filePath("damaged");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 0, 1 } } };
        fixture::makeCourse(folder, course);
        for (const int64_t step : { 0, 10 })
            orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitEvaluation(fixture::ownRow(step)));
        const ProbeTable whole = readProbes({ folder, "damaged", Qt::blue });
        QCOMPARE(whole.problem, QString());
        QCOMPARE(whole.sources.size(), size_t(2));
        support::damageProblems(folder, QString("evaluation_id = %1").arg(whole.sources[0].evaluationId));
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "damaged" } });
        QTRY_COMPARE(page.model()->rowCount(), 3); // a heading and the two prompts
        auto* problem = page.findChild<QLabel*>("probesProblem");
        QVERIFY(problem->isVisible() && !problem->text().isEmpty());
        QVERIFY(page.findChild<QLabel*>("probesEmpty")->isHidden());
        const QString sentence = problem->text();
        page.setRuns({ m_open[0] }); // a whole one
        QTRY_COMPARE(page.model()->rowCount(), 3);
        QTRY_VERIFY(!problem->isVisible());

        // Own prompts' answers are no less worth a word.
        support::runSql(folder, "DROP VIEW evaluation_problem; ALTER TABLE whole_problem RENAME TO evaluation_problem");
        support::damageProblems(folder, QString("evaluation_id = %1").arg(whole.answers[1]));
        const ProbeTable rest = readProbes({ folder, "damaged", Qt::blue });
        QVERIFY2(rest.problem.isEmpty() && rest.skippedText().startsWith("1 evaluation cannot be read")
                && rest.skippedText().contains("step 10: "),
            qPrintable(rest.problem + rest.skippedText()));
        QCOMPARE(rest.sources.size(), size_t(1));
        QVERIFY(rest.own.size() == 2 && rest.answers[0] == whole.answers[0]);
    }

    /// Of a step that has a column all the same, it is not known what the damaged evaluation asked.
    void aDamagedEvaluationAskedNobodyKnowsWhat()
    {
        const QString folder = m_folder.filePath("unreadable");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 0, 1 } }, { 10, 1, { 1 } }, { 20, 1, { 1, 1 } } };
        fixture::makeCourse(folder, course);
        for (const int64_t step : { 0, 10, 20 })
            orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitEvaluation(fixture::ownRow(step)));
        const ProbeTable whole = readProbes({ folder, "unreadable", Qt::blue });
        support::damageProblems(
            folder, QString("evaluation_id IN (%1, %2)").arg(whole.sources[2].evaluationId).arg(whole.answers[0]));
        ProbesPage page(m_lexicon);
        page.resize(970, 650);
        page.show();
        page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "unreadable" } });
        QTRY_COMPARE(page.model()->rowCount(), 6);
        auto* list = page.findChild<QTableView*>("probes");
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        auto* heading = page.findChild<QLabel*>("traceHeading");
        const auto said = [&](int row) {
            list->setCurrentIndex(page.model()->index(row, 0));
            return page.model()->index(row, ProbeModel::Outcome).data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(timeline->value(), 2);
        QCOMPARE(said(5), QString("could not be read"));
        QTRY_VERIFY2(heading->text().startsWith("This evaluation could not be read"), qPrintable(heading->text()));
        QVERIFY(timeline->accessibleDescription().endsWith("could not be read"));
        timeline->setValue(1); // that one can be read, and did not ask the second problem
        QCOMPARE(said(5), QString("not asked"));
        QTRY_COMPARE(heading->text(), QString("This evaluation did not ask the problem."));
        timeline->setValue(0);
        QCOMPARE(said(1), QString("could not be read")); // the answers to own prompts
        QTRY_VERIFY2(heading->text().startsWith("This evaluation could not be read"), qPrintable(heading->text()));
        QCOMPARE(said(4), QString("0 of 1 right"));
    }

    void playing()
    {
        ProbesPage page(m_lexicon);
        page.show();
        page.setRuns({ m_open[0] });
        QTRY_COMPARE(page.model()->rowCount(), 3);
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        auto* play = page.findChild<QPushButton*>("probePlay");
        QTest::keyClick(timeline, Qt::Key_Space); // at the end: begins anew
        QCOMPARE(timeline->value(), 0);
        QCOMPARE(play->text(), QString("Pause"));
        QTRY_COMPARE(timeline->value(), 2);
        QTRY_COMPARE(play->text(), QString("Play")); // stops by itself
        play->click();
        QCOMPARE(play->text(), QString("Pause"));
        page.hide(); // nobody looks
        QCOMPARE(play->text(), QString("Play"));
    }

    /// A checkpoint that is evaluated later stands between two others; what is read stays the same.
    void aLaterEvaluationKeepsThePlace()
    {
        const QString folder = m_folder.filePath("later");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 0, 1 } }, { 20, 1, { 1, 1 } }, { 30, 1, { 1, 0 } } };
        fixture::makeCourse(folder, course);
        const auto feed = std::make_shared<RunFeed>(folder);
        ProbesPage page(m_lexicon);
        page.show();
        page.setRuns({ { feed, QColor(Qt::blue), "later" } });
        auto* timeline = page.findChild<EvaluationTimeline*>("probeTimeline");
        QTRY_COMPARE(timeline->maximum(), 2);
        timeline->setValue(1);
        auto* where = page.findChild<QLabel*>("probeWhere");
        QVERIFY(where->text().startsWith("step 20 "));
        orThrow(orThrow(RunWriter::open(folder.toStdString()))
                    ->commitEvaluation(fixture::evaluationRow({ 10, 1, { 1, 1 } })));
        Q_EMIT feed->stepsCommitted(30);
        QTRY_COMPARE(timeline->maximum(), 3);
        QCOMPARE(timeline->value(), 2);
        QVERIFY(where->text().startsWith("step 20 "));
    }

    void outcomeIsFollowed()
    {
        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns(m_open);
        panel.showTab(ComparePanel::Outcomes);
        QTRY_COMPARE(panel.outcomes()->model()->rowCount(), 3);
        auto* table = panel.findChild<QTableView*>("outcomes");
        table->setCurrentIndex(panel.outcomes()->model()->index(2, 0));
        QTest::keyClick(table, Qt::Key_P);
        QCOMPARE(panel.findChild<QTabWidget*>("compareTabs")->currentIndex(), int(ComparePanel::Probes));
        QTRY_COMPARE(panel.probes()->model()->rowCount(), 3);
        QCOMPARE(panel.probes()->model()->row(0).problem, fixture::problemText(2));
        QTRY_VERIFY(panel.probes()->findChild<TracePane*>()->view()->trace().text.contains("problem 2"));
    }

private:
    QTemporaryDir m_folder;
    OpenRuns m_open;
    std::shared_ptr<const Lexicon> m_lexicon;
};

QTEST_MAIN(TestProbes)
#include "tst_probes.moc"
