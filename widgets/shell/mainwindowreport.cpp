// A report of the open runs: read on a thread, drawn here, written at once.

#include "widgets/language/translation.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/report.h"
#include "widgets/shell/theme.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <optional>

namespace aha {

namespace {

std::vector<ReportChart> readDrawings(const ChartsPanel::Files& files)
{
    std::vector<ReportChart> charts;
    for (const auto& [title, file] : files) {
        QFile drawing(file);
        if (!drawing.open(QIODevice::ReadOnly))
            continue;
        if (QByteArray svg = inlineSvg(drawing.readAll()); !svg.isEmpty())
            charts.push_back({ title, svg });
    }
    return charts;
}

/// The charts of these runs on white paper, drawn into a folder of its own: as they stand on the page, or as a new page
/// begins.
struct PaperCharts {
    explicit PaperCharts(OpenRuns runs, const std::optional<ChartLayout>& view = {})
    {
        panel.setPalette(themePalette(/*dark=*/false));
        panel.resize(1280, 800);
        if (view)
            panel.setView(*view);
        for (size_t i = 0; i < runs.size(); ++i)
            runs[i].color = seriesColor(int(i), /*dark=*/false);
        panel.setRuns(runs);
    }
    QTemporaryDir folder;
    ChartsPanel panel;
};

} // namespace

std::vector<ReportChart> drawReportCharts(OpenRuns runs)
{
    PaperCharts paper(std::move(runs));
    ChartsPanel::Files files;
    if (!paper.folder.isValid() || !paper.panel.exportCharts(paper.folder.path(), QStringLiteral("svg"), &files))
        return {};
    return readDrawings(files);
}

void MainWindow::exportReport(const QString& path, bool html)
{
    if (m_runs.empty())
        return say(tr("Open the runs that the report is about first."));
    std::vector<ReportSource> sources;
    for (const OpenRun& run : m_runs)
        sources.push_back({ run.feed->folder(), run.label, seriesColor(int(sources.size()), /*dark=*/false) });
    say(tr("The report is being written…"));
    const std::vector<double> thresholds = m_panels.signalsPage->thresholds(); // as they were moved there
    m_worker.post([this, sources, notes = m_notes->notes(), thresholds, path, html] {
        auto data = std::make_shared<Result<ReportData>>(readReport(sources, notes, thresholds));
        QMetaObject::invokeMethod(
            this,
            [this, data, path, html, sources] {
                if (!*data)
                    return tell(translated(data->error().sentence()));
                drawReport(sources, data, path, html);
            },
            Qt::QueuedConnection);
    });
}

void MainWindow::drawReport(const std::vector<ReportSource>& sources, const std::shared_ptr<Result<ReportData>>& data,
    const QString& path, bool html)
{
    OpenRuns told; // those that were asked for, whatever was opened since
    for (const ReportSource& source : sources) {
        const auto open = std::find_if(
            m_runs.begin(), m_runs.end(), [&](const OpenRun& run) { return run.feed->folder() == source.folder; });
        told.push_back({ open != m_runs.end() ? open->feed : std::make_shared<RunFeed>(source.folder), source.color,
            source.label });
    }
    auto* keeper = new QObject(this); // the drawing ends with the window, too
    const auto paper = std::make_shared<PaperCharts>(told, m_panels.train->charts()->view());
    connect(keeper, &QObject::destroyed, [paper] {});
    paper->panel.exportLater(paper->folder.path(), QStringLiteral("svg"),
        [this, keeper, data, path, html](bool, const ChartsPanel::Files& files) {
            m_worker.post([this, keeper, data, path, html, files] {
                (*data)->charts = readDrawings(files);
                const Result<void> written = html ? writeReportHtml(**data, path) : writeReportFolder(**data, path);
                QMetaObject::invokeMethod(
                    this,
                    [this, keeper, written, path] {
                        keeper->deleteLater();
                        written ? say(tr("The report is at %1.").arg(path))
                                : tell(translated(written.error().sentence()));
                    },
                    Qt::QueuedConnection);
            });
        });
}

} // namespace aha
