#include "widgets/panels/mixingpage.h"

#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/panels/lagfigure.h"
#include "widgets/panels/positionfigure.h"
#include "widgets/panels/scriptcolors.h"
#include "widgets/plots/seriescolors.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace aha {

namespace {

constexpr int64_t kLastSteps = 10; ///< that the ablation averages over
constexpr size_t kNamedScripts = 5; ///< the others together, unless they are one

double perTrace(int64_t count, const TraceSums& sums)
{
    return sums.traces > 0 ? double(count) / double(sums.traces) : NAN;
}

/// Accuracy of the mixed traces of a step that were judged, or of the others.
double accuracyOf(const StepTally& step, bool mixed)
{
    const auto count = [&](TraceVerdict verdict) {
        return mixed ? step.of[verdict].mixed : step.of[verdict].traces - step.of[verdict].mixed;
    };
    const int64_t right = count(kRightTrace), wrong = count(kWrongTrace);
    return right + wrong > 0 ? double(right) / double(right + wrong) : NAN;
}

using ScriptCounts = std::array<int64_t, kWritingSystems>;

int64_t wordsIn(const ScriptCounts& words, const std::vector<WritingSystem>& scripts)
{
    int64_t sum = 0;
    for (const WritingSystem script : scripts)
        sum += words[size_t(script)];
    return sum;
}

double scriptShare(const StepTally& step, const std::vector<WritingSystem>& scripts)
{
    int64_t all = 0, of = 0;
    for (const TraceSums& sums : step.of) {
        all += std::accumulate(sums.scriptWords.begin(), sums.scriptWords.end(), int64_t(0));
        of += wordsIn(sums.scriptWords, scripts);
    }
    return all > 0 ? double(of) / double(all) : NAN;
}

/// The scripts that occur, each by itself, the commonest first; the rare ones of many together.
std::vector<std::vector<WritingSystem>> scriptsByCount(const ScriptCounts& words)
{
    std::vector<WritingSystem> found;
    for (int script = 0; script < kWritingSystems; ++script)
        if (words[size_t(script)] > 0)
            found.push_back(WritingSystem(script));
    std::stable_sort(found.begin(), found.end(),
        [&](WritingSystem a, WritingSystem b) { return words[size_t(a)] > words[size_t(b)]; });
    std::vector<std::vector<WritingSystem>> parts;
    for (const WritingSystem script : found)
        if (parts.size() <= kNamedScripts)
            parts.push_back({ script });
        else
            parts.back().push_back(script);
    return parts;
}

QString scriptsText(const std::vector<WritingSystem>& scripts)
{
    return scripts.size() == 1 ? scriptName(scripts.front()) : tr("%1 other scripts").arg(scripts.size());
}

/// Of two independent estimates with symmetric intervals.
QString differenceText(const ClusterShare& a, const ClusterShare& b)
{
    if (!std::isfinite(a.low) || !std::isfinite(b.low))
        return QStringLiteral("–");
    const double half = std::hypot((a.high - a.low) / 2, (b.high - b.low) / 2), difference = b.share - a.share;
    return pointsText(difference, difference - half, difference + half);
}

QWidget* page(std::initializer_list<QWidget*> widgets, QWidget* parent)
{
    auto* made = new QWidget(parent);
    auto* layout = new QVBoxLayout(made);
    layout->setContentsMargins(0, 6, 0, 0);
    int stretch = 1;
    for (QWidget* widget : widgets)
        layout->addWidget(widget, std::exchange(stretch, 0));
    return made;
}

} // namespace

MixingPage::MixingPage(QWidget* parent)
    : AnalysisPage(QStringLiteral("mixing"), parent)
    , m_comparison(new FiguresModel(this))
    , m_scripts(new FiguresModel(this))
    , m_ablation(new FiguresModel(this))
    , m_comparisonNote(makeNote(QStringLiteral("mixedNote"), this))
    , m_ablationNote(makeNote(QStringLiteral("ablationNote"), this))
    , m_shown(new QComboBox(this))
    , m_positions(new PositionFigure(QStringLiteral("mixing"), tr("language switches"),
          tr("Share of the language switches that stand in each twentieth of their trace. "
             "A switch is a word of another language than the word before it."),
          this))
    , m_lags(new LagFigure(QStringLiteral("mixingLags"), QStringLiteral("mixingLag"),
          { tr("mixing"), tr("Mixing with"), tr("Correlate mixing with"), tr("steps by which mixing is ahead"),
              tr("evaluations by which mixing is ahead") },
          this))
{
    m_shown->setObjectName(QStringLiteral("mixingShown"));
    m_shown->setAccessibleName(tr("What the first chart shows"));
    m_shown->addItems({ tr("mixed traces"), tr("language switches"), tr("words by script") });
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(tr("First chart"), this));
    bar->addWidget(m_shown);
    bar->addStretch(1);
    m_left->insertLayout(0, bar);
    m_charts->add(tr("Mixed traces"), tr("share of traces"), 0, NAN);
    m_charts->add(tr("Language switches"), tr("per response"), 0, NAN);
    m_charts->add(tr("Words by script"), tr("share of words"), 0, NAN);
    m_charts->add(tr("Accuracy"), tr("share right"), 0, 1);
    m_charts->add(tr("Length"), QStringLiteral("tokens"), 0, NAN);

    auto* scriptsNote = makeNote(QStringLiteral("mixingScriptsNote"), this);
    scriptsNote->setText(tr("A word of several scripts counts for each. What mixes is counted as the language metrics "
                            "do: words of two of English, Chinese and any other."));
    m_ablationTable = makeFigureTable(QStringLiteral("mixingAblation"), tr("Two runs side by side"), m_ablation, this);
    const auto tab = [this](QWidget* widget, const QString& name, const QString& tip) {
        m_figures->setTabToolTip(m_figures->addTab(widget, name), tip);
    };
    const QString comparison = tr("Mixed traces against the others"), scripts = tr("Words and traces by script");
    tab(page({ makeFigureTable(QStringLiteral("mixedComparison"), comparison, m_comparison, this), m_comparisonNote },
            this),
        tr("Mixed"), comparison);
    tab(page({ makeFigureTable(QStringLiteral("mixingScripts"), scripts, m_scripts, this), scriptsNote }, this),
        tr("Scripts"), scripts);
    tab(m_positions, tr("Position"), tr("Where in the trace the language changes"));
    tab(m_lags, tr("Lags"), tr("Which moves first"));
    tab(page({ m_ablationTable, m_ablationNote }, this), tr("Two runs"), tr("Two runs side by side"));
    connect(m_shown, &QComboBox::currentIndexChanged, this, [this] {
        showChosen();
        fill();
    });
    showChosen();
}

void MixingPage::showChosen()
{
    for (int i = 0; i <= Scripts; ++i)
        m_charts->setOffered(i, i == m_shown->currentIndex());
}

void MixingPage::fillCharts()
{
    m_charts->chart(Mixed)->setLines(
        byVerdict(QString(), [](const TraceSums& sums) { return perTrace(sums.mixed, sums); }));
    m_charts->chart(Switches)->setLines(
        byVerdict(QString(), [](const TraceSums& sums) { return perTrace(sums.switches, sums); }));
    Lines accuracy;
    add(accuracy, tr("one language"), seriesColor(0, dark()), Qt::SolidLine,
        [](const StepTally& step) { return accuracyOf(step, false); });
    add(
        accuracy, tr("mixed"), seriesColor(3, dark()), Qt::DashLine,
        [](const StepTally& step) { return accuracyOf(step, true); }, false);
    dropEmpty(accuracy);
    addHeldOut(accuracy);
    m_charts->chart(Accuracy)->setLines(accuracy);
    m_charts->chart(Length)->setLines(lengthLines());
    fillScriptLines();
}

void MixingPage::fillScriptLines()
{
    ScriptCounts words {};
    for (const Shown* shown : { &m_run, &m_other })
        if (shown->tally)
            for (const auto& step : shown->tally->steps.all())
                for (const TraceSums& sums : step->of)
                    for (size_t s = 0; s < words.size(); ++s)
                        words[s] += sums.scriptWords[s];
    const std::vector<std::vector<WritingSystem>> parts = scriptsByCount(words);
    static constexpr Qt::PenStyle styles[] = { Qt::SolidLine, Qt::DashLine, Qt::DotLine };
    Lines lines;
    for (size_t i = 0; i < parts.size(); ++i) {
        const qsizetype before = lines.size();
        add(
            lines, scriptsText(parts[i]), seriesColor(int(i), dark()), styles[i % std::size(styles)],
            [&](const StepTally& step) { return scriptShare(step, parts[i]); }, i == 1 || parts.size() == 1);
        if (i == 0 && parts.size() > 1) // beside nearly all of the words the others lie on the ground
            for (qsizetype at = before; at < lines.size(); ++at)
                lines[at].shown = false;
    }
    m_charts->chart(Scripts)->setLines(lines);
}

void MixingPage::fillFigures()
{
    m_scope->setText(scopeText());
    fillComparison();
    fillScripts();
    fillAblation();
    m_positions->setCounts(positionParts(m_run.tally->sums(m_from, m_to), &TraceSums::switchPositions));
    m_lags->setSteps(
        m_run.tally, m_from, m_to, [switches = m_shown->currentIndex() == Switches](const TraceSums& sums) {
            return perTrace(switches ? sums.switches : sums.mixed, sums);
        });
    showExamples(kMixedExample, tr("mixed traces"));
}

void MixingPage::fillComparison()
{
    const std::vector<ClusterCounts> groups = m_run.tally->clusters(TraceDivision::Mixing, m_from, m_to);
    const auto pooled = pooledRates(groups);
    const auto within = m_run.tally->within(TraceDivision::Mixing, m_from, m_to);
    const ClusterShare share = shareOfKind(groups);
    QVector<FiguresModel::Row> rows;
    const auto add = [&](const QString& name, const QString& mixed, const QString& others, const QString& help) {
        rows.append({ int(rows.size()), { name, mixed, others }, {}, help });
    };
    int64_t mixed = 0, others = 0;
    for (const ClusterCounts& group : groups) {
        mixed += group.allOf() * group.times;
        others += (group.all() - group.allOf()) * group.times;
    }
    add(tr("traces"), QStringLiteral("%L1").arg(mixed), QStringLiteral("%L1").arg(others),
        tr("n of the steps in view"));
    const auto sums = m_run.tally->sums(m_from, m_to);
    const int64_t judged = judgedOf(sums), unjudged = sums[kUnjudgedTrace].traces;
    if (unjudged > 0 && judged > 0) {
        const int64_t judgedMixed = sums[kRightTrace].mixed + sums[kWrongTrace].mixed;
        add(tr("judged"), QStringLiteral("%L1").arg(judgedMixed), QStringLiteral("%L1").arg(judged - judgedMixed),
            tr("n of the accuracy: what nobody judged is neither right nor wrong"));
    }
    if (pooled) {
        add(tr("accuracy"), percentText(pooled->rate), percentText(pooled->othersRate), tr("Share of right traces"));
        add(tr("95 % interval"), intervalText(pooled->rateLow, pooled->rateHigh),
            intervalText(pooled->othersLow, pooled->othersHigh),
            ofAnswers() ? tr("The problem is the unit: its answers are alike, at every evaluation")
                        : tr("The group is the unit: completions of one prompt are alike"));
    }
    const TraceSums together = allOf(sums);
    const auto mean = [](int64_t tokens, int64_t traces) {
        return traces > 0 ? QString::number(double(tokens) / double(traces), 'f', 1) : QStringLiteral("–");
    };
    add(tr("tokens, mean"), mean(together.mixedTokens, mixed), mean(together.tokens - together.mixedTokens, others),
        tr("The longer a trace, the likelier a word of another language: compare accuracies with this in mind"));
    m_comparison->setRows({ QString(), tr("Mixed"), tr("One language") }, rows);
    QString note = std::isfinite(share.share) && share.n > 0
        ? tr("%1 of the traces mix (%2, 95 %).").arg(percentText(share.share), intervalText(share.low, share.high))
        : QString();
    if (pooled)
        note += (ofAnswers() ? tr("\nMixed minus one language, all problems pooled: %1, n = %L2 problems.")
                             : tr("\nMixed minus one language, all groups pooled: %1, n = %L2 groups."))
                    .arg(pointsText(pooled->difference, pooled->low, pooled->high))
                    .arg(pooled->clusters);
    if (unjudged > 0 && judged == 0)
        note += tr("\nNo answer was judged: there is no accuracy to compare.");
    else if (!within)
        note += ofAnswers() ? tr("\nNo two problems in view have both kinds of answers at one evaluation.")
                            : tr("\nNo two groups in view have both kinds of traces.");
    else
        note
            += (ofAnswers() ? tr("\nSame problem, same evaluation: %1, n = %L2 problems that have both. Neither the "
                                 "problem nor the time can explain this one, length may (Mantel and Haenszel).")
                            : tr("\nSame prompt, same step: %1, n = %L2 groups that have both. Neither the problem nor "
                                 "the time can explain this one, length may (Mantel and Haenszel)."))
                   .arg(pointsText(within->difference, within->low, within->high))
                   .arg(within->clusters);
    m_comparisonNote->setText(note.trimmed());
}

void MixingPage::fillScripts()
{
    const auto sums = m_run.tally->sums(m_from, m_to);
    const std::vector<TraceVerdict> verdicts = verdictsIn(sums);
    QVector<FiguresModel::Row> rows;
    for (const std::vector<WritingSystem>& scripts : scriptsByCount(allOf(sums).scriptWords))
        for (const TraceVerdict verdict : verdicts) {
            const TraceSums& of = sums[verdict];
            const int64_t words = std::accumulate(of.scriptWords.begin(), of.scriptWords.end(), int64_t(0));
            const int64_t own = wordsIn(of.scriptWords, scripts);
            QString traces = QStringLiteral("–"), help = tr("%L1 of %L2 words").arg(own).arg(words);
            if (scripts.size() == 1) {
                const int64_t with = of.tracesWithScript[size_t(scripts.front())];
                traces = percentText(perTrace(with, of));
                help = tr("%L1 of %L2 words; in %L3 of %L4 traces").arg(own).arg(words).arg(with).arg(of.traces);
            } else { // a trace may hold several of them
                for (const WritingSystem script : scripts)
                    help += QLatin1Char('\n') + scriptName(script);
            }
            rows.append({ int(kTraceVerdicts) * int(scripts.front()) + int(verdict),
                { QStringLiteral("%1, %2").arg(scriptsText(scripts), verdictWord(verdict)),
                    percentText(words ? double(own) / double(words) : NAN), traces },
                {}, help });
        }
    m_scripts->setRows({ tr("Script"), tr("Of the words"), tr("In traces") }, rows);
}

void MixingPage::fillAblation()
{
    m_ablationTable->setVisible(m_other.tally != nullptr);
    if (!m_other.tally || m_other.tally->steps.all().empty() || m_run.tally->steps.all().empty()) {
        m_ablation->setRows({}, {});
        m_ablationNote->setText(tr(
            "Open a run with the reward for language consistency (rewards.language above 0) together with one without, "
            "then choose it beside “against” above: their mixing, accuracy and words stand side by side here."));
        return;
    }
    const int64_t last
        = std::min({ m_run.tally->steps.all().back()->step, m_other.tally->steps.all().back()->step, m_to });
    const int each = std::max(m_run.tally->steps.stepsEach(), m_other.tally->steps.stepsEach());
    const auto begin = [&](const RunTally& tally) {
        if (tally.of == TraceSource::Completions)
            return last - std::max<int64_t>(kLastSteps, each) + 1;
        int64_t newest = last; // one evaluation each: the two may have been evaluated at other steps
        for (const auto& step : tally.steps.all())
            if (step->step <= last)
                newest = step->step;
        return newest;
    };
    struct Side {
        ClusterShare mixed, right;
        QStringList cells;
    } sides[2];
    for (const bool second : { false, true }) {
        const RunTally& tally = second ? *m_other.tally : *m_run.tally;
        Side& side = sides[second];
        const int64_t from = begin(tally);
        const std::vector<ClusterCounts> groups = tally.clusters(TraceDivision::Mixing, from, last);
        side.mixed = shareOfKind(groups);
        side.right = shareRight(groups);
        const auto sums = tally.sums(from, last);
        const TraceSums together = allOf(sums);
        const int64_t traces = together.traces, judged = judgedOf(sums);
        side.cells = { QString::number(tally.languageWeight), percentText(side.mixed.share),
            intervalText(side.mixed.low, side.mixed.high), percentText(side.right.share),
            intervalText(side.right.low, side.right.high),
            judged == traces ? QStringLiteral("%L1").arg(traces) : tr("%L1, %L2 judged").arg(traces).arg(judged),
            traces ? QString::number(double(together.tokens) / double(traces), 'f', 1) : QStringLiteral("–") };
        QString pass = QStringLiteral("–"), interval = pass, held = pass;
        for (const EvaluationRow& e : tally.evaluations)
            if (e.step <= last) {
                pass = tr("%1 (step %2)").arg(percentText(e.pass1)).arg(e.step);
                interval = intervalText(e.pass1Low, e.pass1High);
                held = QStringLiteral("%1 × %2").arg(e.problems).arg(e.samples);
            }
        side.cells << pass << interval << held;
    }
    static constexpr const char* names[] = { "rewards.language", "mixed traces", "95 % interval", "right traces",
        "95 % interval", "traces (n)", "tokens, mean", "held-out pass@1", "95 % interval", "problems × samples (n)" };
    QVector<FiguresModel::Row> rows;
    for (qsizetype i = 0; i < sides[0].cells.size(); ++i)
        rows.append({ int(i), { translated(names[i]), sides[0].cells[i], sides[1].cells[i] }, {}, {} });
    m_ablation->setRows({ QString(), m_run.label, m_other.label }, rows);
    const QString scope = ofAnswers()
        ? tr("Evaluations at step %1 and at step %2. The second minus the first: mixed answers %3, right answers %4 "
             "(95 %, unpaired, the problem is the unit).%5")
              .arg(begin(*m_run.tally))
              .arg(begin(*m_other.tally))
        : tr("Steps %1 – %2. The second minus the first: mixed traces %3, right traces %4 (95 %, unpaired, the group "
             "is the unit).%5")
              .arg(m_run.tally->ends(begin(*m_run.tally), last).value_or(std::pair(begin(*m_run.tally), last)).first)
              .arg(last);
    m_ablationNote->setText(
        scope.arg(differenceText(sides[0].mixed, sides[1].mixed), differenceText(sides[0].right, sides[1].right),
            (m_run.tally->languageWeight > 0) == (m_other.tally->languageWeight > 0)
                ? tr(" Neither or both runs have the consistency reward: this is no ablation of it.")
                : QString()));
}

} // namespace aha
