#pragma once
// A report as one HTML file that loads nothing, or as Markdown with SVG and CSV beside it. Its own
// words are in the interface's language; what it quotes, and the names of settings and metrics, are as they are.

#include "widgets/models/reportdata.h"

namespace aha {

/// Well-formed as XML, too. Text of models and data is escaped, and what would hide or reorder it is a visible mark.
/// The page forbids itself to load anything.
QString reportHtml(const ReportData& data);
/// Charts are named as in writeReportFolder().
QString reportMarkdown(const ReportData& data);
/// "run,step,metric,value"
QString reportCsv(const ReportData& data);

Result<void> writeReportHtml(const ReportData& data, const QString& file);
/// report.md, metrics.csv, and one SVG file for each chart.
Result<void> writeReportFolder(const ReportData& data, const QString& folder);

} // namespace aha
