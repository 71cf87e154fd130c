// Probes: pinned problems, the timeline by keyboard and by itself, what is read and compared.

#include "course_fixture.h"

#include "widgets/models/outcomemodel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/evaluationtimeline.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

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
        m_lexicon = std::make_shared<Lexicon>();
    }
    void cleanupTestCase() { m_open.clear(); }

    void modelPins()
    {
        ProbeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(readCourse({ m_folder.filePath("a"), "run a", Qt::blue }));
        QCOMPARE(model.rowCount(), 3);
        model.setEvaluation(1);
        QCOMPARE(model.index(2, ProbeModel::Outcome).data(OutcomeModel::RightRole).toInt(), -1);
        QCOMPARE(model.headerData(ProbeModel::Outcome, Qt::Horizontal, Qt::DisplayRole).toString(), QString("Step 10"));
        QVERIFY(model.setData(model.index(2, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(model.row(0).problem, fixture::problemText(2)); // pinned comes first
        QVERIFY(model.index(0, 0).data(Qt::AccessibleTextRole).toString().startsWith("pinned: "));
        model.setText("2 4 to");
        QCOMPARE(model.rowCount(), 2); // the pinned one and the match
        model.setTable(readCourse({ m_folder.filePath("b"), "run b", Qt::blue }));
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
