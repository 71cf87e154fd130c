// Charts as files and pictures: all at once where there is no window, else a chart an event.

#include "core/base/files.h"
#include "widgets/models/worker.h"
#include "widgets/panels/chartlines.h"
#include "widgets/panels/chartsections.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/plots/lineplot.h"

#include <QHash>
#include <QPainter>

namespace aha {

namespace {

constexpr QSize kSavedSize(1200, 700), kSavedVector(900, 420);

QString chartFileName(const QString& title)
{
    QString name = title.toLower();
    for (QChar& c : name)
        if (!c.isLetterOrNumber())
            c = QLatin1Char('-');
    return name.left(80);
}

/// A metric may be called like a standard chart: the second of a name gets a number.
class FileNames {
public:
    FileNames(const QString& folder, const QString& ending)
        : m_folder(folder)
        , m_ending(ending)
    {
    }
    QString next(const QString& title)
    {
        QString name = chartFileName(title);
        if (const int n = ++m_used[name]; n > 1)
            name += QStringLiteral("-%1").arg(n);
        return QStringLiteral("%1/%2.%3").arg(m_folder, name, m_ending);
    }

private:
    QString m_folder, m_ending;
    QHash<QString, int> m_used;
};

bool writeText(const QString& file, const QString& text)
{
    return writeFileAtomically(file.toStdString(), text.toStdString()).ok();
}

bool saveDrawing(LinePlot* plot, const QString& file, const QString& ending)
{
    return ending == QLatin1String("svg") ? plot->saveSvg(file, kSavedVector)
        : ending == QLatin1String("pdf")  ? plot->savePdf(file, kSavedVector)
                                          : plot->savePng(file, kSavedSize);
}

QImage sheet(const QVector<QImage>& pictures, const QPalette& palette)
{
    constexpr int kColumns = 2;
    const int rows = (int(pictures.size()) + kColumns - 1) / kColumns;
    QImage sheet(kColumns * kSavedVector.width(), std::max(rows, 1) * kSavedVector.height(), QImage::Format_RGB32);
    sheet.fill(palette.color(QPalette::Base));
    QPainter painter(&sheet);
    for (int i = 0; i < pictures.size(); ++i)
        painter.drawImage(i % kColumns * kSavedVector.width(), i / kColumns * kSavedVector.height(), pictures[i]);
    return sheet;
}

} // namespace

void ChartsPanel::completeNow()
{
    QStringList metrics { ChartLines::placesMetric(m_view.xAxis) };
    for (const QString& id : m_view.charts)
        metrics += specOf(id).metrics();
    metrics.removeAll(QString());
    m_series->want(metrics);
    m_series->readNow();
    arrange();
    markAll();
    const ChartLines lines = this->lines();
    for (const ChartSpec& spec : overview()) {
        LinePlot* plot = complete(spec.id);
        if (!spec.quantity.isEmpty()) {
            const size_t run = mapRun(spec.id);
            fillHeat(plot, spec, run, HeatSource::count(m_runs[run].feed->folder(), spec.quantity, lines.places(run)));
        } else
            fill(spec.id, lines);
    }
}

void ChartsPanel::renderReport(const QString& outDir, QStringList& writtenFiles)
{
    completeNow();
    QHash<QString, int> used;
    for (const ChartSpec& spec : overview()) {
        QString name = chartFileName(spec.title);
        if (const int n = ++used[name]; n > 1)
            name += QStringLiteral("-%1").arg(n);
        const QString file = QStringLiteral("%1/chart-%2.png").arg(outDir, name);
        if (LinePlot* plot = m_sections->plot(spec.id); !plot->isEmpty() && plot->savePng(file, QSize(900, 420)))
            writtenFiles << file;
    }
}

bool ChartsPanel::exportCharts(const QString& folder, const QString& ending, Files* written)
{
    completeNow();
    bool all = true;
    FileNames names(folder, ending);
    for (const ChartSpec& spec : overview())
        if (LinePlot* plot = m_sections->plot(spec.id); !plot->isEmpty()) {
            const QString file = names.next(spec.title);
            all = (ending == QLatin1String("csv") ? writeText(file, plot->visibleCsv())
                                                  : saveDrawing(plot, file, ending))
                && all;
            if (written)
                written->append({ spec.title, file });
        }
    return all;
}

QImage ChartsPanel::pictureOfAll()
{
    completeNow();
    QVector<QImage> pictures;
    for (const ChartSpec& spec : overview())
        if (LinePlot* plot = m_sections->plot(spec.id); !plot->isEmpty())
            pictures << plot->picture(kSavedVector);
    return sheet(pictures, palette());
}

LinePlot* ChartsPanel::complete(const QString& id)
{
    LinePlot* plot = m_sections->made(id);
    if (testAttribute(Qt::WA_SetPalette)) // under a style sheet no widget inherits it
        plot->setPalette(palette());
    return plot;
}

void ChartsPanel::drawLater(const QStringList& ids, std::function<void(LinePlot*)> draw, std::function<void()> done)
{
    m_drawings.push_back({ std::move(draw), std::move(done), ids, false });
    m_drawNext.start(0);
}

void ChartsPanel::drawNext()
{
    if (m_drawings.empty())
        return;
    Drawing& drawing = m_drawings.front();
    if (!drawing.begun) {
        QStringList metrics { ChartLines::placesMetric(m_view.xAxis) };
        for (const QString& id : drawing.charts.isEmpty() ? std::as_const(m_view.charts) : drawing.charts)
            metrics += specOf(id).metrics();
        metrics.removeAll(QString());
        m_series->want(metrics);
        if (m_series->busy())
            return; // goes on when more was read
        if (drawing.charts.isEmpty())
            for (const ChartSpec& spec : overview())
                drawing.charts << spec.id;
        drawing.begun = true;
    }
    if (drawing.charts.isEmpty()) {
        const std::function<void()> done = std::move(drawing.done);
        m_drawings.pop_front();
        if (!m_drawings.empty())
            m_drawNext.start(0);
        return done();
    }
    const QString id = drawing.charts.front();
    const ChartSpec spec = specOf(id);
    LinePlot* plot = complete(id);
    if (m_dirty.contains(id)) {
        fill(id, lines());
        return m_drawNext.start(0); // it is painted in a turn of its own
    }
    const size_t run = spec.quantity.isEmpty() ? 0 : mapRun(id);
    if (!spec.quantity.isEmpty() && !m_runs.empty() && !m_heat->map(m_runs[run].feed->folder(), spec.quantity)) {
        m_heat->request(m_runs[run].feed->folder(), spec.quantity, lines().places(run));
        m_dirty.insert(id);
        return; // goes on when it was counted
    }
    drawing.charts.removeFirst();
    if (!plot->isEmpty())
        drawing.draw(plot);
    m_drawNext.start(0);
}

void ChartsPanel::exportLater(
    const QString& folder, const QString& ending, std::function<void(bool, const Files&)> done)
{
    struct Progress {
        FileNames names;
        bool all = true;
        Files written = {};
    };
    auto progress = std::make_shared<Progress>(Progress { FileNames(folder, ending) });
    const bool csv = ending == QLatin1String("csv");
    drawLater(
        {},
        [this, progress, ending, csv](LinePlot* plot) {
            const QString file = progress->names.next(plot->title());
            progress->written.append({ plot->title(), file });
            if (!csv) {
                progress->all = saveDrawing(plot, file, ending) && progress->all;
                return;
            }
            m_files->post([progress, file, rows = plot->visibleRows()] { // may be millions of lines of text
                const bool written = writeText(file, rows());
                progress->all = written && progress->all;
            });
        },
        [this, progress, done] {
            m_files->post([this, progress, done] { // behind what is still being written
                QMetaObject::invokeMethod(
                    this, [progress, done] { done(progress->all, progress->written); }, Qt::QueuedConnection);
            });
        });
}

void ChartsPanel::pictureLater(std::function<void(const QImage&)> done)
{
    auto pictures = std::make_shared<QVector<QImage>>();
    drawLater(
        {}, [pictures](LinePlot* plot) { *pictures << plot->picture(kSavedVector); },
        [this, pictures, done] { done(sheet(*pictures, palette())); });
}

} // namespace aha
