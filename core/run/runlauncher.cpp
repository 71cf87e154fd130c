#include "core/run/runlauncher.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/start_note.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QSysInfo>

#include <csignal>

namespace aha {

namespace {

QString fromEnvironment(const char* name, const QString& otherwise)
{
    const QString value = qEnvironmentVariable(name);
    return value.isEmpty() ? otherwise : value;
}

} // namespace

QString enginePath()
{
    const QString own = QCoreApplication::applicationDirPath();
    QString found = own + QStringLiteral("/../engine/ahascope-engine");
    if (!QFileInfo::exists(found))
        found = own + QStringLiteral("/ahascope-engine");
    return fromEnvironment("AHASCOPE_ENGINE", QDir::cleanPath(found));
}

QString resourceRootFolder() { return fromEnvironment("AHASCOPE_ROOT", QStringLiteral(AHASCOPE_SOURCE_ROOT)); }

QString runsFolder()
{
    return fromEnvironment("AHASCOPE_RUNS", QDir::current().absoluteFilePath(QStringLiteral("runs")));
}

QString workspaceFile()
{
    return fromEnvironment("AHASCOPE_WORKSPACE",
        QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/workspace.db"));
}

Result<void> killEngine(const QString& runFolder)
{
    const auto holder = liveEngine(runFolder.toStdString());
    if (!holder || holder->pid <= 1)
        return Error { "engine_missing", "No engine holds " + runFolder.toStdString() + ".", "" };
    if (holder->host != QSysInfo::machineHostName().toStdString())
        return Error { "engine_elsewhere", "The engine of this run is on " + holder->host + ".",
            "End process " + std::to_string(holder->pid) + " there." };
    ::kill(pid_t(holder->pid), SIGKILL);
    return {};
}

QStringList trainCommand(const QString& configFile, const QString& runFolder)
{
    return { enginePath(), QStringLiteral("train"), configFile, QStringLiteral("--run-dir"), runFolder };
}

QStringList resumeCommand(const QString& runFolder) { return { enginePath(), QStringLiteral("resume"), runFolder }; }

Result<qint64> startDetached(const QStringList& command, const QString& runFolder)
{
    if (!QFileInfo(command.value(0)).isExecutable())
        return Error { "engine_missing", "The engine program is not at " + command.value(0).toStdString() + ".",
            "Build it with: ./ahascope build" };
    if (Result<void> made = makeFolders(runFolder.toStdString()); !made)
        return made.error();
    QProcess process;
    process.setProgram(command[0]);
    process.setArguments(command.mid(1));
    const QString log = runFolder + QLatin1Char('/') + QLatin1String(run_folder::kLog);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(log, QIODevice::Append);
    noteStart(log.toStdString());
    qint64 pid = 0;
    if (!process.startDetached(&pid)) // its own session: it lives on when the window closes
        return Error { "engine_not_started",
            "The engine could not be started: " + process.errorString().toStdString() + ".", "" };
    noteStarted(log.toStdString(), pid);
    return pid;
}

QString lastWordsIn(const QString& runFolder)
{
    return QString::fromStdString(newestStart(runFolder.toStdString()).words);
}

QString newRunFolder(const QString& name)
{
    const QString base = runsFolder() + QLatin1Char('/') + QString::fromStdString(runFolderName(name.toStdString()))
        + QDateTime::currentDateTime().toString(QStringLiteral("-yyyyMMdd-HHmmss"));
    QString folder = base;
    for (int i = 2; QFileInfo::exists(folder); ++i)
        folder = base + QStringLiteral("-%1").arg(i);
    return folder;
}

} // namespace aha
