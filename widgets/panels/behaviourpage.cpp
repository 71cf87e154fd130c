#include "widgets/panels/behaviourpage.h"

#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/plots/seriescolors.h"

#include <QItemSelectionModel>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace aha {

namespace {

using Count = int64_t BehaviourSums::*;

/// One row: a count over another, or over the traces.
struct Kind {
    const char *name, *help;
    Count of, outOf; ///< outOf null: per trace
    int example;
    bool share;
};

const Kind kKinds[] = {
    { "verification", "A result is compared with what was asked (“no”, “yes”, “check:”) or calculated again; per trace",
        &BehaviourSums::verifications, nullptr, behaviourExample(Behaviour::Verification), false },
    { "… with a false verdict", "Share of the verifications whose verdict exact arithmetic refutes",
        &BehaviourSums::wrongVerifications, &BehaviourSums::verifications, kFalseVerdictExample, true },
    { "backtracking", "An attempt is given up and another begins; per trace", &BehaviourSums::backtracks, nullptr,
        behaviourExample(Behaviour::Backtracking), false },
    { "sub-goals", "A result that the next calculation builds on, or a named step; per trace", &BehaviourSums::subGoals,
        nullptr, behaviourExample(Behaviour::SubGoal), false },
    { "enumeration", "Three or more different attempts or listed cases one after the other; per trace",
        &BehaviourSums::enumerations, nullptr, behaviourExample(Behaviour::Enumeration), false },
    { "repeated attempts", "Share of the attempts whose calculations stood there before",
        &BehaviourSums::repeatedAttempts, &BehaviourSums::attempts, kRepeatedAttemptExample, true },
    { "wrong calculations", "Share of the calculations that exact arithmetic refutes",
        &BehaviourSums::wrongCalculations, &BehaviourSums::calculations, kWrongCalculationExample, true },
    { "after a word: new", "Share of the reflection words that something new follows: another attempt or other words",
        &BehaviourSums::reflectionsNew, &BehaviourSums::reflections, kNewAfterReflectionExample, true },
    { "after a word: repeats", "Share of the reflection words after which only what stood there before comes again",
        &BehaviourSums::reflectionsRepeat, &BehaviourSums::reflections, kRepeatAfterReflectionExample, true },
    { "after a word: nothing", "Share of the reflection words that less than three words follow",
        &BehaviourSums::reflectionsNothing, &BehaviourSums::reflections, kNothingAfterReflectionExample, true },
    { "after a word: checks",
        "Share of the reflection words after which a verdict that agrees with arithmetic is stated, or an earlier "
        "attempt is calculated again. Counted beside new, repeats and nothing, which add up to 1: a check is one of "
        "these as well",
        &BehaviourSums::reflectionsChecking, &BehaviourSums::reflections, kCheckingReflectionExample, true },
};

int64_t outOf(const TraceSums& sums, const Kind& kind) { return kind.outOf ? sums.behaviour.*kind.outOf : sums.traces; }

double rate(const TraceSums& sums, const Kind& kind)
{
    const int64_t all = outOf(sums, kind);
    return all > 0 ? double(sums.behaviour.*kind.of) / double(all) : NAN;
}

double afterWord(const StepTally& step, Count of)
{
    BehaviourSums all;
    for (const TraceSums& sums : step.of)
        all.add(sums.behaviour);
    return all.reflections > 0 ? double(all.*of) / double(all.reflections) : NAN;
}

} // namespace

BehaviourPage::BehaviourPage(QWidget* parent)
    : AnalysisPage(QStringLiteral("behaviour"), parent)
    , m_kinds(new FiguresModel(this))
    , m_table(makeFigureTable(QStringLiteral("behaviourKinds"), tr("Behaviours; a row shows its curve"), m_kinds, this))
    , m_note(makeNote(QStringLiteral("behaviourNote"), this))
{
    m_charts->add(tr("Behaviour"), tr("right and wrong traces apart"), 0, NAN);
    m_charts->add(tr("After a reflection word"), tr("share of the words"), 0, 1);
    m_charts->add(tr("Accuracy"), tr("share right"), 0, 1);
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_note);
    m_note->setText(tr("Rules on the text judge, no model: they know calculations and verdicts, not meaning. "
                       "Reflection words side by side are one here. "
                       "A difference between right and wrong traces does not say which causes which."));
    m_figures->addTab(page, tr("By kind"));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid() || !m_run.tally)
            return;
        m_kind = index.data(FiguresModel::KeyRole).toInt();
        fillCharts();
        showKindExamples();
    });
}

void BehaviourPage::fillCharts()
{
    const Kind& kind = kKinds[m_kind];
    m_charts->chart(0)->setLines(byVerdict(
        translated(kind.name) + QStringLiteral(", "), [&kind](const TraceSums& sums) { return rate(sums, kind); }));
    Lines afterWords;
    const auto after = [&](const QString& name, int color, Qt::PenStyle style, Count count, bool both) {
        add(
            afterWords, name, seriesColor(color, dark()), style,
            [count](const StepTally& step) { return afterWord(step, count); }, both);
    };
    after(tr("new"), 0, Qt::SolidLine, &BehaviourSums::reflectionsNew, true);
    after(tr("repeats"), 4, Qt::DashLine, &BehaviourSums::reflectionsRepeat, false);
    after(tr("nothing"), 3, Qt::DotLine, &BehaviourSums::reflectionsNothing, false);
    const qsizetype checks = afterWords.size();
    after(tr("checks"), 6, Qt::DashDotLine, &BehaviourSums::reflectionsChecking, false);
    for (qsizetype i = checks; i < afterWords.size(); ++i)
        afterWords[i].hint
            = tr("%1: counted beside new, repeats and nothing, which add up to 1").arg(afterWords[i].label);
    m_charts->chart(1)->setLines(afterWords);
    m_charts->chart(2)->setLines(accuracyLines());
}

void BehaviourPage::fillFigures()
{
    m_scope->setText(scopeText());
    const auto sums = m_run.tally->sums(m_from, m_to);
    const auto text = [](double value, const Kind& kind) {
        return !std::isfinite(value) ? QStringLiteral("–")
            : kind.share             ? percentText(value)
                                     : QString::number(value, 'f', 2);
    };
    const std::vector<TraceVerdict> verdicts = verdictsIn(sums);
    QVector<FiguresModel::Row> rows;
    for (int i = 0; i < int(std::size(kKinds)); ++i) {
        const Kind& kind = kKinds[i];
        QStringList cells { translated(kind.name) }, counts;
        for (const TraceVerdict verdict : verdicts) {
            cells << text(rate(sums[verdict], kind), kind);
            counts << tr("%1: %L2 of %L3")
                          .arg(verdictTitle(verdict))
                          .arg(sums[verdict].behaviour.*kind.of)
                          .arg(outOf(sums[verdict], kind));
        }
        cells << QStringLiteral("%L1").arg(allOf(sums).behaviour.*kind.of);
        rows.append(
            { i, cells, {}, QStringLiteral("%1.\n%2").arg(translated(kind.help), counts.join(QLatin1Char('\n'))) });
    }
    QStringList titles { tr("Behaviour") };
    for (const TraceVerdict verdict : verdicts)
        titles << verdictTitle(verdict);
    m_kinds->setRows(titles << QStringLiteral("n"), rows);
    if (!m_table->currentIndex().isValid())
        m_table->setCurrentIndex(m_kinds->index(m_kind, 0));
    showKindExamples();
}

void BehaviourPage::showKindExamples() { showExamples(kKinds[m_kind].example, translated(kKinds[m_kind].name)); }

} // namespace aha
