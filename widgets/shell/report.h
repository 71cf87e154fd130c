#pragma once
// A run on paper: every panel as PNG, the figures as Markdown and CSV. Needs no display.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

#include "widgets/models/reportdata.h"
#include "widgets/panels/openrun.h"

namespace aha {

/// The charts of these runs that have something to show, as inline SVG, in the colours of paper.
std::vector<ReportChart> drawReportCharts(OpenRuns runs);

/// Writes report.md, metrics.csv, the pictures and report.html, which stands alone, to `out`. Errors: those of
/// RunReader::open, and file errors.
Result<void> writeReport(const QString& run, const QString& out);

} // namespace aha
