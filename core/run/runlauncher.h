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
/// The window's own memory: $AHASCOPE_WORKSPACE, else workspace.db in the user's application data.
QString workspaceFile();

/// The command that start() runs, for display and for copying into a terminal.
QStringList trainCommand(const QString& configFile, const QString& runFolder);
QStringList resumeCommand(const QString& runFolder);

/// Starts `command` detached in its own session (it lives on when the window closes); standard output and error go to
/// engine.log in the run folder, which tells this start from earlier ones (start_note.h). Errors: engine_missing,
/// engine_not_started.
Result<qint64> startDetached(const QStringList& command, const QString& runFolder);

/// Of an engine that left none.
inline constexpr const char* kEndedUnbegun = "The engine ended before it began. Its folder's engine.log may say why.";
/// The sentence, with what to do, that the engine started last for this run left last on standard error; "" for none.
QString lastWordsIn(const QString& runFolder);

/// A new folder name under runsFolder(): "<name>-<date>-<time>", made unique.
QString newRunFolder(const QString& name);

/// Ends an engine that does not answer (SIGKILL): what it committed is safe, the run is interrupted and can be resumed.
/// Errors: engine_missing when none holds the run, engine_elsewhere when it runs on another host.
Result<void> killEngine(const QString& runFolder);

} // namespace aha
