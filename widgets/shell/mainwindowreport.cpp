// A report of the open runs: read on a thread, drawn here, written at once.

#include "widgets/models/notemodel.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/report.h"

#include <QDir>
#include <QTemporaryDir>

namespace aha {

std::vector<ReportChart> drawReportCharts(const OpenRuns& runs)
{
    QTemporaryDir folder;
    ChartsPanel panel;
    panel.setPalette(panel.palette());
    panel.resize(1280, 800);
    panel.setRuns(runs);
    std::vector<ReportChart> charts;
    if (!folder.isValid() || !panel.exportCharts(folder.path(), QStringLiteral("svg")))
        return charts;
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
        sources.push_back({ run.feed->folder(), run.label, run.color });
    say(QStringLiteral("The report is being written…"));
    m_worker.post([this, sources, notes = m_notes->notes(), path, html] {
        auto data = std::make_shared<Result<ReportData>>(readReport(sources, notes));
        QMetaObject::invokeMethod(
            this,
            [this, data, path, html] {
                if (!*data)
                    return say(QString::fromStdString(data->error().sentence()));
                (*data)->charts = drawReportCharts(m_runs);
                const Result<void> written = html ? writeReportHtml(**data, path) : writeReportFolder(**data, path);
                say(written ? QStringLiteral("The report is at %1.").arg(path)
                            : QString::fromStdString(written.error().sentence()));
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
