// A chart as PNG, SVG, PDF, CSV and on the clipboard: what is in view, with title and legend; and the chart's menu.

#include "widgets/plots/lineplotprivate.h"

#include "widgets/plots/placeaction.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPdfWriter>
#include <QSvgGenerator>

namespace aha {

namespace {
constexpr QSize kPicture(1200, 700);
}

void LinePlot::Private::paintPicture(QCPPainter* painter, const QSize& size)
{
    const QPalette palette = q->palette();
    painter->fillRect(QRect(QPoint(), size), palette.color(QPalette::Base));
    QFont font = q->font();
    font.setBold(true);
    painter->setFont(font);
    painter->setPen(palette.color(QPalette::WindowText));
    painter->drawText(12, 20, titleLabel->text());
    painter->setFont(q->font());
    int x = 12, y = 40;
    for (size_t i = 0; i < entries.size(); ++i) {
        if (!shown(i))
            continue;
        const Line& line = entries[i].line;
        const QString& name = line.full.isEmpty() ? line.label : line.full;
        const int width = 36 + painter->fontMetrics().horizontalAdvance(name) + 16;
        if (x > 12 && x + width > size.width()) {
            x = 12;
            y += 18;
        }
        painter->setPen(linePen(line.color, 2, line.points && !line.joined ? Qt::NoPen : line.style, line.variant));
        painter->drawLine(QLineF(x, y - 4, x + 26, y - 4));
        if (line.points || line.marker > 0)
            drawMarker(
                *painter, std::max(line.marker, 1), QPointF(x + 13, y - 4), line.marker > 0 ? 4 : 3.3, line.color);
        painter->setPen(palette.color(QPalette::WindowText));
        painter->drawText(x + 32, y, name);
        x += width;
    }
    const int top = y + 8;
    filledColumns = 0;
    fill(size.width(), /*forFile=*/true);
    fillMarks();
    painter->translate(0, top);
    plot->xAxis->setLabel(xAxis.title);
    plot->toPainter(painter, size.width(), size.height() - top);
    plot->xAxis->setLabel({});
    filledColumns = 0;
    replotSoon();
}

std::function<QString()> LinePlot::visibleRows() const
{
    struct Column {
        QString name;
        Numbers steps, places, values; // shared with the chart, not copied
    };
    std::vector<Column> columns;
    for (size_t l = 0; l < d->entries.size(); ++l) {
        if (!d->shown(l))
            continue;
        const PlotSeries& series = *d->entries[l].series;
        const std::pair<PlotSeries::Curve, const char*> curves[]
            = { { PlotSeries::Raw, "" }, { PlotSeries::Low, " (low)" }, { PlotSeries::High, " (high)" } };
        for (const auto& [curve, suffix] : curves)
            columns.push_back({ QString(d->entries[l].line.label + QLatin1String(suffix))
                                    .replace(QLatin1Char('"'), QStringLiteral("\"\"")),
                d->entries[l].line.steps, series.steps(), series.curve(curve) });
    }
    return [columns, steps = d->xAxis.whole, range = d->plot->xAxis->range()] {
        QString csv = steps ? QStringLiteral("line,step,value\n") : QStringLiteral("line,step,x,value\n");
        for (const Column& column : columns)
            for (qsizetype i = 0; i < column.values.size(); ++i)
                if (range.contains(column.places[i]))
                    csv += QLatin1Char('"') + column.name + QStringLiteral("\",")
                        + QString::number(column.steps[i], 'g', 17) + QLatin1Char(',')
                        + (steps ? QString() : QString::number(column.places[i], 'g', 17) + QLatin1Char(','))
                        + (std::isfinite(column.values[i]) ? QString::number(column.values[i], 'g', 17) : QString())
                        + QLatin1Char('\n');
        return csv;
    };
}

bool LinePlot::savePng(const QString& file, const QSize& size)
{
    QPixmap picture(size);
    QCPPainter painter;
    if (!painter.begin(&picture))
        return false;
    d->paintPicture(&painter, size);
    return painter.end() && picture.save(file, "PNG");
}

bool LinePlot::saveSvg(const QString& file, const QSize& size)
{
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(d->title);
    QCPPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    d->paintPicture(&painter, size);
    return painter.end();
}

bool LinePlot::savePdf(const QString& file, const QSize& size)
{
    QPdfWriter writer(file);
    writer.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point)); // a pixel is 1/96 inch
    writer.setPageMargins(QMarginsF());
    writer.setResolution(96);
    writer.setTitle(d->title);
    QCPPainter painter;
    if (!painter.begin(&writer))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    d->paintPicture(&painter, size);
    return painter.end();
}

QImage LinePlot::picture(const QSize& size)
{
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    QCPPainter painter;
    if (!painter.begin(&image))
        return {};
    d->paintPicture(&painter, size);
    painter.end();
    return image;
}

void LinePlot::fillMenu(QMenu* menu)
{
    menu->clear();
    const auto option = [&](const QString& text, bool on, auto&& change) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        action->setEnabled(d->heat.columns < 1);
        connect(action, &QAction::triggered, this, [this, change](bool now) {
            change(now);
            Q_EMIT optionsChanged();
        });
    };
    const auto keyed = [this](const char* id, const QString& text) { return placeAction(this, id)->withKeys(text); };
    menu->addAction(keyed("chart.all", tr("Everything in view")), this, &LinePlot::follow);
    menu->addAction(keyed("chart.maximize", tr("Enlarge or shrink")), this, &LinePlot::maximizeToggled);
    QMenu* lines = d->chips->count() > 0 ? menu->addMenu(tr("Lines")) : nullptr;
    for (int i = 0; i < d->chips->count(); ++i) {
        LegendChip* chip = d->chips->chip(i);
        QAction* action = lines->addAction(QString(chip->look().label).replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setCheckable(true);
        action->setChecked(chip->isChecked());
        connect(action, &QAction::triggered, chip, &QAbstractButton::click);
    }
    if (std::isfinite(d->cursor))
        menu->addAction(keyed("chart.pin", tr("Pin the cursor here")), this, [this] { Q_EMIT pinMoved(d->cursor); });
    if (std::isfinite(d->pin))
        menu->addAction(tr("Take the pin away\tEsc"), this, [this] { Q_EMIT pinMoved(NAN); });
    d->fillBrushMenu(menu);
    d->fillStepMenu(menu);
    menu->addSeparator();
    option(keyed("chart.log", tr("Logarithmic values")), d->logY, [this](bool on) { setLogarithmic(d->logX, on); });
    option(tr("Logarithmic x axis"), d->logX, [this](bool on) { setLogarithmic(on, d->logY); });
    option(keyed("chart.outliers", tr("Leave out outliers")), d->leaveOut, [this](bool on) { setOutliersLeftOut(on); });
    if (d->bandCut || d->bandWhole)
        option(tr("Show the whole band"), d->bandWhole, [this](bool on) { setBandWhole(on); });
    menu->addSeparator();
    Q_EMIT menuOpening(menu);
    menu->addAction(tr("Copy picture"), this, [this] { QGuiApplication::clipboard()->setImage(picture(kPicture)); });
    menu->addAction(
        tr("Copy CSV of what is seen"), this, [this] { QGuiApplication::clipboard()->setText(visibleCsv()); });
    QAction* figure = menu->addAction(tr("Export figure…"), this, &LinePlot::figureAsked);
    figure->setEnabled(!isEmpty());
}

void LinePlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    fillMenu(&menu);
    menu.exec(event->globalPos());
}

} // namespace aha
