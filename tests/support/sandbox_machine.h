#pragma once
// May a sandbox be made on this machine? Asked of bubblewrap alone, so that a broken sandbox is never a skipped test.

#include "core/sandbox/tools.h"

#include <QProcess>

#include <unistd.h>

namespace test {

/// Empty: namespaces work here. Else why not, for QSKIP.
inline QByteArray namespacesForbidden()
{
    const aha::SandboxTools tools = aha::findSandboxTools();
    if (tools.bubblewrap.empty())
        return "bubblewrap is not installed";
    QStringList command { QString::fromStdString(tools.bubblewrap), "--unshare-user", "--unshare-pid", "--unshare-net",
        "--ro-bind", "/", "/", "--proc", "/proc", "--", "/usr/bin/true" };
    if (::geteuid() == 0)
        command = QStringList {
            QString::fromStdString(tools.setpriv), "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"
        } + command;
    QProcess process;
    process.start(command.takeFirst(), command);
    if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return "this machine forbids namespaces: " + process.readAllStandardError().trimmed();
    return {};
}

} // namespace test
