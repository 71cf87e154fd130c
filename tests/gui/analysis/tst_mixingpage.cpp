// Language mixing on tallies made here: in which scripts, where in the trace, and whether it moves before accuracy.

#include "widgets/models/figuresmodel.h"
#include "widgets/panels/mixingpage.h"
#include "widgets/plots/intervaldots.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/pairedbars.h"

#include <QComboBox>
#include <QLabel>
#include <QTabWidget>
#include <QtTest>

using namespace aha;

namespace {

const Lexicon& lexicon()
{
    static const Lexicon words = orThrow(Lexicon::parse("wait\ten\n"));
    return words;
}

std::shared_ptr<RunTally> emptyTally()
{
    auto tally = std::make_shared<RunTally>();
    tally->folder = QStringLiteral("mixing");
    tally->words << QStringLiteral("wait");
    tally->kinds.push_back(lexicon().entries().front().kind);
    return tally;
}

void addStep(RunTally& tally, int64_t step, const std::vector<std::pair<bool, std::string>>& traces)
{
    StepTallier tallier(lexicon(), step);
    for (const auto& [correct, text] : traces)
        tallier.add({ step, step, correct, int(text.size()), text });
    tally.steps.append(tallier.finish());
}

struct Shown {
    explicit Shown(std::shared_ptr<const RunTally> tally)
        : page(nullptr)
    {
        page.resize(960, 640);
        page.show();
        page.setRuns({ std::move(tally), QStringLiteral("mixing"), Qt::blue }, {});
    }
    MixingPage page;
};

} // namespace

class TestMixingPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Five scripts by name, what is left together; nearly all words are Latin, and the others are still seen.
    void everyScriptHasItsShare()
    {
        auto tally = emptyTally();
        const std::string text
            = "one two three four five six seven 等等等等等等 да да да да да 네 네 네 네 ναι ναι ναι "
              "רגע רגע انتظر";
        addStep(*tally, 1, { { true, text }, { false, "one" } });
        addStep(*tally, 2, { { true, text } });
        Shown shown(tally);
        FiguresModel* scripts = shown.page.scripts();
        QCOMPARE(scripts->rowCount(), 12);
        const auto cell = [&](int row, int column) { return scripts->index(row, column).data().toString(); };
        QCOMPARE(cell(0, 0), QString("Latin, right"));
        QCOMPARE(cell(0, 1), QString("25.0 %")); // 14 of 56
        QCOMPARE(cell(0, 2), QString("100.0 %"));
        QCOMPARE(cell(1, 0), QString("Latin, wrong"));
        QCOMPARE(cell(1, 1), QString("100.0 %"));
        QCOMPARE(cell(4, 0), QString("Cyrillic, right"));
        QCOMPARE(cell(5, 2), QString("0.0 %"));
        QCOMPARE(cell(10, 0), QString("2 other scripts, right"));
        QCOMPARE(cell(10, 1), QString("10.7 %")); // 6 of 56
        QVERIFY(scripts->index(10, 0).data(Qt::ToolTipRole).toString().contains("Hebrew"));
        auto* choice = shown.page.findChild<QComboBox*>("mixingShown");
        LinePlot *mixed = shown.page.charts()->chart(0), *words = shown.page.charts()->chart(2);
        QVERIFY(mixed->isVisible() && !words->isVisible());
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_End);
        QVERIFY(!mixed->isVisible() && words->isVisible());
        QCOMPARE(words->legend()->count(), 6);
        QCOMPARE(words->legend()->chip(1)->look().label, QString("Han"));
        QVERIFY(!words->legend()->shown(0) && words->legend()->shown(1) && words->legend()->shown(5));
        Q_EMIT words->maximizeToggled();
        QVERIFY(!shown.page.charts()->chart(3)->isVisible());
        choice->setCurrentIndex(0); // the large one goes: the others are there again
        QVERIFY(mixed->isVisible() && shown.page.charts()->chart(3)->isVisible());
    }

    void whereTheLanguageChanges()
    {
        auto tally = emptyTally();
        for (int64_t step = 1; step <= 8; ++step)
            addStep(*tally, step, { { false, "one 等 two three four five six seven" }, { true, "one two" } });
        Shown shown(tally);
        MixingPage& page = shown.page;
        page.figures()->setCurrentIndex(2);
        auto* bars = page.findChild<PairedBars*>("mixingPositions");
        QVERIFY2(bars->accessibleName().contains("right n = 0") && bars->accessibleName().contains("wrong n = 16"),
            qPrintable(bars->accessibleName())); // into Chinese and back
        bars->setFocus();
        QTest::keyClick(bars, Qt::Key_Right);
        QVERIFY(page.findChild<QLabel*>("positionNote")->text().endsWith(bars->currentHint()));
        page.findChild<QComboBox*>("mixingShown")->setCurrentIndex(1);
        QTRY_COMPARE(page.charts()->chart(1)->legend()->chip(1)->value(), QString("2")); // switches of a wrong trace
        // Length stands below, over the same steps.
        LinePlot *switches = page.charts()->chart(1), *length = page.charts()->chart(4);
        QVERIFY(length->isVisible());
        switches->grab();
        length->grab();
        QCOMPARE(length->legend()->count(), 2);
        QCOMPARE(length->range(), switches->range());
    }

    /// Here accuracy does what mixing did two steps before.
    void mixingMovesFirst()
    {
        auto tally = emptyTally();
        std::vector<bool> mixes;
        uint32_t state = 7;
        for (int64_t step = 1; step <= 48; ++step) {
            state = state * 1664525u + 1013904223u;
            mixes.push_back(state >> 31);
            const bool right = mixes.size() > 2 && mixes[mixes.size() - 3];
            addStep(*tally, step, { { right, mixes.back() ? "one 等等" : "one two" }, { false, "one two" } });
        }
        Shown shown(tally);
        MixingPage& page = shown.page;
        page.figures()->setCurrentIndex(3);
        auto* note = page.findChild<QLabel*>("mixingLagNote");
        QVERIFY2(note->text().startsWith("Strongest, mixing 2 steps earlier: r = "), qPrintable(note->text()));
        auto* dots = page.findChild<IntervalDots*>("mixingLags");
        dots->setFocus();
        QTest::keyClick(dots, Qt::Key_Right);
        QVERIFY(!dots->hintAt(dots->current()).isEmpty());
        QVERIFY(note->text().contains(dots->hintAt(dots->current())));
        page.findChild<QComboBox*>("mixingLagAgainst")->setCurrentIndex(1);
        QVERIFY(note->text().contains("r = "));
    }

    /// Small shares have long numbers at the axis; one step stands in one place of all charts.
    void chartsShareTheirOrigin()
    {
        ChartStack stack;
        stack.resize(500, 500);
        LinePlot *small = stack.add("small", "share", 0, NAN), *large = stack.add("large", "tokens", 0, NAN);
        LinePlot::Line line;
        line.label = QStringLiteral("a");
        line.steps = { 1, 2, 3 };
        line.values = { 0.0001, 0.0005, 0.0003 };
        small->setLines({ line });
        line.values = { 1, 7, 3 };
        large->setLines({ line });
        stack.show();
        for (LinePlot* plot : { small, large })
            plot->redraw();
        QCOMPARE(small->plotArea().left(), large->plotArea().left());
        QCOMPARE(small->plotArea().right(), large->plotArea().right());
        QCOMPARE(small->range(), large->range());
    }
};

QTEST_MAIN(TestMixingPage)
#include "tst_mixingpage.moc"
