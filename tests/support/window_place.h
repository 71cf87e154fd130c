#pragma once
// A window that a test opens keeps its runs, its settings and itself apart from a person's.

#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace aha::support {

/// Runs in `folder`/runs, settings in `folder`/settings, the sources' own resources. Before the first window.
inline void placeWindowIn(const QTemporaryDir& folder)
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.filePath(QStringLiteral("settings")));
    qputenv("AHASCOPE_RUNS", folder.filePath(QStringLiteral("runs")).toUtf8());
    qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
}

} // namespace aha::support
