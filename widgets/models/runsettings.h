#pragma once
// How a run's settings stand now, with what was changed while it trained; and which of them can change no more.

#include "core/config/run_config.h"

#include <QSet>
#include <QString>

#include <optional>

namespace aha {

struct RunSettings {
    RunConfig config;
    QSet<QString> changed; ///< paths that were set since the start
};
/// From config.json and the markers in run.db; nullopt where the configuration cannot be read.
std::optional<RunSettings> settingsNow(const QString& folder);

/// Does the run's weight schedule set this field? A person cannot then.
bool followsSchedule(const RunConfig& config, const Field& field);

/// Which settings cannot be changed while the run trains, and why, in one line.
QString fixedSettingsText(const RunConfig& config);

} // namespace aha
