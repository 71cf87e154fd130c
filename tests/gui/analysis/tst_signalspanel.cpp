// The Signals page: what is raised and since when, thresholds that stay, examples, what a notification says.

#include "analysis_fixture.h"

#include "core/store/workspace.h"
#include "widgets/models/signalexamplemodel.h"
#include "widgets/models/signallistmodel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/plots/lineplot.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace aha;

namespace {

constexpr int kTruncation = int(HealthSignal::Truncation), kRepetition = int(HealthSignal::Repetition);

/// A step of the fixture in which this share was cut off.
StepRow step(int64_t number, double cut)
{
    StepRow row = fixture::analysedStep(number, 0);
    row.metrics.emplace_back("completions/clipped_ratio", cut);
    if (cut > 0)
        row.groups[0].completions[3].finishReason = "length";
    return row;
}

std::unique_ptr<RunWriter> makeRun(const QString& folder, int64_t steps, int64_t cutFrom)
{
    auto writer = fixture::makeAnalysedRun(folder, 0, 0);
    for (int64_t s = 1; s <= steps; ++s)
        orThrow(writer->commitStep(step(s, s >= cutFrom ? 1 : 0)));
    return writer;
}

} // namespace

class TestSignalsPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelsHoldTheirContract()
    {
        SignalListModel model;
        QAbstractItemModelTester one(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), int(signalInfos().size()));
        QCOMPARE(model.index(0, SignalListModel::State).data().toString(), QString("not read yet"));
        std::vector<SignalState> states(signalInfos().size());
        states[0].state = SignalState::Raised;
        states[0].since = 7;
        states[0].value = 0.25;
        states[0].threshold = 0.1;
        model.setStates(states);
        QCOMPARE(model.index(0, SignalListModel::State).data().toString(), QString("raised since step 7"));
        QCOMPARE(model.index(0, SignalListModel::Value).data().toString(), QString("25.0 %"));
        QCOMPARE(model.index(1, SignalListModel::State).data().toString(), QString("not recorded"));
        QVERIFY(model.index(0, SignalListModel::Name).data(Qt::AccessibleTextRole).toString().contains("raised"));
        SignalExampleModel examples;
        QAbstractItemModelTester two(&examples, QAbstractItemModelTester::FailureReportingMode::QtTest);
        examples.setExamples({ HealthSignal::Truncation, { { 3, 9, 200, NAN, "wrong", "length", "a\nb\x01" } } });
        QCOMPARE(examples.index(0, SignalExampleModel::Verdict).data().toString(), QString("wrong, cut"));
        QVERIFY(!examples.index(0, SignalExampleModel::Text).data().toString().contains('\n'));
    }

    void emptyStates()
    {
        SignalsPanel panel;
        panel.show();
        auto* hint = panel.findChild<QLabel*>("signalsHint");
        QVERIFY(hint->isVisible() && hint->text().startsWith("No run is open"));
        QDir().mkpath(m_folder.filePath("nothing"));
        panel.setRuns({ { std::make_shared<RunFeed>(m_folder.filePath("nothing")), Qt::blue, "nothing" } });
        QTRY_VERIFY(!panel.reading());
        QVERIFY(hint->isVisible() && hint->text().contains("no run.db"));
    }

    void raisedWithFiguresCauseAndExamples()
    {
        const QString folder = m_folder.filePath("cut");
        makeRun(folder, 12, 10).reset();
        SignalsPanel panel;
        panel.resize(970, 690);
        QSignalSpy notified(&panel, &SignalsPanel::raised);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "cut" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(notified.size(), 0); // what stands there when a run is opened is history
        QVERIFY(panel.findChild<QLabel*>("signalsSummary")->text().contains("signals raised"));
        const SignalState* state = panel.model()->state(kTruncation);
        QVERIFY(state && state->state == SignalState::Raised);
        QCOMPARE(state->since, 11); // 2 of 5 steps
        // The first raised signal is what one sees.
        QCOMPARE(panel.findChild<QTableView*>("signals")->currentIndex().row(), kTruncation);
        QVERIFY(panel.findChild<QLabel*>("signalNumbers")->text().contains("n = 60 completions up to step 12"));
        QVERIFY(panel.findChild<QLabel*>("signalCause")->text().contains("max_completion_length"));
        QTRY_VERIFY(panel.examples()->rowCount() > 0);
        for (int row = 0; row < panel.examples()->rowCount(); ++row)
            QVERIFY(panel.examples()->example(row).finishReason == "length");
        QSignalSpy completion(&panel, &SignalsPanel::completionPicked), stepSpy(&panel, &SignalsPanel::stepPicked);
        auto* table = panel.findChild<QTableView*>("signalExamples");
        QTest::mouseClick(
            table->viewport(), Qt::LeftButton, {}, table->visualRect(panel.examples()->index(0, 0)).center());
        QCOMPARE(completion.size(), 1);
        QCOMPARE(completion[0][1].toLongLong(), panel.examples()->example(0).id);
        panel.findChild<QPushButton*>("signalStep")->click();
        QCOMPARE(stepSpy[0][1].toLongLong(), 12);
        panel.chart()->pick(9);
        QCOMPARE(stepSpy[1][1].toLongLong(), 9);
        // With the keyboard to another signal: repetition is counted from the texts.
        auto* list = panel.findChild<QTableView*>("signals");
        list->setFocus();
        list->setCurrentIndex(panel.model()->index(kRepetition, 0));
        QVERIFY(panel.model()->state(kRepetition)->state == SignalState::Quiet);
        QVERIFY(panel.findChild<QLabel*>("signalNumbers")->text().contains("4-grams"));
        QVERIFY(panel.findChild<QPushButton*>("signalStep")->isHidden());
    }

    void thresholdsAreKept()
    {
        const QString folder = m_folder.filePath("thresholds");
        makeRun(folder, 12, 10).reset();
        auto workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        const OpenRuns runs { { std::make_shared<RunFeed>(folder), Qt::blue, "run" } };
        {
            SignalsPanel panel(workspace.get());
            panel.setRuns(runs);
            panel.show();
            QTRY_VERIFY(!panel.reading());
            QSignalSpy notified(&panel, &SignalsPanel::raised);
            auto* spin = panel.findChild<QDoubleSpinBox*>("signalThreshold");
            QCOMPARE(spin->value(), 25.0); // per cent
            spin->setValue(70);
            QTRY_VERIFY(panel.model()->state(kTruncation)->state == SignalState::Quiet);
            spin->setValue(20);
            QTRY_VERIFY(panel.model()->state(kTruncation)->state == SignalState::Raised);
            QCOMPARE(panel.model()->state(kTruncation)->since, 10);
            QCOMPARE(notified.size(), 0); // the person moved the line, the run did nothing
        }
        SignalsPanel again(workspace.get());
        again.setRuns(runs);
        again.show();
        QTRY_VERIFY(!again.reading());
        auto* spin = again.findChild<QDoubleSpinBox*>("signalThreshold");
        QCOMPARE(spin->value(), 20.0);
        auto* back = again.findChild<QPushButton*>("signalDefault");
        QVERIFY(back->isEnabled());
        back->click();
        QCOMPARE(spin->value(), 25.0);
        QVERIFY(!back->isEnabled());
        QCOMPARE(orThrow(workspace->setting("signals.threshold.truncation")), std::string());
    }

    /// A live run: one notification for a new signal, and no second one.
    void notifiesOnce()
    {
        const QString folder = m_folder.filePath("live");
        auto writer = makeRun(folder, 8, 100);
        SignalWatch watch(folder);
        QSignalSpy raised(&watch, &SignalWatch::raised);
        const auto read = [&] {
            watch.refresh();
            QTRY_VERIFY(!watch.reading());
        };
        read();
        QCOMPARE(raised.size(), 0);
        orThrow(writer->commitStep(step(9, 1)));
        read();
        QCOMPARE(raised.size(), 0); // one step of five
        orThrow(writer->commitStep(step(10, 1)));
        read();
        QCOMPARE(raised.size(), 1);
        QCOMPARE(raised[0][0].toInt(), kTruncation);
        orThrow(writer->commitStep(step(11, 1)));
        read();
        QCOMPARE(raised.size(), 1);
        for (int64_t s = 12; s <= 17; ++s)
            orThrow(writer->commitStep(step(s, 0)));
        read();
        QVERIFY(watch.states()[kTruncation].state == SignalState::Quiet);
        QCOMPARE(watch.states()[kTruncation].until, 14);
        orThrow(writer->commitStep(step(18, 1)));
        orThrow(writer->commitStep(step(19, 1)));
        read();
        QCOMPARE(raised.size(), 2); // anew
    }

    void notificationIsASentence()
    {
        const QString folder = m_folder.filePath("sentence");
        auto writer = makeRun(folder, 8, 100);
        SignalsPanel panel; // never shown: it watches all the same
        QSignalSpy notified(&panel, &SignalsPanel::raised);
        auto feed = std::make_shared<RunFeed>(folder);
        panel.setRuns({ { feed, Qt::blue, "my run" } });
        QTRY_VERIFY(!panel.reading());
        orThrow(writer->commitStep(step(9, 1)));
        orThrow(writer->commitStep(step(10, 1)));
        Q_EMIT feed->stepsCommitted(10);
        QTRY_VERIFY(notified.size() == 1);
        const QString sentence = notified[0][0].toString();
        QVERIFY2(
            sentence.startsWith("my run: Truncation eats reward, a signal since step 10. 40.0 % of the completions"),
            qPrintable(sentence));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestSignalsPanel)
#include "tst_signalspanel.moc"
