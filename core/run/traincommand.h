#pragma once
// The command line that trains a configuration, as a person would type it.

#include "core/config/run_config.h"

#include <QString>
#include <QStringList>

namespace aha {

/// "--set", "group.key=value" for every field of `wanted` that differs from `base`.
QStringList settingsBetween(const RunConfig& base, const RunConfig& wanted);
/// The verb `tasks` for one problem of the configuration's task, or row of its data set.
QStringList problemCommand(const RunConfig& config, qint64 seed);
/// One line for a POSIX shell: words with anything but plain characters are quoted.
QString shellLine(const QStringList& words);

} // namespace aha
