// Two completions from anywhere: chosen by run, step, prompt and sample, or sent by their ids.

#include "../traces/trace_fixture.h"

#include "core/store/run_reader.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
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
        auto* pane = page.findChild<TracePane*>();
        auto* facts = page.findChild<QLabel*>("traceFacts");
        QTRY_VERIFY2(
            facts->text().startsWith("run 1, step 3, sample 1"), qPrintable(facts->text())); // the second run is B
        QTRY_VERIFY(pane->isPinned());
        auto* step = page.findChild<QSpinBox*>("textBStep");
        QCOMPARE(step->maximum(), 3);
        step->setValue(2);
        QTRY_VERIFY(facts->text().startsWith("run 1, step 2, sample 1"));
        auto* prompt = page.findChild<QComboBox*>("textBPrompt");
        QCOMPARE(prompt->count(), 2);
        prompt->setCurrentIndex(1);
        Q_EMIT prompt->activated(1);
        QTRY_COMPARE(page.findChild<QLabel*>("traceHeading")->text(), QString("use 5 9 6 to make 39 :"));
        auto* sample = page.findChild<QComboBox*>("textBSample");
        QCOMPARE(sample->itemText(3), QString("sample 4: malformed"));
        sample->setCurrentIndex(3);
        Q_EMIT sample->activated(3);
        QTRY_VERIFY(pane->view()->trace().text.contains("step 2 group 1 sample 3"));
        step->setValue(0); // nothing is sampled before the first step
        QTRY_VERIFY(
            page.findChild<QLabel*>("traceProblem")->text().startsWith("No completion is stored at step 0 of run 1"));
    }

    void twoStepsOfOneRun()
    {
        TextsPage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.setRuns({ m_open[0] });
        page.show();
        auto* pane = page.findChild<TracePane*>();
        QTRY_VERIFY(pane->isPinned());
        auto* facts = page.findChild<QLabel*>("traceFacts");
        QTRY_VERIFY2(facts->text().startsWith("run 0, step 3, sample 1"), qPrintable(facts->text()));
        QTRY_COMPARE(page.findChild<QSpinBox*>("textAStep")->value(), 1); // one side each end of the run
        QCOMPARE(page.findChild<QComboBox*>("textAPrompt")->currentText(), QString("use 1 1 1 to make 3 :"));
        QCOMPARE(page.findChild<QSpinBox*>("textBStep")->value(), 3);
        QVERIFY(page.findChild<QLabel*>("textsHint")->text().contains("two steps of one run"));
    }

    void sentById()
    {
        const auto reader = orThrow(RunReader::open(m_folder.filePath("run1").toStdString()));
        const qint64 id = orThrow(reader->groupsWithCompletions(1))[1].completions[3].id;
        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns(m_open);
        panel.compareCompletion(true, m_folder.filePath("run1"), id);
        QCOMPARE(panel.findChild<QTabWidget*>("compareTabs")->currentIndex(), int(ComparePanel::Texts));
        auto* pane = panel.findChild<TextsPage*>()->findChild<TracePane*>();
        QTRY_VERIFY(pane->isPinned() && pane->pinnedView()->trace().text.contains("step 1 group 1 sample 3"));
        QCOMPARE(panel.findChild<QSpinBox*>("textAStep")->value(), 1);
        QSignalSpy picked(&panel, &ComparePanel::completionPicked);
        panel.findChild<QPushButton*>("textAOpen")->click();
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][1].toLongLong(), id);
        panel.compareCompletion(false, m_folder.filePath("closed"), 1);
        QVERIFY(pane->findChild<QLabel*>("traceProblem")->text().contains("is not open"));
    }

private:
    QTemporaryDir m_folder;
    OpenRuns m_open;
};

QTEST_MAIN(TestTexts)
#include "tst_texts.moc"
