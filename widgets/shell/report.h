#pragma once
// A run on paper: every panel as PNG, the figures as Markdown and CSV. Needs no display.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace aha {

/// Writes report.md, metrics.csv and the pictures to `out`. Errors: those of RunReader::open, and file errors.
Result<void> writeReport(const QString& run, const QString& out);

/// Every page of the window with these runs open, light and dark, at 1280x800 and 2560x1440, as PNG files in `out`.
Result<void> writeScreenshots(
    const QStringList& runs, const QString& out, const QString& model = {}, const QString& data = {});

} // namespace aha
