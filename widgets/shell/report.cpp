#include "widgets/shell/report.h"

#include "core/base/files.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/tracespanel.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

QString number(double value) { return std::isnan(value) ? QStringLiteral("–") : shortNumber(value, 5); }

QString percent(double value) { return QString::number(100 * value, 'f', 1) + QStringLiteral(" %"); }

} // namespace

Result<void> writeReport(const QString& run, const QString& out)
{
    const auto reader = RunReader::open(run.toStdString());
    if (!reader)
        return reader.error();
    const Result<RunSummary> summary = (*reader)->summary();
    if (!summary)
        return summary.error();
    if (Result<void> made = makeFolders(out.toStdString()); !made)
        return made.error();

    QString text = QStringLiteral("# %1\n\nRun `%2`, %3 steps, %4 groups, %5 completions.\n\n")
                       .arg(QString::fromStdString(summary->name), QString::fromStdString(summary->runId))
                       .arg(summary->steps)
                       .arg(summary->groups)
                       .arg(summary->completions);
    QString csv = QStringLiteral("step,metric,value\n");
    text += QStringLiteral("## Held-out evaluations\n\n| step | problems × samples | pass@1 | 95 % interval | pass@n | "
                           "cons@n |\n|---|---|---|---|---|---|\n");
    if (const auto evaluations = (*reader)->evaluations())
        for (const EvaluationRow& e : *evaluations)
            text += QStringLiteral("| %1 | %2 × %3 | %4 | %5 to %6 | %7 | %8 |\n")
                        .arg(e.step)
                        .arg(e.problems)
                        .arg(e.samples)
                        .arg(percent(e.pass1), percent(e.pass1Low), percent(e.pass1High),
                            e.samples > 1 && !e.passK.empty() ? QStringLiteral("%1 (n = %2)")
                                                                    .arg(percent(e.passK.rbegin()->second))
                                                                    .arg(e.passK.rbegin()->first)
                                                              : QStringLiteral("–"),
                            e.cons ? percent(*e.cons) : QStringLiteral("–"));
    text += QStringLiteral("\n## Metrics\n\n| metric | first | last | min | max | n |\n|---|---|---|---|---|---|\n");
    if (const auto names = (*reader)->metricNames())
        for (const std::string& name : *names) {
            const auto points = (*reader)->series(name);
            if (!points || points->empty())
                continue;
            double low = INFINITY, high = -INFINITY;
            for (const SeriesPoint& point : *points) {
                csv += QStringLiteral("%1,%2,%3\n")
                           .arg(point.step)
                           .arg(QString::fromStdString(name),
                               std::isnan(point.value) ? QString() : QString::number(point.value, 'g', 17));
                if (!std::isnan(point.value)) {
                    low = std::min(low, point.value);
                    high = std::max(high, point.value);
                }
            }
            text += QStringLiteral("| %1 | %2 | %3 | %4 | %5 | %6 |\n")
                        .arg(QString::fromStdString(name), number(points->front().value), number(points->back().value),
                            number(std::isinf(low) ? NAN : low), number(std::isinf(high) ? NAN : high))
                        .arg(points->size());
        }

    const OpenRuns runs { { std::make_shared<RunFeed>(run), QColor(0x2b, 0x6c, 0xb0),
        QString::fromStdString(summary->name) } };
    QStringList pictures;
    ChartsPanel charts;
    charts.resize(1280, 800);
    charts.setRuns(runs);
    charts.renderReport(out, pictures);
    TracesPanel traces;
    traces.resize(1600, 900);
    traces.setRuns(runs);
    if (summary->lastStep > 0)
        traces.showStep(run, summary->lastStep);
    traces.renderReport(out, pictures);
    text += QStringLiteral("\n## Pictures\n\n");
    for (const QString& picture : pictures)
        text += QStringLiteral("![%1](%2)\n\n")
                    .arg(QFileInfo(picture).completeBaseName(), QFileInfo(picture).fileName());
    text += QStringLiteral("## Configuration\n\n```json\n") + QString::fromStdString(summary->configJson)
        + QStringLiteral("```\n");
    Result<ReportData> data = readReport({ { run, runs.front().label, runs.front().color } }, {});
    if (!data)
        return data.error();
    data->charts = drawReportCharts(runs);
    if (Result<void> written = writeReportHtml(*data, out + QStringLiteral("/report.html")); !written)
        return written;
    if (Result<void> written
        = writeFileAtomically((out + QStringLiteral("/metrics.csv")).toStdString(), csv.toStdString());
        !written)
        return written;
    return writeFileAtomically((out + QStringLiteral("/report.md")).toStdString(), text.toStdString());
}

} // namespace aha
