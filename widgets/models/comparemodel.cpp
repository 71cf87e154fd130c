#include "widgets/models/comparemodel.h"

#include "core/base/cluster_rates.h"
#include "core/base/files.h"
#include "core/base/seed_comparison.h"
#include "core/base/statistics.h"
#include "core/config/held_out.h"
#include "core/protocol/run_folder.h"
#include "core/store/metric_direction.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/markertext.h"
#include "widgets/models/visibletext.h"

#include <QFont>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace aha {

namespace {

const QString kNone = QStringLiteral("–");

QString percent(double share) { return fixedNumber(100 * share, 1); }

QString passText(const EvaluationRow& e)
{
    return tr("%1 % (%2 – %3), n = %4 × %5, step %6")
        .arg(percent(e.pass1), percent(e.pass1Low), percent(e.pass1High))
        .arg(e.problems)
        .arg(e.samples)
        .arg(e.step);
}

QString cell(const ComparedRun& run, const std::function<QString(const ComparedRun&)>& text)
{
    return run.problem.isEmpty() ? text(run) : kNone;
}

/// A figure with its 95 % interval; NaN where none can be said.
struct Ranked {
    double value = 0, low = NAN, high = NAN;
};

struct Figure {
    const char *name, *help;
    std::function<QString(const ComparedRun& run, const ComparedRun& first)> text;
    std::function<std::optional<Ranked>(const ComparedRun& run)> value = {}; ///< of figures that have a better end
    MetricDirection better = MetricDirection::Higher;
    /// Values of different kinds (other tasks, other k) are not ranked.
    std::function<QString(const ComparedRun& run)> kind = {};
};

/// Which value is the best beyond its interval: that overlaps no other's. Empty where none is.
QVector<bool> bestOf(const std::vector<std::optional<Ranked>>& values, MetricDirection better)
{
    const bool lower = better == MetricDirection::Lower;
    const Ranked* best = nullptr;
    for (const auto& value : values)
        if (value && std::isfinite(value->value)
            && (!best || (lower ? value->value < best->value : value->value > best->value)))
            best = &*value;
    QVector<bool> marks;
    bool others = false;
    for (const auto& value : values) {
        marks << (value && &*value == best);
        if (!value || &*value == best || !std::isfinite(value->value))
            continue;
        others = true;
        if (!(lower ? best->high < value->low : best->low > value->high)) // NaN: nobody knows
            return {};
    }
    return others ? marks : QVector<bool>();
}

std::optional<Ranked> newestPass(const ComparedRun& run)
{
    if (run.evaluations.empty())
        return std::nullopt;
    const EvaluationRow& e = run.evaluations.back();
    return Ranked { e.pass1, e.pass1Low, e.pass1High };
}

const EvaluationRow* newestVote(const ComparedRun& run)
{
    for (auto e = run.evaluations.rbegin(); e != run.evaluations.rend(); ++e)
        if (e->cons)
            return &*e;
    return nullptr;
}

std::optional<Ranked> voteOf(const ComparedRun& run)
{
    const EvaluationRow* e = newestVote(run);
    if (!e)
        return std::nullopt;
    const auto [low, high] = wilsonInterval(int64_t(std::llround(*e->cons * e->problems)), e->problems);
    return Ranked { *e->cons, low, high };
}

std::optional<Ranked> preferencesOf(const ComparedRun& run)
{
    if (run.preferences == 0)
        return std::nullopt;
    const auto [low, high]
        = wilsonInterval(std::llround(run.preferenceAccuracy * double(run.preferences)), run.preferences);
    return Ranked { run.preferenceAccuracy, low, high };
}

std::optional<Ranked> trainingAccuracy(const ComparedRun& run)
{
    if (run.groupRates.empty())
        return std::nullopt;
    const auto [low, high] = clusteredInterval(run.groupRates);
    return Ranked { mean(run.groupRates), low, high };
}

std::vector<Figure> heldOutFigures()
{
    return {
        { "pass@1 now", "Newest held-out evaluation, with its 95 % interval",
            [](const ComparedRun& r, const ComparedRun&) {
                return r.evaluations.empty() ? kNone : passText(r.evaluations.back());
            },
            &newestPass, MetricDirection::Higher,
            [](const ComparedRun& r) {
                return r.evaluations.empty() ? QString() : QString::fromStdString(r.evaluations.back().task);
            } },
        { "Against the first run",
            "Difference of pass@1 in points, paired over the problems that both runs evaluated last, with its 95 % "
            "interval: the paired bootstrap over these problems (10,000 resamples, seed 1), as on the tab Outcomes. An "
            "interval without 0 is a difference beyond chance.",
            [](const ComparedRun& r, const ComparedRun& first) {
                if (&r == &first || r.evaluations.empty() || first.evaluations.empty())
                    return kNone;
                const auto text = [](double share) { return QString::fromStdString(pointsText(share)); };
                const auto& d = r.againstFirst;
                return d ? tr("%1 points (%2 to %3, paired bootstrap), n = %4 shared problems")
                               .arg(text(d->difference), text(d->low), text(d->high))
                               .arg(d->problems)
                         : tr("– (no shared problems)");
            } },
        { "pass@1 at the start", "First held-out evaluation",
            [](const ComparedRun& r, const ComparedRun&) {
                return r.evaluations.empty() ? kNone : passText(r.evaluations.front());
            } },
        { "Best pass@1", "Highest of all evaluations: the best of many is biased upwards",
            [](const ComparedRun& r, const ComparedRun&) {
                const auto best = std::max_element(r.evaluations.begin(), r.evaluations.end(),
                    [](const EvaluationRow& a, const EvaluationRow& b) { return a.pass1 < b.pass1; });
                return best == r.evaluations.end() ? kNone : passText(*best);
            } },
        { "pass@k",
            "Unbiased pass@k (Chen et al. 2021) of the newest evaluation that drew several samples, with its 95 % "
            "bootstrap interval over problems (10,000 resamples)",
            [](const ComparedRun& r, const ComparedRun&) {
                return !r.passK ? kNone
                                : tr("pass@%1 %2 % (%3 – %4), n = %5 × %6, step %7")
                                      .arg(r.passK->k)
                                      .arg(percent(r.passK->share), percent(r.passK->low), percent(r.passK->high))
                                      .arg(r.passK->problems)
                                      .arg(r.passK->samples)
                                      .arg(r.passK->step);
            },
            [](const ComparedRun& r) {
                return r.passK ? std::optional(Ranked { r.passK->share, r.passK->low, r.passK->high }) : std::nullopt;
            },
            MetricDirection::Higher, [](const ComparedRun& r) { return QString::number(r.passK ? r.passK->k : 0); } },
        { "cons@n",
            "Majority vote over the samples of the newest evaluation that drew several. Samples without an answer do "
            "not "
            "vote, and of equally frequent answers the one sampled first counts",
            [](const ComparedRun& r, const ComparedRun&) {
                const EvaluationRow* e = newestVote(r);
                if (!e)
                    return kNone;
                const Ranked vote = *voteOf(r);
                return tr("cons@%1 %2 % (%3 – %4), n = %5, step %6")
                    .arg(e->samples)
                    .arg(percent(vote.value), percent(vote.low), percent(vote.high))
                    .arg(e->problems)
                    .arg(e->step);
            },
            &voteOf, MetricDirection::Higher,
            [](const ComparedRun& r) { return QString::number(newestVote(r) ? newestVote(r)->samples : 0); } },
        { "Preference accuracy",
            "Held-out preferences that the policy ranks right, newest evaluation, with its 95 % interval over them "
            "(eval_rewards/accuracies or eval_accuracy). KTO and fine-tuning rank nothing.",
            [](const ComparedRun& r, const ComparedRun&) {
                const auto share = preferencesOf(r);
                if (!share)
                    return kNone;
                return tr("%1 % (%2 – %3), n = %4, step %5")
                    .arg(percent(share->value), percent(share->low), percent(share->high))
                    .arg(r.preferences)
                    .arg(r.preferenceStep);
            },
            &preferencesOf },
    };
}

std::optional<double> valueOf(const ComparedRun& run, const std::string& name)
{
    for (const auto& [key, value] : run.metrics)
        if (key == name && !std::isnan(value))
            return value;
    return std::nullopt;
}

/// The metric as it was recorded, with the n and the interval of the step's completions.
QString metric(const ComparedRun& run, const char* name)
{
    const std::optional<double> value = valueOf(run, name);
    if (!value)
        return kNone;
    const auto number = [](double x) { return shortNumber(x, 4); };
    const auto found = run.estimates.find(name);
    if (found == run.estimates.end())
        return number(*value);
    const ComparedRun::Estimate& estimate = found->second;
    if (std::isfinite(estimate.low))
        return tr("%1 (%2 – %3), n = %4 in %5 groups")
            .arg(number(*value), number(estimate.low), number(estimate.high))
            .arg(estimate.n)
            .arg(estimate.groups);
    return tr("%1, n = %2").arg(number(*value)).arg(estimate.n);
}

std::vector<Figure> trainingFigures()
{
    std::vector<Figure> figures {
        { "State", "",
            [](const ComparedRun& r, const ComparedRun&) {
                return r.lastStep < 0 ? r.state : tr("%1, step %2").arg(r.state).arg(r.lastStep);
            } },
        { "Training accuracy",
            "Share of right completions at the newest step; the 95 % interval is over groups, because samples of one "
            "prompt are not independent",
            [](const ComparedRun& r, const ComparedRun&) {
                const auto share = trainingAccuracy(r);
                if (!share)
                    return kNone;
                return tr("%1 % (%2 – %3), n = %4 in %5 groups")
                    .arg(percent(share->value), percent(share->low), percent(share->high))
                    .arg(r.completions)
                    .arg(r.groupRates.size());
            },
            &trainingAccuracy },
    };
    static constexpr const char *kOverGroups = "Mean over the newest step's completions; the 95 % interval is over "
                                               "groups, because samples of one prompt are not independent",
                                *kOverTokens = "Mean over all tokens of the newest step; n is their number. A step "
                                               "keeps this mean alone, so no interval can be said";
    static const std::array<const char*, 3> metrics[] = { { "Reward", "reward", kOverGroups },
        { "Response length, tokens", "completions/mean_length", kOverGroups },
        { "Reflection words per response", "reflection/per_response", kOverGroups },
        { "Share that mixes languages", "language/mixed_share", kOverGroups },
        { "Truncated share", "completions/clipped_ratio", kOverGroups }, { "Entropy, nats", "entropy", kOverTokens } };
    for (const auto& [name, key, help] : metrics) {
        Figure figure { name, help, [key = key](const ComparedRun& r, const ComparedRun&) { return metric(r, key); } };
        if (const auto better = metricDirection(key)) {
            figure.value = [key = key](const ComparedRun& r) -> std::optional<Ranked> {
                const auto value = valueOf(r, key);
                const auto estimate = r.estimates.find(key);
                return !value                       ? std::nullopt
                    : estimate == r.estimates.end() ? std::optional(Ranked { *value })
                                                    : Ranked { *value, estimate->second.low, estimate->second.high };
            };
            figure.better = *better;
        }
        figures.push_back(std::move(figure));
    }
    figures.push_back(
        { "Step time, s", "Median of the newest steps (perf/step_seconds); the list of runs has that of all steps",
            [](const ComparedRun& r, const ComparedRun&) {
                return r.stepSeconds.empty() ? kNone
                                             : tr("%1, median of the last n = %2 steps")
                                                   .arg(QString::number(median(r.stepSeconds), 'g', 4))
                                                   .arg(r.stepSeconds.size());
            } });
    return figures;
}

/// What the means of the newest step rest on.
void estimate(const std::vector<GroupRow>& groups, ComparedRun& run)
{
    const auto over = [&](const char* name, auto&& valueOfRow) { // its interval stands around the recorded mean
        const std::optional<double> recorded = valueOf(run, name);
        std::vector<double> means;
        int64_t n = 0;
        for (const GroupRow& group : groups) {
            std::vector<double> values;
            for (const CompletionRow& row : group.completions)
                if (const std::optional<double> value = valueOfRow(row))
                    values.push_back(*value);
            n += int64_t(values.size());
            if (!values.empty())
                means.push_back(mean(values));
        }
        if (!recorded || n == 0)
            return;
        ComparedRun::Estimate made { NAN, NAN, n, means.size() };
        if (means.size() > 1) {
            const double half
                = studentQuantile(double(means.size() - 1)) * sampleStd(means) / std::sqrt(double(means.size()));
            made.low = *recorded - half;
            made.high = *recorded + half;
        }
        run.estimates[name] = made;
    };
    const auto share = [&](const char* name, auto&& is) {
        std::vector<ClusterCounts> counts;
        for (const GroupRow& group : groups) {
            const auto of = int64_t(std::count_if(group.completions.begin(), group.completions.end(), is));
            counts.push_back({ of, 0, int64_t(group.completions.size()) - of, 0 });
        }
        if (const ClusterShare made = shareOfKind(counts); made.n > 0 && valueOf(run, name))
            run.estimates[name] = { made.low, made.high, made.n, size_t(made.clusters) };
    };
    over("reward", [](const CompletionRow& row) { return row.reward; });
    over("completions/mean_length", [](const CompletionRow& row) { return std::optional(double(row.tokens)); });
    over("reflection/per_response", [](const CompletionRow& row) { return std::optional(double(row.reflections)); });
    share("language/mixed_share", [](const CompletionRow& row) { return row.mixesLanguage; });
    share("completions/clipped_ratio", [](const CompletionRow& row) { return row.finishReason == "length"; });
    int64_t tokens = 0;
    for (const GroupRow& group : groups)
        for (const CompletionRow& row : group.completions)
            tokens += row.tokens;
    if (tokens > 0)
        run.estimates["entropy"] = { NAN, NAN, tokens, groups.size() };
}

void readPassAtK(const RunReader& reader, ComparedRun& run)
{
    const auto e = std::find_if(run.evaluations.rbegin(), run.evaluations.rend(),
        [](const EvaluationRow& row) { return row.samples > 1 && !row.passK.empty(); });
    if (e == run.evaluations.rend())
        return;
    const auto [k, share] = *e->passK.rbegin();
    run.passK = { k, e->problems, e->samples, share, 0, 1, e->step };
    const auto problems = reader.evaluationProblems(e->id, /*withExamples=*/false);
    if (!problems || problems->size() < 2)
        return;
    std::vector<double> each;
    for (const EvaluationProblemRow& row : *problems)
        each.push_back(passAtK(e->samples, std::min(row.correct, e->samples), std::min(k, e->samples)));
    const auto [low, high] = bootstrapInterval(each, kResamples, kPairedSeed);
    const double aside = share - mean(each); // samples that nobody judged are counted in neither
    run.passK->low = std::clamp(low + aside, 0.0, 1.0);
    run.passK->high = std::clamp(high + aside, 0.0, 1.0);
}

/// Equal at the start is not equal: the setting's own row says what became of it.
void readChanges(const RunReader& reader, ComparedRun& run)
{
    const auto markers = reader.markers();
    if (!markers)
        return;
    QSet<QString> changed;
    for (const MarkerRow& marker : *markers) {
        const std::optional<SettingChange> change = settingChange(marker);
        if (!change)
            continue;
        auto setting = std::find_if(run.settings.begin(), run.settings.end(),
            [&](const ComparedRun::Setting& one) { return one.path == change->path; });
        if (setting == run.settings.end())
            setting = run.settings.insert(setting, { change->path, kNone, {} });
        if (!changed.contains(change->path) && !change->before.isEmpty())
            setting->text = change->before;
        changed.insert(change->path);
        setting->text += QStringLiteral(" → ") + change->after + tr(" (after step %1)").arg(marker.step);
    }
}

void readPreferences(const RunReader& reader, ComparedRun& run)
{
    for (const char* name : { "eval_rewards/accuracies", "eval_accuracy" }) {
        const auto accuracy = reader.series(name), samples = reader.series("eval_samples");
        if (!accuracy || !samples)
            continue;
        for (const SeriesPoint& point : *accuracy)
            for (const SeriesPoint& n : *samples)
                if (n.step == point.step && std::isfinite(point.value) && n.value >= 1) {
                    run.preferenceAccuracy = point.value;
                    run.preferences = std::llround(n.value);
                    run.preferenceStep = point.step;
                }
    }
}

} // namespace

ComparedRun readComparedRun(const QString& folder)
{
    ComparedRun run;
    run.folder = folder;
    const std::filesystem::path path = folder.toStdString();
    bool isJudged = true; // rows of preferences, answers and reward models stand there without a verdict of their own
    if (const Result<std::string> text = readFile(path / run_folder::kConfig, 1 << 20))
        if (Result<RunConfig> config = runConfigFromJson(*text)) {
            const Stage stage = stageOf(config->general.kind);
            isJudged = stage == Stage::Online || stage == Stage::Distillation;
            for (const Field& field : fields(*config))
                if (readsField(*config, field.info))
                    run.settings.push_back({ QString::fromStdString(field.info.path()), visibleLine(field.toText()),
                        translated(field.info.help) });
        }
    const auto reader = RunReader::open(path);
    if (!reader) {
        run.problem = translated(reader.error().sentence());
        return run;
    }
    if (const auto last = (*reader)->lastStep())
        run.lastStep = *last;
    if (const auto metrics = (*reader)->metricsAt(run.lastStep))
        run.metrics = *metrics;
    if (const auto times = (*reader)->series("perf/step_seconds", run.lastStep - kTimedSteps))
        for (const SeriesPoint& point : *times)
            if (!std::isnan(point.value))
                run.stepSeconds.push_back(point.value);
    readPreferences(**reader, run);
    readChanges(**reader, run);
    if (const auto groups = (*reader)->groupsWithCompletions(run.lastStep); groups && isJudged) {
        estimate(*groups, run);
        for (const GroupRow& group : *groups) {
            const auto right = std::count_if(
                group.completions.begin(), group.completions.end(), [](const CompletionRow& c) { return c.correct; });
            const int judged = judgedOf(group); // where nobody judges there is no rate
            if (judged > 0)
                run.groupRates.push_back(double(right) / judged);
            run.completions += judged;
        }
    }
    if (auto evaluations = (*reader)->evaluations())
        run.evaluations = std::move(*evaluations);
    if (!run.evaluations.empty())
        if (auto problems = (*reader)->evaluationProblems(run.evaluations.back().id, /*withExamples=*/false))
            run.problems = std::move(*problems);
    readPassAtK(**reader, run);
    return run;
}

void compareWithFirst(std::vector<ComparedRun>& runs)
{
    for (size_t i = 1; i < runs.size(); ++i)
        if (const ComparedRun& first = runs.front(), &run = runs[i];
            !first.evaluations.empty() && !run.evaluations.empty())
            runs[i].againstFirst = pairedDifference(
                first.problems, first.evaluations.back().samples, run.problems, run.evaluations.back().samples);
}

int CompareModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int CompareModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_labels.size()) + 1;
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (section == 0)
        return role == Qt::DisplayRole ? QVariant(tr("Figure or setting")) : QVariant();
    return role == Qt::DisplayRole   ? QVariant(m_labels[section - 1])
        : role == Qt::DecorationRole ? QVariant(m_colors[size_t(section) - 1])
        : role == Qt::ToolTipRole    ? QVariant(plainToolTip(visibleText(m_folders[section - 1].toStdString())))
                                     : QVariant();
}

QVariant CompareModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()) || index.column() > m_labels.size())
        return {};
    const Row& row = m_rows[size_t(index.row())];
    const int run = index.column() - 1;
    const bool differs = run > 0 && row.setting && row.cells[run] != row.cells[0];
    switch (role) {
    case Qt::DisplayRole:
        return run < 0 ? row.name : row.section ? QString() : row.cells[run];
    case SectionRole:
        return row.section;
    case DiffersRole:
        return differs;
    case BestRole:
        return row.isBest(run);
    case Qt::ToolTipRole:
        return row.help.isEmpty() && run < 0
            ? QVariant()
            : QVariant(plainToolTip(run < 0 ? row.help
                    : row.section           ? QString()
                    : row.isBest(run)
                    ? row.cells[run] + tr("\nBold: the best of these runs; its 95 % interval overlaps no other.")
                    : row.cells[run]));
    case Qt::FontRole: {
        QFont font;
        font.setBold(true);
        return row.section || differs || row.isBest(run) ? QVariant(font) : QVariant();
    }
    case Qt::AccessibleTextRole:
        return run < 0 || row.section
            ? QVariant(row.name)
            : QVariant(QStringLiteral("%1, %2: %3").arg(row.name, m_labels[run], row.cells[run])
                + (row.isBest(run) ? tr(", the best") : QString()));
    default:
        return {};
    }
}

void CompareModel::setRuns(const std::vector<ComparedRun>& runs, bool onlyDifferent, const QString& filter)
{
    beginResetModel();
    m_rows.clear();
    m_labels.clear();
    m_folders.clear();
    m_colors.clear();
    for (const ComparedRun& run : runs) {
        m_labels << run.label;
        m_folders << (run.problem.isEmpty() ? run.folder : run.problem);
        m_colors.push_back(run.color);
    }
    const auto wanted = [&](const QString& name) {
        return filter.trimmed().isEmpty() || name.contains(filter.trimmed(), Qt::CaseInsensitive);
    };
    const auto equal = [](const QStringList& cells) {
        return std::all_of(cells.begin(), cells.end(), [&](const QString& c) { return c == cells.front(); });
    };
    const auto section = [&](const QString& title, std::vector<Row> rows, const QString& whenEmpty) {
        if (rows.empty() && whenEmpty.isEmpty())
            return;
        m_rows.push_back({ true, false, rows.empty() ? whenEmpty : title, {}, {} });
        m_rows.insert(m_rows.end(), rows.begin(), rows.end());
    };
    const auto figures = [&](const std::vector<Figure>& list) {
        std::vector<Row> rows;
        for (const Figure& figure : list) {
            Row row { false, false, translated(figure.name), translated(figure.help), {} };
            for (const ComparedRun& run : runs)
                row.cells << cell(run, [&](const ComparedRun& r) { return figure.text(r, runs.front()); });
            if (figure.value) {
                std::vector<std::optional<Ranked>> values;
                QSet<QString> kinds;
                for (const ComparedRun& run : runs) {
                    values.push_back(run.problem.isEmpty() ? figure.value(run) : std::nullopt);
                    if (values.back() && figure.kind)
                        kinds.insert(figure.kind(run));
                }
                if (kinds.size() < 2)
                    row.best = bestOf(values, figure.better);
            }
            if (wanted(row.name) && !(equal(row.cells) && row.cells.value(0) == kNone))
                rows.push_back(row);
        }
        return rows;
    };
    if (!runs.empty()) {
        section(tr("Held-out, 95 % intervals"), figures(heldOutFigures()), {});
        section(tr("Training, newest step"), figures(trainingFigures()), {});
        // Settings and metrics of all runs, in the order of the first that has them.
        std::vector<Row> settings, metrics;
        QHash<QString, size_t> placeOf[2];
        const auto put
            = [&](std::vector<Row>& rows, const QString& name, const QString& help, size_t run, const QString& text) {
                  auto& places = placeOf[&rows == &settings];
                  auto found = places.constFind(name);
                  if (found == places.constEnd()) {
                      const QStringList cells(qsizetype(runs.size()), kNone);
                      found = places.insert(name, rows.size());
                      rows.push_back({ false, &rows == &settings, name, help, cells });
                  }
                  rows[*found].cells[qsizetype(run)] = text;
              };
        for (size_t i = 0; i < runs.size(); ++i) {
            for (const ComparedRun::Setting& setting : runs[i].settings)
                put(settings, setting.path, setting.help, i, setting.text);
            for (const auto& [name, value] : runs[i].metrics)
                put(metrics, visibleLine(name), {}, i, std::isnan(value) ? kNone : shortNumber(value, 5));
        }
        for (std::vector<Row>* rows : { &settings, &metrics })
            std::erase_if(*rows, [&](const Row& row) {
                return !wanted(row.name) || (onlyDifferent && runs.size() > 1 && equal(row.cells));
            });
        section(onlyDifferent && runs.size() > 1 ? tr("Settings that differ") : tr("Settings"), settings,
            filter.trimmed().isEmpty() ? tr("All settings are equal") : QString());
        section(tr("All metrics, newest step"), metrics, {});
    }
    endResetModel();
}

} // namespace aha
