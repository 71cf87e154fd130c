#include "widgets/models/knownpaths.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/pathfacts.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace aha {

namespace {

constexpr int kMostRecent = 10, kMostRuns = 8, kMostFetched = 12;
constexpr qint64 kCountedBytes = 16 << 20; ///< rows of a larger file are not counted for a menu

void add(std::vector<KnownPath>& all, const QString& path, const QString& name)
{
    const QString whole = QFileInfo(path).absoluteFilePath();
    if (!path.isEmpty() && QFileInfo::exists(whole)
        && std::none_of(all.begin(), all.end(), [&](const KnownPath& one) { return one.path == whole; }))
        all.push_back({ whole, visibleLine(name.toStdString()), {} });
}

} // namespace

QString modelLine(const ModelConfig& model)
{
    const char* names[] = { "Llama", "Mistral", "Qwen2", "Qwen3", "DeepSeek-V3" };
    return tr("%1, %2 parameters, %3 tokens")
        .arg(QLatin1String(names[std::clamp(int(model.architecture), 0, 4)]), countText(double(model.parameterCount())),
            countText(double(model.maxPositionEmbeddings)));
}

QString modelFact(const QString& path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return tr("There is nothing at this path.");
    if (info.isFile())
        return bytesText(double(info.size()));
    const Result<ModelConfig> model = readModelConfig(path.toStdString());
    return model ? modelLine(*model) : visibleText(model.error().sentence());
}

std::vector<KnownPath> knownModels(const KnownSources& sources)
{
    std::vector<KnownPath> all;
    for (const QString& path : sources.recent.mid(0, kMostRecent))
        add(all, path, shortModelName(path));
    for (const QString& run : sources.runs.mid(0, kMostRuns))
        if (const auto reader = RunReader::open(run.toStdString()))
            if (const auto rows = (*reader)->checkpoints())
                for (auto row = rows->rbegin(); row != rows->rend(); ++row)
                    if (const QString path = run + QLatin1Char('/') + QString::fromStdString(row->path);
                        !row->removed && QFileInfo::exists(path)) {
                        add(all, path, shortModelName(path));
                        break; // the newest; the others are in the menu of checkpoints
                    }
    for (const char* folder : { "/.deps/models", "/resources/models" }) {
        const QDir shelf(sources.root + QLatin1String(folder));
        for (const QFileInfo& entry :
            shelf.entryInfoList(QDir::Dirs | QDir::Files | QDir::NoDotAndDotDot, QDir::Name).mid(0, kMostFetched))
            if (entry.isDir() ? QFileInfo::exists(entry.filePath() + QStringLiteral("/config.json"))
                              : entry.fileName().endsWith(QLatin1String(".gguf")))
                add(all, entry.filePath(), entry.fileName());
    }
    for (KnownPath& one : all)
        one.fact = modelFact(one.path);
    return all;
}

std::vector<KnownPath> knownData(const KnownSources& sources)
{
    std::vector<KnownPath> all;
    for (const QString& path : sources.recent.mid(0, kMostRecent))
        add(all, path, QFileInfo(path).fileName());
    for (const QString& run : sources.runs.mid(0, kMostRuns)) {
        const Result<std::string> text
            = readFile(std::filesystem::path(run.toStdString()) / run_folder::kConfig, 1 << 20);
        const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
        if (!config)
            continue;
        for (const std::string& paths : { config->data.path, config->data.evalPath })
            for (const QString& one : QString::fromStdString(paths).split(QLatin1Char(';'), Qt::SkipEmptyParts)) {
                const QString path = one.trimmed();
                add(all, QDir::isAbsolutePath(path) ? path : sources.root + QLatin1Char('/') + path,
                    QFileInfo(path).fileName());
            }
    }
    for (KnownPath& one : all) {
        const QFileInfo info(one.path);
        one.fact
            = info.isFile() && info.size() > kCountedBytes ? bytesText(double(info.size())) : dataFact(one.path).line;
        if (one.fact.startsWith(one.name + QLatin1Char(':'))) // the menu has the name
            one.fact = one.fact.mid(one.name.size() + 1).trimmed();
    }
    return all;
}

} // namespace aha
