#include "widgets/shell/itemkind.h"

#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlist.h"
#include "widgets/language/translation.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <nlohmann/json.hpp>

namespace aha {

namespace {

constexpr const char* kDataEndings[] = { "jsonl", "ndjson", "csv", "tsv", "parquet", "json" };
constexpr const char* kModelEndings[] = { "gguf", "safetensors" };
/// Of a configuration in YAML, or a recipe or launch script of another framework: the import says which.
constexpr const char* kRecipeEndings[] = { "yaml", "yml", "py", "sh" };

template <size_t N> bool endsLike(const QFileInfo& file, const char* const (&endings)[N])
{
    QString name = file.fileName().toLower();
    for (const char* packed : { ".gz", ".zst" })
        if (name.endsWith(QLatin1String(packed)))
            name.chop(int(qstrlen(packed)));
    for (const char* ending : endings)
        if (name.endsWith(QLatin1Char('.') + QLatin1String(ending)))
            return true;
    return false;
}

/// An object whose members are groups of the configuration.
bool isSettings(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > (64 << 10))
        return false;
    const nlohmann::json json
        = nlohmann::json::parse(file.readAll().toStdString(), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || json.empty())
        return false;
    RunConfig config;
    const std::vector<Field> known = fields(config);
    for (auto it = json.begin(); it != json.end(); ++it)
        for (const Field& field : known)
            if (it.key() == field.info.group && it->is_object())
                return true;
    return false;
}

} // namespace

ItemKind itemKind(const QString& path)
{
    const QFileInfo info(path);
    if (info.isDir()) {
        const QDir dir(path);
        if (dir.exists(QLatin1String(run_folder::kDatabase)))
            return ItemKind::Run;
        bool model = dir.exists(QStringLiteral("adapter_config.json")), data = false;
        for (const QFileInfo& file : dir.entryInfoList(QDir::Files)) {
            model = model || endsLike(file, kModelEndings);
            data = data || (endsLike(file, kDataEndings) && file.suffix() != QLatin1String("json"));
        }
        return model ? ItemKind::Model : data ? ItemKind::Data : ItemKind::Unknown;
    }
    if (!info.isFile())
        return ItemKind::Unknown;
    if (info.fileName() == QLatin1String(run_folder::kDatabase)) // someone took the file for the run
        return ItemKind::Run;
    if (endsLike(info, kModelEndings))
        return ItemKind::Model;
    if (info.suffix().toLower() == QLatin1String("json") && isSettings(path))
        return ItemKind::Settings;
    if (endsLike(info, kRecipeEndings))
        return ItemKind::Recipe;
    return endsLike(info, kDataEndings) ? ItemKind::Data : ItemKind::Unknown;
}

QString unknownItemSentence(const QString& path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return tr("There is nothing at %1.").arg(path);
    QStringList runs;
    for (const QFileInfo& inside : QDir(path).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot))
        if (isRunFolder(inside.filePath()))
            runs << inside.fileName();
    if (info.isDir() && !runs.isEmpty())
        return tr("%1 is no run itself; %2 in it: open one of them (%3%4).")
            .arg(path, runs.size() == 1 ? tr("1 run lies") : tr("%1 runs lie").arg(runs.size()),
                runs.mid(0, 3).join(QStringLiteral(", ")), runs.size() > 3 ? QStringLiteral(", …") : QString());
    return info.isDir()
        ? tr("%1 is no run (it has no run.db), no model (no .safetensors or .gguf file) and no data set.").arg(path)
        : tr("%1 is nothing that opens here: a run is a folder, a model a folder or a .gguf file, data is "
             "JSON Lines, JSON, CSV, TSV or Parquet, a recipe is a .yaml, .py or .sh file.")
              .arg(path);
}

} // namespace aha
