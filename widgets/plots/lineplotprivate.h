#pragma once
// What is inside a LinePlot. Only for lineplot*.cpp: qcustomplot.h is written with the keywords signals, slots,
// foreach.

#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/plotseries.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

struct LinePlot::Private {
    static constexpr int kMarkerReachPx = 5;
    static constexpr qsizetype kManyPoints
        = 4000; // beyond, lines are painted thin and plain, which is twenty times faster

    struct Entry {
        Line line; ///< its data are in `series`
        std::unique_ptr<PlotSeries> series;
        QCPGraph *main = nullptr, *raw = nullptr, *low = nullptr, *high = nullptr;
    };

    LinePlot* q = nullptr;
    QCustomPlot* plot = nullptr;
    QLabel *titleLabel = nullptr, *empty = nullptr;
    ElidedLabel* reading = nullptr;
    QToolButton* followButton = nullptr;
    LegendChips* chips = nullptr;
    QString title, unit;
    std::vector<Entry> entries;
    QVector<Marker> markers;
    double smoothing = 0, cursor = NAN;
    double leastLow = NAN, leastHigh = NAN, rightLow = NAN, rightHigh = NAN;
    bool following = true, internal = false, pressed = false, moving = false;
    QCPItemStraightLine* cursorLine = nullptr;
    QPoint pressedAt, movedTo;
    QCPRange filledRange;
    int filledColumns = 0;

    /// Short enough for a legend: 0.8477, 13.7 k, 2.85e-07.
    static QString numberText(double value)
    {
        if (!std::isfinite(value))
            return QStringLiteral("–");
        if (std::abs(value) >= 10'000)
            return std::abs(value) >= 1e7 ? QString::number(value, 'g', 3)
                                          : QString::number(value / 1000, 'f', 1) + QStringLiteral(" k");
        return QString::number(value, 'g', value != 0 && std::abs(value) < 1e-3 ? 3 : 4);
    }

    bool smooth(const Entry& entry) const { return smoothing > 0 && !entry.line.points; }
    bool shown(size_t index) const { return chips->shown(int(index)); }

    void style()
    {
        const QPalette palette = q->palette();
        const QColor text = palette.color(QPalette::WindowText);
        plot->setBackground(palette.color(QPalette::Base));
        QFont font = q->font();
        font.setPointSizeF(font.pointSizeF() * 0.88);
        for (QCPAxis* axis : { plot->xAxis, plot->yAxis, plot->yAxis2 }) {
            axis->setTickLabelColor(text);
            axis->setLabelColor(text);
            axis->setBasePen(QPen(palette.color(QPalette::Mid)));
            axis->setTickPen(QPen(palette.color(QPalette::Mid)));
            axis->setSubTickPen(Qt::NoPen);
            axis->grid()->setPen(QPen(palette.color(QPalette::Midlight), 1));
            axis->grid()->setZeroLinePen(QPen(palette.color(QPalette::Mid), 1));
            axis->setTickLabelFont(font);
            axis->setLabelFont(font);
        }
        plot->selectionRect()->setPen(QPen(palette.color(QPalette::Highlight)));
        cursorLine->setPen(QPen(palette.color(QPalette::Dark), 1, Qt::DashLine));
    }

    /// New graphs for new lines; the data come in fill().
    void makeGraphs()
    {
        plot->clearGraphs();
        for (Entry& entry : entries) {
            const Line& line = entry.line;
            QCPAxis* axis = line.right ? plot->yAxis2 : plot->yAxis;
            entry.low = entry.high = entry.raw = nullptr;
            const auto add = [&](const QPen& pen) {
                QCPGraph* graph = plot->addGraph(plot->xAxis, axis);
                graph->setAdaptiveSampling(false); // fill() gives no more than the pixels can show
                graph->setPen(pen);
                return graph;
            };
            if (!line.low.isEmpty()) {
                QColor fill = line.color;
                fill.setAlpha(line.points ? 50 : 34);
                entry.low = add(Qt::NoPen);
                entry.high = add(Qt::NoPen);
                entry.high->setBrush(fill);
                entry.high->setChannelFillGraph(entry.low);
            }
            QColor faint = line.color;
            faint.setAlpha(80);
            if (!line.points)
                entry.raw = add(QPen(faint, 1)); // stays, faint, behind the smoothed one
            entry.main = add(QPen(line.points ? faint : line.color, 1, line.style));
            if (line.points) {
                entry.main->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, line.color, line.color, 6));
                if (!line.joined)
                    entry.main->setLineStyle(QCPGraph::lsNone);
            }
        }
        QVector<LegendChip::Look> looks;
        for (const Entry& entry : entries)
            looks.append({ entry.line.label, entry.line.color, entry.line.joined ? entry.line.style : Qt::NoPen,
                entry.line.points, entry.line.hint, entry.line.shown });
        chips->setLooks(looks);
        showHidden();
    }

    void showHidden()
    {
        bool right = false;
        for (size_t i = 0; i < entries.size(); ++i)
            right = right || (shown(i) && entries[i].line.right);
        plot->yAxis2->setVisible(right);
        for (size_t i = 0; i < entries.size(); ++i)
            for (QCPGraph* graph : { entries[i].main, entries[i].raw, entries[i].low, entries[i].high })
                if (graph)
                    graph->setVisible(shown(i));
    }

    void makeMarkers()
    {
        plot->clearItems();
        cursorLine = new QCPItemStraightLine(plot);
        cursorLine->setLayer(QStringLiteral("overlay")); // its own buffer: moving it repaints nothing else
        cursorLine->setVisible(false);
        for (const Marker& marker : markers) {
            auto* item = new QCPItemLine(plot);
            QColor color = marker.color;
            color.setAlpha(170);
            item->setPen(QPen(color, 1, marker.slight ? Qt::SolidLine : Qt::DotLine));
            for (QCPItemPosition* end : { item->start, item->end }) {
                end->setTypeX(QCPItemPosition::ptPlotCoords);
                end->setTypeY(QCPItemPosition::ptAxisRectRatio);
            }
            item->start->setCoords(marker.step, 0);
            item->end->setCoords(marker.step, marker.slight ? 0.04 : 1);
        }
    }

    /// Everything after a change of data or looks.
    void refresh()
    {
        filledColumns = 0;
        empty->setVisible(q->isEmpty());
        style();
        if (following)
            showAll();
        showCursor();
        plot->replot(QCustomPlot::rpQueuedReplot);
    }

    /// Gives the graphs what the x range and the pixels need.
    void fill(int columns)
    {
        const QCPRange range = plot->xAxis->range();
        if (columns == filledColumns && range == filledRange)
            return;
        filledColumns = columns;
        filledRange = range;
        qsizetype points = 0;
        for (Entry& entry : entries) {
            const auto give = [&](QCPGraph* graph, PlotSeries::Curve curve) {
                if (!graph || !graph->visible())
                    return;
                const PlotSeries::Thinned data = entry.series->thin(curve, range.lower, range.upper, columns);
                graph->setData(data.keys, data.values, true);
                points += data.keys.size();
            };
            give(entry.low, PlotSeries::Low);
            give(entry.high, PlotSeries::High);
            give(smooth(entry) ? entry.raw : nullptr, PlotSeries::Raw);
            if (entry.raw && !smooth(entry))
                entry.raw->data()->clear();
            give(entry.main, entry.line.points ? PlotSeries::Raw : PlotSeries::Smooth);
        }
        // A dense line is a filled area to the eye: smooth edges would only cost time.
        const bool dense = points >= kManyPoints;
        for (Entry& entry : entries)
            if (!entry.line.points) {
                QPen pen = entry.main->pen();
                pen.setWidthF(dense ? 1 : 1.6);
                entry.main->setPen(pen);
                for (QCPGraph* graph : { entry.main, entry.raw })
                    graph->setAntialiased(!dense);
            }
    }

    /// The y axes around what lies between two steps.
    void fitValues(double from, double to)
    {
        for (const bool right : { false, true }) {
            Extremes found;
            for (size_t i = 0; i < entries.size(); ++i)
                if (shown(i) && entries[i].line.right == right)
                    found.reach(entries[i].series->extremes(from, to));
            if (!found.any())
                continue;
            found.reach(right ? rightLow : leastLow);
            found.reach(right ? rightHigh : leastHigh);
            const double span = found.high - found.low;
            const double margin = span > 0 ? 0.05 * span : std::max(0.05 * std::abs(found.high), 0.05);
            const double low = right ? rightLow : leastLow;
            // An axis that begins at its floor begins exactly there.
            (right ? plot->yAxis2 : plot->yAxis)
                ->setRange(found.low == low ? low - 0.3 * margin : found.low - margin, found.high + margin);
        }
    }

    QPair<double, double> steps() const
    {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < entries.size(); ++i)
            if (shown(i) && !entries[i].series->isEmpty()) {
                low = std::min(low, entries[i].series->steps().front());
                high = std::max(high, entries[i].series->steps().back());
            }
        return { low, high };
    }

    void showAll()
    {
        const auto [low, high] = steps();
        if (!(low <= high))
            return;
        internal = true;
        const double end = std::max(high, low + 1), margin = 0.012 * (end - low); // dots at the ends are not cut
        plot->xAxis->setRange(low - margin, end + margin);
        fitValues(low, high);
        internal = false;
    }

    void setFollowing(bool on)
    {
        if (on == following)
            return;
        following = on;
        followButton->setVisible(!on);
        Q_EMIT q->followChanged(on);
    }

    QString markersAt(double step, double reach) const
    {
        QStringList texts;
        for (const Marker& marker : markers)
            if (std::abs(marker.step - step) <= reach && !texts.contains(marker.text))
                texts << marker.text;
        return texts.join(QStringLiteral(", "));
    }

    void showCursor()
    {
        const bool on = std::isfinite(cursor);
        cursorLine->setVisible(on);
        cursorLine->point1->setCoords(cursor, 0);
        cursorLine->point2->setCoords(cursor, 1);
        for (size_t i = 0; i < entries.size(); ++i) {
            const PlotSeries& series = *entries[i].series;
            double value = NAN; // without a cursor the newest; a line that ended before the cursor has none there
            if (!series.isEmpty()
                && (!on || (cursor > series.steps().front() - 1 && cursor < series.steps().back() + 1)))
                value = series.valueNear(on ? cursor : series.steps().back(), PlotSeries::Raw);
            chips->setValue(int(i), numberText(value));
        }
        const QString there = on ? markersAt(qRound64(cursor), 0.5) : QString();
        const QString text = on ? QStringLiteral("step %1").arg(qRound64(cursor))
                + (there.isEmpty() ? QString() : QStringLiteral(" · ") + there)
                                : QString();
        reading->setToolTip(text.toHtmlEscaped());
        reading->setText(text);
    }

    void paintCursor()
    {
        showCursor();
        if (q->isVisible() && !q->visibleRegion().isEmpty())
            plot->layer(QStringLiteral("overlay"))->replot();
    }

    /// The data go with the mouse. QCustomPlot's own range drag knows the left button only.
    void moveTo(const QPoint& at)
    {
        const QPoint from = std::exchange(movedTo, at);
        for (QCPAxis* axis : { plot->xAxis, plot->yAxis, plot->yAxis2 }) {
            const bool across = axis == plot->xAxis;
            axis->moveRange(
                axis->pixelToCoord(across ? from.x() : from.y()) - axis->pixelToCoord(across ? at.x() : at.y()));
        }
        plot->replot(QCustomPlot::rpQueuedReplot);
    }

    /// Zooms the x axis by hand; `middle` stays where it is.
    void zoomKeys(double factor)
    {
        const double middle = std::isfinite(cursor) ? cursor : plot->xAxis->range().center();
        plot->xAxis->scaleRange(factor, middle);
        plot->replot(QCustomPlot::rpQueuedReplot);
    }

    /// Title, legend and plot, for a file.
    void paintPicture(QCPPainter* painter, const QSize& size);
};

} // namespace aha
