#include "widgets/models/sweepmodel.h"

#include "core/base/files.h"
#include "core/config/held_out.h"
#include "core/protocol/run_folder.h"
#include "core/run/estimate.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QDir>
#include <QMap>
#include <QSet>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <thread>

namespace aha {

namespace {

std::optional<RunConfig> configOf(const QString& folder)
{
    const Result<std::string> text
        = readFile(std::filesystem::path(folder.toStdString()) / run_folder::kConfig, 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    return config ? std::optional(*config) : std::nullopt;
}

QStringList foldersIn(const QString& runsFolder)
{
    QStringList folders;
    const QDir parent(runsFolder);
    for (const QString& name : parent.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Time))
        folders << parent.absoluteFilePath(name);
    return folders;
}

/// Means over the steps (last - kReadSteps, last]; a value that is no number is left out and not counted.
QHash<QString, SweepFigure> meansUpTo(const RunReader& reader, qint64 last, int steps)
{
    QHash<QString, SweepFigure> figures;
    for (qint64 step = std::max<qint64>(0, last - steps + 1); step <= last; ++step)
        if (const auto metrics = reader.metricsAt(step))
            for (const auto& [name, value] : *metrics)
                if (std::isfinite(value)) {
                    SweepFigure& figure = figures[QString::fromStdString(name)];
                    figure.value += value;
                    ++figure.n;
                }
    for (SweepFigure& figure : figures)
        figure.value /= figure.n;
    return figures;
}

void readFigures(const RunReader& reader, SweepRun& run)
{
    if (const auto evaluations = reader.evaluations(); evaluations && !evaluations->empty())
        for (const EvaluationRow& e : *evaluations) {
            if (e.task != evaluations->back().task)
                continue;
            run.newest = { e.pass1, e.pass1Low, e.pass1High, e.problems, e.samples, e.step };
            if (!run.best || e.pass1 > run.best->pass1)
                run.best = run.newest;
        }
    run.figures[size_t(SweepReading::LastStep)] = meansUpTo(reader, run.step, 1);
    run.figures[size_t(SweepReading::LastTen)] = meansUpTo(reader, run.step, kReadSteps);
    if (run.best)
        run.figures[size_t(SweepReading::BestEvaluation)] = meansUpTo(reader, run.best->step, kReadSteps);
}

QString figureText(double value) { return std::isfinite(value) ? shortNumber(value, 5) : QStringLiteral("–"); }

} // namespace

std::vector<SweepName> listSweeps(const QString& runsFolder)
{
    std::vector<SweepName> sweeps;
    for (const QString& folder : foldersIn(runsFolder)) {
        const auto config = configOf(folder);
        const QString name = config ? QString::fromStdString(sweepOf(config->general.name)) : QString();
        if (name.isEmpty())
            continue;
        const auto known
            = std::find_if(sweeps.begin(), sweeps.end(), [&](const SweepName& s) { return s.name == name; });
        if (known != sweeps.end())
            ++known->runs;
        else
            sweeps.push_back({ name, 1 });
    }
    return sweeps;
}

SweepData readSweep(const QString& runsFolder, const QString& name)
{
    QStringList folders;
    for (const QString& folder : foldersIn(runsFolder))
        if (const auto config = configOf(folder);
            config && QString::fromStdString(sweepOf(config->general.name)) == name)
            folders << folder;
    return readAsSweep(folders, name);
}

SweepData readAsSweep(const QStringList& folders, const QString& name)
{
    SweepData data;
    data.name = name;
    std::vector<RunConfig> configs;
    std::vector<SweepRun> runs;
    QSet<QString> metrics;
    for (const QString& folder : folders) {
        auto config = configOf(folder);
        if (!config)
            continue;
        const RunListRow row = readRunRow(folder);
        SweepRun run;
        run.folder = folder;
        run.name = row.name;
        run.kind = QString::fromStdString(config->general.kind);
        run.state = row.state;
        run.step = row.step;
        run.createdAt = row.createdAt;
        if (const auto reader = RunReader::open(folder.toStdString()))
            readFigures(**reader, run);
        for (const auto& figures : run.figures)
            for (auto it = figures.begin(); it != figures.end(); ++it)
                metrics.insert(it.key());
        runs.push_back(std::move(run));
        config->general.name.clear();
        configs.push_back(std::move(*config));
    }
    data.metrics = QStringList(metrics.begin(), metrics.end());
    if (configs.empty())
        return data;
    std::vector<std::vector<Field>> tables;
    for (RunConfig& config : configs)
        tables.push_back(fields(config));
    for (size_t f = 0; f < tables[0].size(); ++f) {
        QVector<bool> reads;
        std::set<std::string> values; // of those who read it
        for (size_t r = 0; r < runs.size(); ++r) {
            reads << readsField(configs[r], tables[r][f].info);
            if (reads.last())
                values.insert(tables[r][f].toText());
        }
        if (values.size() < 2)
            continue;
        data.fields << QString::fromStdString(tables[0][f].info.path());
        for (size_t r = 0; r < runs.size(); ++r) {
            runs[r].values << QString::fromStdString(tables[r][f].toText());
            runs[r].reads << reads[qsizetype(r)];
        }
    }
    std::stable_sort(
        runs.begin(), runs.end(), [](const SweepRun& a, const SweepRun& b) { return a.createdAt < b.createdAt; });
    data.metrics.sort();
    data.runs = std::move(runs);
    return data;
}

std::optional<double> sweepNumber(const SweepData& data, const SweepRun& run, const QString& column)
{
    if (column == QLatin1String(kPass1)) {
        const auto& evaluation = sweepEvaluation(data, run);
        return evaluation ? std::optional(evaluation->pass1) : std::nullopt;
    }
    if (const qsizetype field = data.fields.indexOf(column); field >= 0) {
        bool ok = false;
        const double value = run.values.value(field).toDouble(&ok);
        return ok && run.reads.value(field) ? std::optional(value) : std::nullopt;
    }
    const auto& figures = run.figures[size_t(data.reading)];
    const auto found = figures.constFind(column);
    return found == figures.constEnd() ? std::nullopt : std::optional(found->value);
}

QString sweepWord(const SweepRun& run, qsizetype field)
{
    if (!run.reads.value(field))
        return QStringLiteral("–");
    const std::string value = run.values.value(field).toStdString();
    return visibleLine(value.empty() ? quotedValue(value) : value);
}

QString withoutFigure(const SweepData& data, const QString& column)
{
    qsizetype without = 0;
    QMap<QString, bool> has; // by kind
    for (const SweepRun& run : data.runs) {
        const bool there = sweepNumber(data, run, column).has_value();
        without += !there;
        has[run.kind] |= there;
    }
    if (without == 0 || column.isEmpty())
        return {};
    const QStringList never = has.keys(false);
    return (without == 1 ? tr("%1 of %2 runs has no %3%4") : tr("%1 of %2 runs have no %3%4"))
        .arg(without)
        .arg(data.runs.size())
        .arg(column,
            never.isEmpty() || never.size() == has.size()
                ? QString()
                : QStringLiteral(" (%1)").arg(never.join(QStringLiteral(", "))));
}

const std::optional<SweepEvaluation>& sweepEvaluation(const SweepData& data, const SweepRun& run)
{
    return data.reading == SweepReading::BestEvaluation ? run.best : run.newest;
}

QString sweepTitle(const SweepData& data, const QString& column)
{
    const bool best = data.reading == SweepReading::BestEvaluation;
    if (column.isEmpty() || data.fields.contains(column))
        return column;
    if (column == QLatin1String(kPass1))
        return best ? tr("%1, best evaluation").arg(column) : column;
    if (data.reading == SweepReading::LastStep)
        return tr("%1, last step").arg(column);
    return (best ? tr("%1, mean of the %2 steps before the best evaluation") : tr("%1, mean of the last %2 steps"))
        .arg(column, QString::number(kReadSteps));
}

SweepTime sweepTime(const std::vector<SweepPoint>& points, const std::vector<RunListRow>& earlier,
    const std::filesystem::path& resourceRoot, std::stop_token stop)
{
    SweepTime time;
    std::map<std::string, int64_t> parameters; // by model: read once
    const int cores = int(std::max(1u, std::thread::hardware_concurrency()));
    for (const SweepPoint& point : points) {
        if (stop.stop_requested())
            break;
        const RunConfig& config = point.config;
        const int threads = config.general.threads > 0 ? int(config.general.threads) : cores;
        auto known = parameters.find(config.model.path);
        if (known == parameters.end()) {
            const Result<Estimate> estimate = estimateRun(config, resourceRoot, threads);
            known = parameters.emplace(config.model.path, estimate ? estimate->parameters : 0).first;
        }
        if (known->second == 0) {
            ++time.unknown;
            continue;
        }
        const TimeEstimate estimate = estimateTime(config, known->second, threads, measuredSteps(config, earlier));
        time.seconds += estimate.trainingSeconds + estimate.evaluationSeconds;
        time.measured += estimate.measured;
    }
    return time;
}

int SweepModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_data.runs.size()); }
int SweepModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : metricColumn() + 3; }

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole) || section < 0
        || section >= columnCount())
        return {};
    if (section == 0)
        return tr("Run");
    if (section == 1)
        return tr("State");
    if (section < metricColumn()) // the group is in the tool tip
        return role == Qt::ToolTipRole ? m_data.fields[section - 2]
                                       : m_data.fields[section - 2].section(QLatin1Char('.'), 1);
    const QString rest[] = { sweepTitle(m_data, m_metric), tr("95 % interval, n"), tr("Step") };
    return rest[section - metricColumn()];
}

QVariant SweepModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SweepRun& run = m_data.runs[size_t(index.row())];
    if (role == FolderRole)
        return run.folder;
    const int column = index.column(), metric = metricColumn();
    const bool sort = role == SortRole;
    if (role == Qt::TextAlignmentRole && column >= metric)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && !sort)
        return {};
    if (column == 0)
        return sort ? QVariant(run.createdAt) : QVariant(run.name);
    if (column == 1)
        return translated(stateName(run.state));
    if (column < metric) {
        const auto value = sort ? sweepNumber(m_data, run, m_data.fields[column - 2]) : std::nullopt;
        return value ? QVariant(*value) : QVariant(sweepWord(run, column - 2));
    }
    const auto& evaluation = sweepEvaluation(m_data, run);
    if (column == metric + 2) { // what the figure is of
        const qint64 step = m_data.reading == SweepReading::BestEvaluation && evaluation ? evaluation->step : run.step;
        return sort ? QVariant(step) : QVariant(QString::number(step));
    }
    const auto value = sweepNumber(m_data, run, m_metric);
    if (sort)
        return value.value_or(m_lower ? 1e300 : -1e300);
    if (!value)
        return QStringLiteral("–");
    const bool share = m_metric == QLatin1String(kPass1);
    if (column == metric)
        return share ? QStringLiteral("%1 %").arg(100 * *value, 0, 'f', 1) : figureText(*value);
    if (!share) { // steps of a run depend on each other: no interval can be said
        const auto& figures = run.figures[size_t(m_data.reading)];
        return figures.contains(m_metric) ? QStringLiteral("n = %1").arg(figures[m_metric].n) : QStringLiteral("–");
    }
    return QStringLiteral("%1 – %2 (n = %3 × %4)")
        .arg(100 * evaluation->low, 0, 'f', 1)
        .arg(100 * evaluation->high, 0, 'f', 1)
        .arg(evaluation->problems)
        .arg(evaluation->samples);
}

void SweepModel::setData(const SweepData& data, const QString& metric, bool lower)
{
    beginResetModel();
    m_lower = lower;
    m_data = data;
    m_metric = metric;
    endResetModel();
}

} // namespace aha
