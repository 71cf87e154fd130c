#include "core/run/runlist.h"

#include "core/config/data_sources.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/start_note.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <thread>

namespace aha {

namespace {

/// Where the engine finds it, as it stores it (resolvedConfig() in engine/train_run.h).
QString storedPath(const std::string& path)
{
    const QFileInfo given(QString::fromStdString(path));
    const QString own = resourceRootFolder() + QLatin1Char('/') + given.filePath();
    return path.empty()                                                   ? QString()
        : given.isRelative() && !given.exists() && QFileInfo::exists(own) ? QDir::cleanPath(own)
                                                                          : QDir::cleanPath(given.absoluteFilePath());
}

QString storedPaths(const DataConfig& data)
{
    const Result<std::vector<DataSource>> sources = dataSources(data);
    if (!sources)
        return QString::fromStdString(data.path);
    QStringList paths;
    for (const DataSource& source : *sources)
        paths << storedPath(source.path);
    return paths.join(QLatin1Char(';'));
}

} // namespace

QString shapeOf(const RunConfig& c)
{
    const int64_t threads
        = c.general.threads > 0 ? c.general.threads : std::max(1u, std::thread::hardware_concurrency());
    const QString machine = QStringLiteral("%1 %2 t%3 ")
                                .arg(storedPath(c.model.path), QString::fromStdString(c.general.device))
                                .arg(threads);
    if (c.general.kind == "sft")
        return machine
            + QStringLiteral("sft %1x%2 %3 %4 r%5")
                  .arg(c.sft.batchSize)
                  .arg(c.sft.maxLength)
                  .arg(QString::fromStdString(c.sft.packing), storedPaths(c.data))
                  .arg(c.adapter.rank);
    const bool rewards = stageOf(c.general.kind) == Stage::RewardModel;
    if (learnsFromRows(c))
        return machine
            + QStringLiteral("%1 %2x%3 %4 r%5")
                  .arg(QString::fromStdString(c.general.kind))
                  .arg(rewards ? c.rewardModel.batchSize : c.preference.batchSize)
                  .arg(rewards ? c.rewardModel.maxLength : c.preference.maxLength)
                  .arg(storedPaths(c.data))
                  .arg(c.adapter.rank);
    return machine
        + QStringLiteral("%1x%2x%3 mu%4 s%5 %6 %7")
              .arg(c.rollout.promptsPerStep)
              .arg(c.rollout.numGenerations)
              .arg(c.rollout.maxCompletionLength)
              .arg(c.algorithm.numIterations)
              .arg(c.algorithm.stepsPerGeneration)
              .arg(c.algorithm.beta != 0 ? QStringLiteral("ref") : QString())
              .arg(QString::fromStdString(c.general.kind));
}

MeasuredSteps measuredSteps(const RunConfig& config, const std::vector<RunListRow>& earlier)
{
    RunConfig on = config;
    const std::vector<std::string> devices = config.general.device == "auto"
        ? std::vector<std::string> { "cuda", "cpu" }
        : std::vector<std::string> { config.general.device };
    for (const std::string& device : devices) {
        on.general.device = device;
        const QString shape = shapeOf(on);
        std::vector<double> seconds;
        for (const RunListRow& run : earlier)
            if (run.stepSeconds > 0 && run.shape == shape)
                seconds.push_back(run.stepSeconds);
        if (seconds.empty())
            continue;
        std::nth_element(seconds.begin(), seconds.begin() + qsizetype(seconds.size() / 2), seconds.end());
        return { seconds[seconds.size() / 2], int(seconds.size()) };
    }
    return {};
}

namespace {

/// What a run minimises, in a word or two.
std::string lossName(const RunConfig& c)
{
    const std::string& kind = c.general.kind;
    if (kind == "grpo")
        return c.algorithm.lossType;
    return kind == "sft"         ? kind + " " + c.sft.lossType
        : kind == "dpo"          ? kind + " " + c.preference.lossType
        : kind == "reward_model" ? kind + " " + c.rewardModel.objective
        : kind == "cpo"          ? kind + " " + c.preference.cpoLoss
                                 : kind;
}

} // namespace

RunListRow readRunRow(const QString& folder)
{
    RunListRow row;
    row.folder = folder;
    row.name = QFileInfo(folder).fileName();
    row.key = folder;
    row.createdAt = double(QFileInfo(folder).birthTime().toSecsSinceEpoch());
    const std::filesystem::path path = folder.toStdString();
    if (const Result<std::string> text = readConfigText(path))
        if (const Result<RunConfig> config = runConfigFromJson(*text)) {
            row.name = QString::fromStdString(config->general.name);
            row.task = QString::fromStdString(config->task.name);
            row.model = QString::fromStdString(config->model.path);
            row.shape = shapeOf(*config);
            row.kind = QString::fromStdString(config->general.kind);
            row.lossType = QString::fromStdString(config->algorithm.lossType);
            if (learnsFromRows(*config))
                row.task = QFileInfo(QString::fromStdString(config->data.path)).fileName();
            row.lossType = QString::fromStdString(lossName(*config));
            row.maxSteps = config->general.maxSteps;
            row.seed = config->general.seed;
        }
    std::string marker;
    if (const auto reader = RunReader::open(path)) {
        if (const auto summary = (*reader)->summary()) {
            marker = summary->lastMarker;
            row.step = std::max<qint64>(summary->lastStep, 0);
            row.createdAt = summary->createdAt;
            // The folder's first name and the moment of its creation: a run id alone may come twice.
            row.key = QStringLiteral("%1@%2")
                          .arg(QString::fromStdString(summary->runId))
                          .arg(summary->createdAt, 0, 'f', 3);
        }
        if (const auto seconds = (*reader)->series("perf/step_seconds"); seconds && seconds->size() >= 3) {
            std::vector<double> sorted; // the median: evaluations and a busy machine make outliers
            for (const SeriesPoint& point : *seconds)
                if (std::isfinite(point.value))
                    sorted.push_back(point.value);
            if (!sorted.empty()) {
                std::nth_element(sorted.begin(), sorted.begin() + qsizetype(sorted.size() / 2), sorted.end());
                row.stepSeconds = sorted[sorted.size() / 2];
            }
        }
        if (const auto reward = (*reader)->series("reward", row.step - 1);
            reward && !reward->empty() && std::isfinite(reward->back().value))
            row.reward = reward->back().value;
        if (const auto evaluations = (*reader)->evaluations(); evaluations && !evaluations->empty()) {
            const EvaluationRow& last = evaluations->back();
            row.pass1 = last.pass1;
            row.pass1Low = last.pass1Low;
            row.pass1High = last.pass1High;
            row.evalProblems = last.problems;
            row.evalSamples = last.samples;
            row.evalStep = last.step;
        }
    } else {
        row.problem = QString::fromStdString(reader.error().sentence());
    }
    row.state = stateOfRun(path, marker);
    const QDir there(folder);
    if (row.state == RunState::Interrupted && there.exists(QLatin1String(run_folder::kLog))
        && !there.exists(QLatin1String(run_folder::kDatabase))) { // why it did not begin is in no database
        const StartNote start = newestStart(path);
        row.problem = start.words.empty() ? QString::fromLatin1(kEndedUnbegun) : QString::fromStdString(start.words);
        if (start.running) { // on its way to the lease
            row.state = RunState::Starting;
            row.problem.clear();
        } else if (!start.words.empty()) {
            row.state = RunState::Failed;
        }
    }
    if (row.state == RunState::Starting)
        row.part = startPartOfRun(path);
    return row;
}

bool isRunFolder(const QString& folder)
{
    if (QFileInfo::exists(folder + QStringLiteral("/run.db")))
        return true;
    return QFileInfo::exists(folder + QStringLiteral("/config.json"))
        && QDir(folder).entryList({ QStringLiteral("*.safetensors"), QStringLiteral("*.gguf") }, QDir::Files).isEmpty();
}

std::vector<RunListRow> scanRuns(const QString& runsFolder)
{
    std::vector<RunListRow> rows;
    const QDir parent(runsFolder);
    for (const QFileInfo& info : parent.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden)) {
        const QString folder = info.absoluteFilePath();
        // A hidden one is a run only with its database: the queue keeps configurations in such folders.
        if (info.isHidden() ? QFileInfo::exists(folder + QStringLiteral("/run.db")) : isRunFolder(folder))
            rows.push_back(readRunRow(folder));
    }
    std::stable_sort(
        rows.begin(), rows.end(), [](const RunListRow& a, const RunListRow& b) { return a.createdAt > b.createdAt; });
    return rows;
}

} // namespace aha
