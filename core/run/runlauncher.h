#pragma once
// Starts engines that outlive the window.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace aha {

/// Where the engine program is: $AHASCOPE_ENGINE, else beside this program (../engine/ahascope-engine in a build
/// tree, the same folder when installed).
QString enginePath();
/// Root of resources/ and experiments/: $AHASCOPE_ROOT, else the source tree this was built from.
QString resourceRootFolder();
/// Folder that holds runs: $AHASCOPE_RUNS, else ./runs.
QString runsFolder();

/// The command that start() runs, for display and for copying into a terminal.
QStringList trainCommand(const QString& configFile, const QString& runFolder);
QStringList resumeCommand(const QString& runFolder);

/// Starts `command` detached in its own session (it lives on when the window closes); standard output and error go to
/// engine.log in the run folder. Errors: engine_missing, engine_not_started.
Result<qint64> startDetached(const QStringList& command, const QString& runFolder);

/// A new folder name under runsFolder(): "<name>-<date>-<time>", made unique.
QString newRunFolder(const QString& name);

} // namespace aha
