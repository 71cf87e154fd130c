// The Signals page: what is raised and since when, thresholds that stay, examples, what a notification says.

#include "hacked_run.h"

#include "core/store/workspace.h"
#include "widgets/models/examplelistmodel.h"
#include "widgets/models/signalexamplemodel.h"
#include "widgets/models/signallistmodel.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/plots/lineplot.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
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

/// An engine of a few lines: what it is asked for goes into a file, and it answers with these lines.
QString makeEngine(const QString& path, const QByteArray& lines)
{
    QFile script(path);
    if (!script.open(QIODevice::WriteOnly))
        qFatal("no script");
    script.write("#!/bin/sh\necho \"$@\" >> \"$0.asked\"\ncat <<'END'\n" + lines + "\nEND\n");
    script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
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
        model.setStates(std::make_shared<std::vector<SignalState>>(states));
        QCOMPARE(model.index(0, SignalListModel::State).data().toString(), QString("raised since step 7"));
        QCOMPARE(model.index(0, SignalListModel::Value).data().toString(), QString("25.0 %"));
        QCOMPARE(model.index(1, SignalListModel::State).data().toString(), QString("not recorded"));
        states[1].wait = { 2, 5 };
        states[2].wait = { 1, 2, true };
        model.setStates(std::make_shared<std::vector<SignalState>>(states));
        QCOMPARE(model.index(1, SignalListModel::State).data().toString(), QString("2 of 5 steps so far"));
        QCOMPARE(model.index(2, SignalListModel::State).data().toString(), QString("1 of 2 evaluations so far"));
        QVERIFY(model.index(0, SignalListModel::Name).data(Qt::AccessibleTextRole).toString().contains("raised"));
        SignalExampleModel examples;
        QAbstractItemModelTester two(&examples, QAbstractItemModelTester::FailureReportingMode::QtTest);
        examples.setExamples({ HealthSignal::Truncation, { { 3, 9, 200, NAN, "wrong", "length", "a\nb\x01" } } });
        QCOMPARE(examples.index(0, SignalExampleModel::Verdict).data().toString(), QString("wrong, cut"));
        QVERIFY(!examples.hasMarks());
        // The reason where there is one, by the name that it has on the Traces page; all of it in the tip.
        examples.setExamples({ HealthSignal::Truncation,
            { { 3, 9, 200, NAN, "malformed", "length", "a\nb\x01", {}, "no_think_end", false },
                { 4, 9, 200, 1, "correct", "stop", "a", {}, "ok", true } } });
        const QModelIndex verdict = examples.index(0, SignalExampleModel::Verdict);
        QCOMPARE(verdict.data().toString(), QString("no think end, cut"));
        QVERIFY(verdict.data(Qt::ToolTipRole).toString().contains("the reasoning never ends"));
        CompletionRow same;
        same.verdict = "malformed";
        same.reason = "no_think_end";
        QCOMPARE(verdictText(same), QString("no think end"));
        QCOMPARE(verdictText("malformed", "no_think_end"), QString("no think end")); // the engine's two codes alone
        QCOMPARE(verdictText("infra_error"), QString("infra error"));
        QCOMPARE(rewardPartName("code_format"), QString("code format"));
        QCOMPARE(rewardPartName("my_part"), QString("my_part")); // another's name stays
        QCOMPARE(examples.index(1, SignalExampleModel::Verdict).data().toString(), QString("correct"));
        // One way to say it: shares in per cent, multiples of an earlier value, differences with their sign.
        states[int(HealthSignal::EntropyCollapse)].value = 1.228;
        states[int(HealthSignal::LengthDrift)].value = 0.58;
        states[int(HealthSignal::AccuracyFall)].value = states[int(HealthSignal::AccuracyFall)].threshold = 0.604;
        states[int(HealthSignal::RewardWithoutHeldOut)].value = 0.26;
        states[int(HealthSignal::FormatOnly)].value = -0.33;
        states[int(HealthSignal::SamplerGap)].value = 3.99e-7;
        model.setStates(std::make_shared<std::vector<SignalState>>(states));
        const auto now
            = [&](HealthSignal signal) { return model.index(int(signal), SignalListModel::Value).data().toString(); };
        QCOMPARE(now(HealthSignal::EntropyCollapse), QString::fromUtf8("1.23 × start"));
        QCOMPARE(now(HealthSignal::LengthDrift), QString::fromUtf8("0.58 × before"));
        QCOMPARE(now(HealthSignal::AccuracyFall), QString::fromUtf8("0.60 × best"));
        QCOMPARE(now(HealthSignal::RewardWithoutHeldOut), QString("+0.26"));
        QCOMPARE(now(HealthSignal::FormatOnly), QString::fromUtf8("−0.33"));
        QCOMPARE(now(HealthSignal::SamplerGap), QString("4e−07 nats"));
        QVERIFY(model.index(int(HealthSignal::AccuracyFall), SignalListModel::Value)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QString::fromUtf8("threshold ≤ 0.60 × best")));
        QVERIFY(model.headerData(SignalListModel::Value, Qt::Horizontal, Qt::ToolTipRole).toString().contains("share"));
        QVERIFY(!examples.index(0, SignalExampleModel::Text).data().toString().contains('\n'));
    }

    /// A font that stands in for a script is taller than the other: the line stays where it is.
    void rowsShareALine()
    {
        SignalExampleModel examples;
        examples.setExamples({ HealthSignal::Truncation,
            { { 1, 1, 1, 0, "wrong", "stop", "HHHH" },
                { 2, 1, 1, 0, "wrong", "stop", "HHHH \u7b49\u7b49 \u0e01\u0e49" } } });
        QTableView table;
        table.setModel(&examples);
        table.setItemDelegate(new LineDelegate(&table));
        table.setShowGrid(false);
        table.setColumnWidth(SignalExampleModel::Text, 200);
        table.resize(800, 200);
        table.show();
        QVERIFY(QTest::qWaitForWindowExposed(&table));
        const auto top = [&](int row) { // first row of pixels with ink in the letters that both have
            const QRect cell = table.visualRect(examples.index(row, SignalExampleModel::Text));
            const QImage image
                = table.viewport()
                      ->grab(QRect(cell.topLeft(),
                          QSize(table.fontMetrics().horizontalAdvance(QStringLiteral("HHHH")), cell.height())))
                      .toImage();
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixel(x, y) != image.pixel(0, 0))
                        return y;
            return -1;
        };
        QVERIFY(top(0) > 0);
        QCOMPARE(top(1), top(0));
    }

    /// What was done to the run stands in the chart, and a setting that was changed in time is named.
    void aSignalNamesTheSettingThatWasChanged()
    {
        const QString folder = m_folder.filePath("changed");
        auto writer = makeRun(folder, 12, 10);
        orThrow(writer->addMarker({ 0, 2, "set", "rollout.top_p=0.9", "{}", 0 }));
        orThrow(writer->addMarker(
            { 0, 9, "set", "rollout.temperature=1.6", R"({"change":"rollout.temperature: 1 -> 1.6"})", 0 }));
        SignalsPanel panel;
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "changed" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(panel.model()->state(kTruncation)->since, 11);
        const QString numbers = panel.findChild<QLabel*>("signalNumbers")->text();
        QVERIFY2(numbers.endsWith(QString::fromUtf8(
                     "\nChanged in the steps that raised it: rollout.temperature 1 → 1.6 after step 9.")),
            qPrintable(numbers));
        LinePlot* chart = panel.chart();
        chart->setCursor(2);
        QVERIFY2(chart->reading().contains("top_p"), qPrintable(chart->reading()));
        chart->setCursor(9);
        QVERIFY2(chart->reading().contains("rollout.temperature 1"), qPrintable(chart->reading()));
        QSignalSpy change(&panel, &SignalsPanel::changePicked), longest(&panel, &SignalsPanel::longestPicked);
        QTest::keyClick(chart, Qt::Key_C);
        QCOMPARE(change.value(0), QVariantList({ folder, qint64(9) }));
        QTest::keyClick(chart, Qt::Key_T, Qt::ShiftModifier);
        QCOMPARE(longest.value(0), QVariantList({ folder, qint64(9) }));
        panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(kRepetition, 0));
        QVERIFY(!panel.findChild<QLabel*>("signalNumbers")->text().contains("Changed")); // quiet: it raised nothing
    }

    void headingsBeginWithACapital()
    {
        SignalListModel list;
        SignalExampleModel examples;
        ExampleListModel traces;
        for (const QAbstractItemModel* model :
            std::initializer_list<const QAbstractItemModel*> { &list, &examples, &traces })
            for (int c = 0; c < model->columnCount(); ++c) {
                const QString title = model->headerData(c, Qt::Horizontal).toString();
                QVERIFY2(!title.isEmpty() && title[0].isUpper(), qPrintable(title));
            }
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
        QVERIFY2(panel.findChild<QLabel*>("signalsSummary")->text().startsWith("1 of 13 signals raised, "),
            qPrintable(panel.findChild<QLabel*>("signalsSummary")->text()));
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
        QVERIFY(table->columnWidth(SignalExampleModel::Verdict) > table->fontMetrics().horizontalAdvance(
                    panel.examples()->index(0, SignalExampleModel::Verdict).data().toString())); // never cut
        QTest::mouseClick(
            table->viewport(), Qt::LeftButton, {}, table->visualRect(panel.examples()->index(0, 0)).center());
        QCOMPARE(completion.size(), 1);
        QCOMPARE(completion[0][1].toLongLong(), panel.examples()->example(0).id);
        auto* strongest = panel.findChild<QPushButton*>("signalStep");
        QCOMPARE(strongest->text(), QString::fromUtf8("Traces of the strongest step, 12 ›")); // why that one
        QVERIFY2(
            strongest->toolTip().contains(QString::fromUtf8("raised (11 – 12)")), qPrintable(strongest->toolTip()));
        strongest->click();
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

    /// What the run before had and this one does not record is no place to stay.
    void anotherRunShowsASignalThatItHas()
    {
        makeRun(m_folder.filePath("before"), 12, 10).reset();
        fixture::makeAnalysedRun(m_folder.filePath("after"), 0, 12).reset(); // nothing says what was cut off
        SignalsPanel panel;
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(m_folder.filePath("before")), Qt::blue, "before" },
            { std::make_shared<RunFeed>(m_folder.filePath("after")), Qt::red, "after" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        const auto* list = panel.findChild<QTableView*>("signals");
        QCOMPARE(list->currentIndex().row(), kTruncation);
        panel.showRun(m_folder.filePath("after"));
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(panel.model()->state(kTruncation)->state, SignalState::Unknown);
        const int now = list->currentIndex().row();
        QVERIFY(now != kTruncation && !panel.model()->state(now)->values.empty());
        QCOMPARE(panel.findChild<QLabel*>("signalTitle")->text(),
            panel.model()->index(now, SignalListModel::Name).data().toString());
        QVERIFY(panel.chart()->isVisible());
    }

    /// What is recorded and too short is counted apart from what is never recorded, and fills with the steps.
    void aYoungRunIsNotOneThatRecordsNothing()
    {
        const QString folder = m_folder.filePath("young");
        QDir().mkpath(folder);
        RunConfig config = defaultConfig("sft");
        auto writer = orThrow(
            RunWriter::create(folder.toStdString(), folder.toStdString(), "young", "sft", toJsonText(config)));
        for (int64_t s = 1; s <= 2; ++s)
            orThrow(writer->commitStep({ s, 1, { { "loss", 2.0 }, { "grad_norm", 1.0 } }, {} }));
        SignalsPanel panel;
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "young" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        const int spike = int(HealthSignal::LossSpike);
        QTRY_COMPARE(
            panel.model()->index(spike, SignalListModel::State).data().toString(), QString("2 of 11 steps so far"));
        auto* summary = panel.findChild<QLabel*>("signalsSummary");
        QVERIFY2(summary->text().startsWith("0 of 3 signals raised, 2 with too little to judge yet, 1 not recorded."),
            qPrintable(summary->text()));
    }

    /// A run that learns from rows has other signals; those of reinforcement learning are not even listed.
    void aRunOfRowsHasItsOwnSignals()
    {
        const QString folder = m_folder.filePath("rows");
        {
            RunConfig config = defaultConfig("sft");
            config.sft.batchSize = 8;
            QDir().mkpath(folder);
            auto writer = orThrow(
                RunWriter::create(folder.toStdString(), folder.toStdString(), "rows", "sft", toJsonText(config)));
            for (int64_t s = 1; s <= 20; ++s) {
                StepRow row { s, 1, { { "loss", 2.0 - 0.05 * double(s) }, { "grad_norm", s == 17 ? 40.0 : 1.0 } }, {} };
                if (s % 5 == 0) {
                    row.metrics.emplace_back("eval_loss", s == 10 ? 1.5 : 1.8);
                    row.metrics.emplace_back("eval_samples", 24.0);
                }
                orThrow(writer->commitStep(row));
            }
        }
        SignalsPanel panel;
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "rows" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        const auto* list = panel.findChild<QTableView*>("signals");
        QSet<int> listed;
        for (int row = 0; row < panel.model()->rowCount(); ++row)
            if (!list->isRowHidden(row))
                listed << row;
        const int heldOut = int(HealthSignal::HeldOutLossRise), spike = int(HealthSignal::LossSpike);
        QCOMPARE(listed, (QSet<int> { kRepetition, heldOut, spike }));
        QVERIFY2(panel.findChild<QLabel*>("signalsSummary")->text().startsWith("2 of 3 signals raised, 1 not recorded"),
            qPrintable(panel.findChild<QLabel*>("signalsSummary")->text()));
        QCOMPARE(panel.model()->index(kTruncation, SignalListModel::State).data().toString(),
            QString("not of this kind of run"));
        QCOMPARE(list->currentIndex().row(), heldOut);
        const auto numbers = [&] { return panel.findChild<QLabel*>("signalNumbers")->text(); };
        QVERIFY2(numbers().endsWith("n = 24 held-out examples."), qPrintable(numbers()));
        QVERIFY(panel.findChild<QPushButton*>("signalStep")->isVisible());
        panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(spike, 0));
        QVERIFY2(numbers().endsWith("n = 8 examples an update."), qPrintable(numbers()));
        QVERIFY(!panel.findChild<QPushButton*>("signalStep")->isVisible()); // the batch has no traces
        // One that is not listed has nothing to draw, and does not hurt.
        panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(kTruncation, 0));
        QVERIFY(panel.chart()->isHidden());
    }

    /// Beside the runs in a window of 1024x700: no signal makes the page scroll sideways, and no verdict is cut.
    void aNarrowPageDoesNotScrollSideways()
    {
        const QString folder = m_folder.filePath("narrow");
        makeRun(folder, 12, 10).reset();
        SignalsPanel panel;
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "narrow" } });
        panel.resize(996, 690); // in a window of 1280x800 fields stand beside what they are about
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QTRY_VERIFY(panel.examples()->rowCount() > 0);
        const auto* label = panel.findChild<QLabel*>("signalThresholdLabel");
        const auto* field = panel.findChild<QDoubleSpinBox*>("signalThreshold");
        const auto* table = panel.findChild<QTableView*>("signalExamples");
        QTRY_VERIFY(field->x() > label->geometry().right());
        QVERIFY(!table->isColumnHidden(SignalExampleModel::Text) && !table->isColumnHidden(SignalExampleModel::Tokens));
        panel.resize(740, 570);
        const auto* scroll = panel.findChild<QScrollArea*>("signalScroll");
        QTRY_VERIFY2(field->y() > label->geometry().bottom(), qPrintable(QString::number(field->y())));
        QTRY_VERIFY(table->columnViewportPosition(SignalExampleModel::Verdict)
                + static_cast<const QAbstractItemView*>(table)->sizeHintForColumn(SignalExampleModel::Verdict)
            <= table->viewport()->width());
        for (int row = 0; row < panel.model()->rowCount(); ++row) {
            panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(row, 0));
            QTRY_VERIFY2(scroll->horizontalScrollBar()->maximum() == 0,
                qPrintable(QStringLiteral("%1: %2 of %3")
                               .arg(row)
                               .arg(scroll->widget()->minimumSizeHint().width())
                               .arg(scroll->viewport()->width())));
        }
    }

    /// A fooled verifier recorded the hack as correct: the evidence is what is paid best and looks odd, and what the
    /// verifier says otherwise today.
    void theHackIsTheEvidence()
    {
        const QString folder = m_folder.filePath("hacked");
        const QSet<qint64> hacks = fixture::makeHackedRun(folder);
        QCOMPARE(hacks.size(), 15);
        const qint64 honest = *hacks.begin() == 1 ? 2 : 1; // judged otherwise today, though it looks like the others
        const QString engine = makeEngine(m_folder.filePath("engine"),
            QStringLiteral(R"({"step":9,"completion":%1,"was":{"verdict":"wrong","reward":0},)"
                           R"("now":{"verdict":"malformed","reward":0},"explanation":"x"})"
                           "\n"
                           R"({"step":9,"completion":%2,"was":{"verdict":"wrong","reward":0},)"
                           R"("now":{"verdict":"infra_error","reward":null},"explanation":"x"})"
                           "\n"
                           R"({"steps":5,"completions":144,"verdict_flips":2})")
                .arg(honest)
                .arg(honest + 1)
                .toUtf8());
        SignalsPanel panel(nullptr, engine);
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "hacked" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        const int row = int(HealthSignal::RewardWithoutHeldOut);
        QVERIFY(panel.model()->state(row)->state == SignalState::Raised);
        auto* table = panel.findChild<QTableView*>("signalExamples");
        auto* note = panel.findChild<QLabel*>("signalRecheck");
        panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(row, 0));
        QTRY_VERIFY(note->text().startsWith("Judged again, 1 recorded verdicts of steps 8 – 12 (n = 144"));
        const QByteArray asked = readAll(engine + ".asked");
        QVERIFY2(asked.startsWith("rescore " + folder.toUtf8() + " --flips --from 8 --to 12"), asked);
        QCOMPARE(asked.count('\n'), 1);
        const auto marks
            = [&](int at) { return panel.examples()->index(at, SignalExampleModel::Marks).data().toString(); };
        QTRY_VERIFY(panel.examples()->rowCount() > 16 && marks(0).contains("judged now"));
        QCOMPARE(panel.examples()->example(0).id, honest);
        QCOMPARE(marks(0), QString("judged now: malformed"));
        for (int i = 1; i <= 15; ++i) {
            QVERIFY2(hacks.contains(panel.examples()->example(i).id), qPrintable(QString::number(i)));
            QCOMPARE(marks(i), QString("no thought, 2 answers, template of 15, short"));
        }
        QVERIFY(!marks(16).contains("no thought")); // the honest ones of the fixture are alike in threes
        QVERIFY(!table->isColumnHidden(SignalExampleModel::Marks));
        QVERIFY(table->columnWidth(SignalExampleModel::Marks)
            < table->fontMetrics().horizontalAdvance(marks(1))); // the room is the text's; the tip has all
        // From there to the lab with this run; a signal about something else offers neither.
        QSignalSpy rescore(&panel, &SignalsPanel::rescoreRequested);
        auto* button = panel.findChild<QPushButton*>("signalRescore");
        QVERIFY(button->isVisible());
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(rescore.value(0).value(0).toString(), folder);
        panel.findChild<QTableView*>("signals")->setCurrentIndex(panel.model()->index(kRepetition, 0));
        QVERIFY(!button->isVisible() && !note->isVisible());
        QTRY_VERIFY(panel.examples()->rowCount() > 0);
        QVERIFY(table->isColumnHidden(SignalExampleModel::Marks));
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
            QCOMPARE(panel.chart()->readings().value(1).value, 20.0); // the chart has the unit of the field
            panel.findChild<QTableView*>("signals")->setCurrentIndex(
                panel.model()->index(int(HealthSignal::EntropyCollapse), 0));
            QCOMPARE(spin->text(), QString::fromUtf8("0.20 × start"));
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
        QVERIFY((*watch.states())[kTruncation].state == SignalState::Quiet);
        QCOMPARE((*watch.states())[kTruncation].until, 14);
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
        orThrow(writer->addMarker({ 0, 8, "set", "rollout.temperature=2", "{}", 0 }));
        orThrow(writer->commitStep(step(9, 1)));
        orThrow(writer->commitStep(step(10, 1)));
        Q_EMIT feed->stepsCommitted(10);
        QTRY_VERIFY(notified.size() == 1);
        const QString sentence = notified[0][0].toString();
        QVERIFY2(
            sentence.startsWith("my run: Completions are cut off, a signal since step 10. 40.0 % of the completions"),
            qPrintable(sentence));
        QVERIFY2(sentence.contains(" Those cut off earned "), qPrintable(sentence));
        QVERIFY2(sentence.endsWith(QString::fromUtf8(
                     " Changed in the steps that raised it: rollout.temperature 1 → 2 after step 8.")),
            qPrintable(sentence));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestSignalsPanel)
#include "tst_signalspanel.moc"
