// A report of the open runs: read on a thread, drawn here, written at once.

#include "widgets/models/notemodel.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/report.h"
#include "widgets/shell/theme.h"

#include <QDir>
#include <QTemporaryDir>

#include <algorithm>

namespace aha {

std::vector<ReportChart> drawReportCharts(OpenRuns runs)
{
    QTemporaryDir folder;
    ChartsPanel panel;
    panel.setPalette(themePalette(/*dark=*/false)); // paper is white
    panel.resize(1280, 800);
    for (size_t i = 0; i < runs.size(); ++i)
        runs[i].color = seriesColor(int(i), /*dark=*/false);
    panel.setRuns(runs);
    std::vector<ReportChart> charts;
    // Under a style sheet no widget inherits its parent's palette, and drawing may make charts that were not there yet.
    for (qsizetype plots = -1; plots < panel.findChildren<LinePlot*>().size();) {
        for (LinePlot* plot : panel.findChildren<LinePlot*>())
            plot->setPalette(panel.palette());
        plots = panel.findChildren<LinePlot*>().size();
        if (!folder.isValid() || !panel.exportCharts(folder.path(), QStringLiteral("svg")))
            return charts;
    }
    for (const QFileInfo& file :
        QDir(folder.path()).entryInfoList({ QStringLiteral("*.svg") }, QDir::Files, QDir::Name)) {
        QFile drawing(file.filePath());
        if (!drawing.open(QIODevice::ReadOnly))
            continue;
        QString title = file.completeBaseName().replace(QLatin1Char('-'), QLatin1Char(' '));
        title[0] = title[0].toUpper();
        if (QByteArray svg = inlineSvg(drawing.readAll()); !svg.isEmpty())
            charts.push_back({ title, svg });
    }
    return charts;
}

void MainWindow::exportReport(const QString& path, bool html)
{
    if (m_runs.empty())
        return say(QStringLiteral("Open the runs that the report is about first."));
    std::vector<ReportSource> sources;
    for (const OpenRun& run : m_runs)
        sources.push_back({ run.feed->folder(), run.label, seriesColor(int(sources.size()), /*dark=*/false) });
    say(QStringLiteral("The report is being written…"));
    m_worker.post([this, sources, notes = m_notes->notes(), path, html] {
        auto data = std::make_shared<Result<ReportData>>(readReport(sources, notes));
        QMetaObject::invokeMethod(
            this,
            [this, data, path, html, sources] {
                if (!*data)
                    return say(QString::fromStdString(data->error().sentence()));
                OpenRuns told; // those that were asked for, whatever was opened since
                for (const ReportSource& source : sources) {
                    const auto open = std::find_if(m_runs.begin(), m_runs.end(),
                        [&](const OpenRun& run) { return run.feed->folder() == source.folder; });
                    told.push_back({ open != m_runs.end() ? open->feed : std::make_shared<RunFeed>(source.folder),
                        source.color, source.label });
                }
                (*data)->charts = drawReportCharts(told);
                const Result<void> written = html ? writeReportHtml(**data, path) : writeReportFolder(**data, path);
                say(written ? QStringLiteral("The report is at %1.").arg(path)
                            : QString::fromStdString(written.error().sentence()));
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
