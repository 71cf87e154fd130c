#include "core/run/rundeletion.h"

#include "core/protocol/run_folder.h"
#include "core/run/runlist.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace aha {

Result<void> deleteRun(const QString& folder)
{
    const std::string name = folder.toStdString();
    const QFileInfo info(QDir::cleanPath(folder));
    if (!info.isDir() || !isRunFolder(folder))
        return Error { "run_missing", name + " is not a run: it has no run.db, and no config.json without weights.",
            "Nothing was deleted. Refresh the table." };
    if (const auto holder = liveEngine(name))
        return Error { "run_busy", name + " is being trained by process " + std::to_string(holder->pid) + ".",
            "Stop it first; nothing was deleted." };
    if (info.isSymLink()) {
        if (QFile::remove(info.filePath()))
            return {};
        return Error { "file_unwritable", "The link " + name + " could not be removed.",
            "Check that its folder is writable." };
    }
    // Held while the files go, so that no engine starts in between.
    const Result<std::unique_ptr<Lease>> lease = Lease::acquire(name);
    if (!lease)
        return lease.error();
    if (!QDir(folder).removeRecursively())
        return Error { "file_unwritable", "Some files of " + name + " could not be deleted.",
            "Check that the folder is writable; what is left can be deleted again." };
    return {};
}

} // namespace aha
