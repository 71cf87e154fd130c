#include "widgets/models/runsettings.h"

#include "core/config/weight_schedule.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"

#include <QStringList>

#include <algorithm>

namespace aha {

std::optional<RunSettings> settingsNow(const QString& folder)
{
    const std::filesystem::path path = folder.toStdString();
    const Result<std::string> text = readConfigText(path);
    const Result<RunConfig> read = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!read)
        return std::nullopt;
    RunSettings now { *read, {} };
    if (const auto reader = RunReader::open(path))
        if (const auto markers = (*reader)->markers())
            for (const MarkerRow& marker : *markers)
                if (marker.kind == "set" && applySetting(now.config, marker.text))
                    now.changed.insert(QString::fromStdString(marker.text).section(QLatin1Char('='), 0, 0));
    return now;
}

bool followsSchedule(const RunConfig& config, const Field& field)
{
    const auto sets = [&](const RewardWeight& part) {
        return field.info.path() == std::string("rewards.") + part.name && isScheduled(config.rewards, part.weight);
    };
    return std::any_of(std::begin(kRewardWeights), std::end(kRewardWeights), sets);
}

QString fixedSettingsText(const RunConfig& config)
{
    RunConfig copy = config; // fields() gives what can be written
    QStringList whole, part, scheduled;
    for (const Field& field : fields(copy)) {
        if (!readsField(config.general.kind, field.info))
            continue;
        const QString group = translated(groupTitle(field.info.group));
        if (field.info.live) {
            if (whole.removeAll(group) > 0 || !part.contains(group))
                part << group;
            if (followsSchedule(config, field))
                scheduled << translated(field.info.label);
        } else if (!part.contains(group) && !whole.contains(group)) {
            whole << group;
        }
    }
    QString text
        = tr("Fixed, because a run reads them once, when it begins: all of %1; of %2 what is not offered here. "
             "A new run can have others.")
              .arg(whole.join(QStringLiteral(", ")), part.join(QStringLiteral(", ")));
    if (!scheduled.isEmpty())
        text += QLatin1Char(' ')
            + tr("The weight schedule sets %1, step by step.").arg(scheduled.join(QStringLiteral(", ")));
    return text;
}

} // namespace aha
