#include "widgets/panels/mixingpage.h"

#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/plots/seriescolors.h"

#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

namespace {

constexpr int64_t kLastSteps = 10; ///< that the ablation averages over

double mixedShare(const StepTally& step) { return double(step.of[0].mixed + step.of[1].mixed) / double(step.traces()); }

/// Accuracy of the mixed traces of a step, or of the others.
double accuracyOf(const StepTally& step, bool mixed)
{
    const int64_t right = mixed ? step.of[1].mixed : step.of[1].traces - step.of[1].mixed,
                  wrong = mixed ? step.of[0].mixed : step.of[0].traces - step.of[0].mixed;
    return right + wrong > 0 ? double(right) / double(right + wrong) : NAN;
}

double scriptShare(const StepTally& step, Script script)
{
    int64_t all = 0, of = 0;
    for (const TraceSums& sums : step.of)
        for (size_t s = 0; s < sums.scriptWords.size(); ++s) {
            all += sums.scriptWords[s];
            of += s == size_t(script) ? sums.scriptWords[s] : 0;
        }
    return all > 0 ? double(of) / double(all) : NAN;
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
{
    m_charts->add(tr("Mixed traces"), tr("share of traces"), 0, NAN);
    m_charts->add(tr("Accuracy"), tr("share right"), 0, 1);
    m_charts->add(tr("Words by script"), tr("share of words"), 0, NAN);
    m_figures->addTab(page({ makeFigureTable(QStringLiteral("mixedComparison"), tr("Mixed traces against the others"),
                                 m_comparison, this),
                               m_comparisonNote },
                          this),
        tr("Mixed or not"));
    m_figures->addTab(
        page({ makeFigureTable(QStringLiteral("mixingScripts"), tr("Words and traces by script"), m_scripts, this) },
            this),
        tr("By script"));
    m_ablationTable = makeFigureTable(QStringLiteral("mixingAblation"), tr("Two runs side by side"), m_ablation, this);
    m_figures->addTab(page({ m_ablationTable, m_ablationNote }, this), tr("Two runs"));
}

void MixingPage::fillCharts()
{
    const QColor blue = seriesColor(0, dark()), pink = seriesColor(3, dark());
    QVector<LinePlot::Line> mixed, accuracy, scripts;
    const bool several = m_other.tally != nullptr;
    if (several) { // two runs: one line each, in the runs' own colours
        mixed = { line(m_run, m_run.label, m_run.color, Qt::SolidLine, mixedShare),
            line(m_other, m_other.label, m_other.color, Qt::DashLine, mixedShare) };
        const auto training = [](const StepTally& step) { return double(step.of[1].traces) / double(step.traces()); };
        accuracy = { line(m_run, m_run.label + tr(" training"), m_run.color, Qt::SolidLine, training),
            line(m_other, m_other.label + tr(" training"), m_other.color, Qt::DashLine, training),
            heldOut(m_run, m_run.label + QStringLiteral(" held-out"), m_run.color),
            heldOut(m_other, m_other.label + QStringLiteral(" held-out"), m_other.color) };
    } else {
        const auto of = [](size_t right) {
            return [right](const StepTally& step) {
                return step.of[right].traces ? double(step.of[right].mixed) / double(step.of[right].traces) : NAN;
            };
        };
        mixed = { line(m_run, tr("right"), rightColor(), Qt::SolidLine, of(1)),
            line(m_run, tr("wrong"), wrongColor(), Qt::DashLine, of(0)) };
        accuracy = { line(m_run, tr("one language"), blue, Qt::SolidLine,
                         [](const StepTally& step) { return accuracyOf(step, false); }),
            line(
                m_run, tr("mixed"), pink, Qt::DashLine, [](const StepTally& step) { return accuracyOf(step, true); }) };
    }
    for (const Shown* shown : { &m_run, &m_other }) {
        if (!shown->tally)
            continue;
        const Qt::PenStyle style = shown == &m_run ? Qt::SolidLine : Qt::DashLine;
        const QString name = several ? shown->label + QLatin1Char(' ') : QString();
        scripts.append(line(*shown, name + tr("Chinese"), several ? shown->color : pink, style,
            [](const StepTally& step) { return scriptShare(step, Script::Chinese); }));
        LinePlot::Line other = line(*shown, name + tr("other scripts"), several ? shown->color : seriesColor(4, dark()),
            Qt::DotLine, [](const StepTally& step) { return scriptShare(step, Script::Other); });
        other.shown = !several;
        if (std::any_of(other.values.begin(), other.values.end(), [](double share) { return share > 0; }))
            scripts.append(other);
    }
    m_charts->chart(0)->setLines(mixed);
    m_charts->chart(1)->setLines(accuracy);
    m_charts->chart(2)->setLines(scripts);
}

void MixingPage::fillFigures()
{
    m_scope->setText(scopeText());
    fillComparison();
    fillScripts();
    fillAblation();
    showExamples(kMixedExample, tr("mixed traces"));
}

void MixingPage::fillComparison()
{
    const std::vector<ClusterCounts> groups = m_run.tally->mixing(m_from, m_to);
    const auto pooled = pooledRates(groups);
    const auto within = ratesWithinClusters(groups);
    const ClusterShare share = shareOfKind(groups);
    QVector<FiguresModel::Row> rows;
    const auto add = [&](const QString& name, const QString& mixed, const QString& others, const QString& help) {
        rows.append({ int(rows.size()), { name, mixed, others }, {}, help });
    };
    int64_t mixed = 0, others = 0;
    for (const ClusterCounts& group : groups) {
        mixed += group.of * group.times;
        others += group.others * group.times;
    }
    add(tr("traces"), QStringLiteral("%L1").arg(mixed), QStringLiteral("%L1").arg(others),
        tr("n of the steps in view"));
    if (pooled) {
        add(tr("accuracy"), percentText(pooled->rate), percentText(pooled->othersRate), tr("Share of right traces"));
        add(tr("95 % interval"), intervalText(pooled->rateLow, pooled->rateHigh),
            intervalText(pooled->othersLow, pooled->othersHigh),
            tr("The group is the unit: completions of one prompt are alike"));
    }
    const auto sums = m_run.tally->sums(m_from, m_to);
    const auto mean = [](int64_t tokens, int64_t traces) {
        return traces > 0 ? QString::number(double(tokens) / double(traces), 'f', 1) : QStringLiteral("–");
    };
    const int64_t mixedTokens = sums[0].mixedTokens + sums[1].mixedTokens;
    add(tr("tokens, mean"), mean(mixedTokens, mixed), mean(sums[0].tokens + sums[1].tokens - mixedTokens, others),
        tr("The longer a trace, the likelier a word of another language: compare accuracies with this in mind"));
    m_comparison->setRows({ QString(), tr("Mixed"), tr("One language") }, rows);
    QString note = std::isfinite(share.share) && share.n > 0
        ? tr("%1 of the traces mix (%2, 95 %).").arg(percentText(share.share), intervalText(share.low, share.high))
        : QString();
    if (pooled)
        note += tr("\nMixed minus one language, all groups pooled: %1, n = %L2 groups.")
                    .arg(pointsText(pooled->difference, pooled->low, pooled->high))
                    .arg(pooled->clusters);
    note += within ? tr("\nSame prompt, same step: %1, n = %L2 groups that have both. Neither the problem nor "
                        "the time can explain this one, length may (Mantel and Haenszel).")
                         .arg(pointsText(within->difference, within->low, within->high))
                         .arg(within->clusters)
                   : tr("\nNo two groups in view have both kinds of traces.");
    m_comparisonNote->setText(note.trimmed());
}

void MixingPage::fillScripts()
{
    static constexpr const char* names[] = { "English", "Chinese", "other scripts" };
    const auto sums = m_run.tally->sums(m_from, m_to);
    QVector<FiguresModel::Row> rows;
    for (const bool right : { true, false }) {
        int64_t words = 0;
        for (const int64_t count : sums[right].scriptWords)
            words += count;
        for (size_t s = 0; s < 3; ++s)
            rows.append({ int(rows.size()),
                { QStringLiteral("%1, %2").arg(translated(names[s]), right ? tr("right") : tr("wrong")),
                    words ? percentText(double(sums[right].scriptWords[s]) / double(words)) : QStringLiteral("–"),
                    sums[right].traces
                        ? percentText(double(sums[right].tracesWithScript[s]) / double(sums[right].traces))
                        : QStringLiteral("–") },
                {},
                tr("%L1 of %L2 words; in %L3 of %L4 traces")
                    .arg(sums[right].scriptWords[s])
                    .arg(words)
                    .arg(sums[right].tracesWithScript[s])
                    .arg(sums[right].traces) });
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
    const int64_t from = last - std::max<int64_t>(kLastSteps, each) + 1;
    struct Side {
        ClusterShare mixed, right;
        QStringList cells;
    } sides[2];
    for (const bool second : { false, true }) {
        const RunTally& tally = second ? *m_other.tally : *m_run.tally;
        Side& side = sides[second];
        const std::vector<ClusterCounts> groups = tally.mixing(from, last);
        side.mixed = shareOfKind(groups);
        side.right = shareRight(groups);
        const auto sums = tally.sums(from, last);
        const int64_t traces = sums[0].traces + sums[1].traces;
        side.cells = { QString::number(tally.languageWeight), percentText(side.mixed.share),
            intervalText(side.mixed.low, side.mixed.high), percentText(side.right.share),
            intervalText(side.right.low, side.right.high), QStringLiteral("%L1").arg(traces),
            traces ? QString::number(double(sums[0].tokens + sums[1].tokens) / double(traces), 'f', 1)
                   : QStringLiteral("–") };
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
    m_ablationNote->setText(
        tr("Steps %1 – %2. The second minus the first: mixed traces %3, right traces %4 (95 %, unpaired, the group "
           "is the unit).%5")
            .arg(m_run.tally->ends(from, last).value_or(std::pair(from, last)).first)
            .arg(last)
            .arg(differenceText(sides[0].mixed, sides[1].mixed), differenceText(sides[0].right, sides[1].right),
                (m_run.tally->languageWeight > 0) == (m_other.tally->languageWeight > 0)
                    ? tr(" Neither or both runs have the consistency reward: this is no ablation of it.")
                    : QString()));
}

} // namespace aha
