#include "widgets/models/sweepmodel.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/estimate.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"

#include <QDir>

#include <algorithm>
#include <cmath>
#include <map>
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

QString number(double value) { return std::isfinite(value) ? shortNumber(value, 5) : QStringLiteral("–"); }

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
    SweepData data;
    data.name = name;
    std::vector<RunConfig> configs;
    std::vector<SweepRun> runs;
    for (const QString& folder : foldersIn(runsFolder)) {
        auto config = configOf(folder);
        if (!config || QString::fromStdString(sweepOf(config->general.name)) != name)
            continue;
        const RunListRow row = readRunRow(folder);
        SweepRun run { folder, row.name, row.state, row.step, row.createdAt, {}, {}, row.pass1, row.pass1Low,
            row.pass1High, row.evalProblems, row.evalSamples };
        if (const auto reader = RunReader::open(folder.toStdString()))
            if (auto metrics = (*reader)->metricsAt(row.step))
                run.metrics = std::move(*metrics);
        for (const auto& [metric, value] : run.metrics)
            if (!data.metrics.contains(QString::fromStdString(metric)))
                data.metrics << QString::fromStdString(metric);
        runs.push_back(std::move(run));
        config->general.name.clear();
        configs.push_back(std::move(*config));
    }
    if (configs.empty())
        return data;
    std::vector<std::vector<Field>> tables;
    for (RunConfig& config : configs)
        tables.push_back(fields(config));
    for (size_t f = 0; f < tables[0].size(); ++f) {
        const std::string first = tables[0][f].toText();
        if (std::all_of(tables.begin(), tables.end(), [&](const auto& table) { return table[f].toText() == first; }))
            continue;
        data.fields << QString::fromStdString(tables[0][f].info.path());
        for (size_t r = 0; r < runs.size(); ++r)
            runs[r].values << QString::fromStdString(tables[r][f].toText());
    }
    std::stable_sort(
        runs.begin(), runs.end(), [](const SweepRun& a, const SweepRun& b) { return a.createdAt < b.createdAt; });
    data.metrics.sort();
    data.runs = std::move(runs);
    return data;
}

std::optional<double> sweepNumber(const SweepData& data, const SweepRun& run, const QString& column)
{
    if (column == QLatin1String(kPass1))
        return run.pass1;
    if (const qsizetype field = data.fields.indexOf(column); field >= 0) {
        bool ok = false;
        const double value = run.values.value(field).toDouble(&ok);
        return ok ? std::optional(value) : std::nullopt;
    }
    for (const auto& [name, value] : run.metrics)
        if (column == QString::fromStdString(name))
            return std::isfinite(value) ? std::optional(value) : std::nullopt;
    return std::nullopt;
}

SweepTime sweepTime(const std::vector<SweepPoint>& points, const std::vector<RunListRow>& earlier,
    const std::filesystem::path& resourceRoot)
{
    SweepTime time;
    std::map<std::string, int64_t> parameters; // by model: read once
    const int cores = int(std::max(1u, std::thread::hardware_concurrency()));
    for (const SweepPoint& point : points) {
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
        std::vector<double> seconds;
        for (const RunListRow& row : earlier)
            if (row.stepSeconds > 0 && row.shape == shapeOf(config))
                seconds.push_back(row.stepSeconds);
        MeasuredSteps measured;
        if (!seconds.empty()) {
            std::nth_element(seconds.begin(), seconds.begin() + qsizetype(seconds.size() / 2), seconds.end());
            measured = { seconds[seconds.size() / 2], int(seconds.size()) };
        }
        const TimeEstimate estimate = estimateTime(config, known->second, threads, measured);
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
    const QString rest[] = { m_metric, tr("95 % interval"), tr("Step") };
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
        return value ? QVariant(*value) : QVariant(run.values.value(column - 2));
    }
    if (column == metric + 2)
        return sort ? QVariant(run.step) : QVariant(QString::number(run.step));
    const auto value = sweepNumber(m_data, run, m_metric);
    if (sort)
        return value.value_or(m_lower ? 1e300 : -1e300);
    if (!value)
        return QStringLiteral("–");
    const bool share = m_metric == QLatin1String(kPass1);
    if (column == metric)
        return share ? QStringLiteral("%1 %").arg(100 * *value, 0, 'f', 1) : number(*value);
    if (!share) // one number of one step: no interval can be said
        return QStringLiteral("–");
    return QStringLiteral("%1 – %2 (n = %3 × %4)")
        .arg(100 * run.pass1Low.value_or(*value), 0, 'f', 1)
        .arg(100 * run.pass1High.value_or(*value), 0, 'f', 1)
        .arg(run.problems)
        .arg(run.samples);
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
