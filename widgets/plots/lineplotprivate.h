#pragma once
// What is inside a LinePlot. Only for lineplot*.cpp: qcustomplot.h is written with the keywords signals, slots,
// foreach.

#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/plots/densegraph.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/linelook.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/plotseries.h"

#include <qcustomplot.h>

#include <QSet>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

struct FigureKey;

struct LinePlot::Private {
    static constexpr int kMarkerReachPx = 5;
    static constexpr double kTick = 0.04; ///< length of a slight marker, of the height
    static constexpr double kEndMargin = 0.012; ///< of the x range: dots at the ends are not cut
    // Beyond, on the chart or of one line that is not smoothed, lines are painted thin and plain: twenty times faster.
    static constexpr qsizetype kManyPoints = 4000;
    static constexpr double kManyPerPixel = 0.5;

    static constexpr qsizetype kManyLines = 8; // beyond, the unsmoothed lines behind would only be a haze

    struct Entry {
        Line line; ///< its data are in `series`
        std::unique_ptr<PlotSeries> series;
        DenseGraph *main = nullptr, *raw = nullptr, *low = nullptr, *high = nullptr, *marks = nullptr;
    };

    LinePlot* q = nullptr;
    QCustomPlot* plot = nullptr;
    QLabel* empty = nullptr;
    ElidedLabel *titleLabel = nullptr, *reading = nullptr;
    QToolButton *followButton = nullptr, *outsideButton = nullptr, *sourceButton = nullptr;
    LegendChips* chips = nullptr;
    QString title, unit;
    std::vector<Entry> entries;
    QVector<Marker> markers;
    double smoothing = 0, cursor = NAN, pin = NAN, brushLow = NAN, brushHigh = NAN;
    double leastX = NAN; ///< that the x axis shows when it fits itself
    double leastLow = NAN, leastHigh = NAN, rightLow = NAN, rightHigh = NAN;
    Values given; ///< by the user: what the axes of values keep
    QHash<QString, bool> chosen; ///< lines by name that the user shows or hides
    bool following = true, internal = false, pressed = false, moving = false;
    bool logX = false, logY = false, leaveOut = false, stale = true;
    bool resized = false; ///< since it was drawn
    bool bandCut = false, bandWhole = false;
    qsizetype outside = 0;
    XAxis xAxis { tr("step "), {}, true, QStringLiteral("step") };
    Heat heat;
    QCPColorMap* heatMap = nullptr;
    QCPItemLine *cursorLine = nullptr, *pinLine = nullptr;
    QCPItemRect* brushBand = nullptr;
    QToolButton* brushButton = nullptr; ///< on the band; T does the same
    bool brushOwn = false; ///< it was drawn in this chart
    QPoint pressedAt, movedTo;
    QTimer click; ///< a click waits as long as a second one could make a double click of it
    QPointF clicked; ///< on the axes
    QCPRange filledRange;
    int filledColumns = 0;

    /// Short enough for a legend: 0.8477, 13.7 k, 2.85e-07.
    static QString numberText(double value)
    {
        if (!std::isfinite(value))
            return QStringLiteral("–");
        if (std::abs(value) >= 10'000)
            return std::abs(value) >= 1e7 ? shortNumber(value, 3) : fixedNumber(value / 1000, 1) + QStringLiteral(" k");
        return shortNumber(value, value != 0 && std::abs(value) < 1e-3 ? 3 : 4);
    }

    bool smooth(const Entry& entry) const { return smoothing > 0 && !entry.line.points && entry.line.smooth; }
    bool shown(size_t index) const { return chips->shown(int(index)); }
    static QString nameOf(const Line& line)
    {
        return line.name.isEmpty() ? line.label + QLatin1Char('\n') + line.folder : line.name;
    }
    bool wantsShown(const Line& line) const { return chosen.value(nameOf(line), line.shown); }

    /// Of the lines that are shown: a label says what is drawn, and not what could be.
    QStringList units(const QSet<QString>& without = {}) const
    {
        QStringList made;
        for (const Entry* entry : drawnOf(without))
            if (const QString& one = entry->line.unit.isEmpty() ? unit : entry->line.unit;
                !one.isEmpty() && !made.contains(one))
                made << one;
        return made.isEmpty() && !unit.isEmpty() ? QStringList { unit } : made;
    }

    void showHeading()
    {
        QString heading = translated(title); // the English title is the name it is found by
        QStringList measured = units();
        for (QString& one : measured)
            one = translated(one);
        if (!measured.isEmpty())
            heading += QStringLiteral(" (") + measured.join(QStringLiteral("; ")) + QLatin1Char(')');
        if (heading == titleLabel->text())
            return;
        titleLabel->setText(heading);
        titleLabel->setToolTip(QStringLiteral("<qt>%1</qt>").arg(heading.toHtmlEscaped()));
        titleLabel->setMaximumWidth(titleLabel->sizeHint().width() + 200);
    }

    /// The shown line whose point is nearest on the screen; without a value, along the x axis. `step` is of its data.
    const Entry* nearest(double x, double value, double& step) const;

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
        cursorLine->setPen(QPen(palette.color(QPalette::WindowText), 1, Qt::DashLine));
        pinLine->setPen(QPen(palette.color(QPalette::Highlight), 1.4, Qt::SolidLine));
        styleHeat();
        showBrush();
    }

    /// New graphs for new lines; the data come in fill().
    void makeGraphs()
    {
        plot->clearGraphs();
        const auto first
            = std::count_if(entries.begin(), entries.end(), [](const Entry& entry) { return entry.line.shown; });
        for (Entry& entry : entries) {
            const Line& line = entry.line;
            QCPAxis* axis = line.right ? plot->yAxis2 : plot->yAxis;
            entry.low = entry.high = entry.raw = entry.marks = nullptr;
            const auto add = [&](const QPen& pen) {
                auto* graph = new DenseGraph(plot->xAxis, axis);
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
            if (!line.points && first <= kManyLines)
                entry.raw = add(QPen(faint, 1)); // stays, faint, behind the smoothed one
            entry.main = add(linePen(line.points ? faint : line.color, 1, line.style, line.points ? line.variant : 0));
            if (line.marker > 0 && !line.points) {
                entry.marks = add(Qt::NoPen);
                entry.marks->setLineStyle(QCPGraph::lsNone);
                entry.marks->setScatterStyle(markerStyle(line.marker, line.color));
            }
            if (line.points) {
                entry.main->setScatterStyle(line.marker > 0
                        ? markerStyle(line.marker, line.color)
                        : QCPScatterStyle(QCPScatterStyle::ssDisc, line.color, line.color, 6));
                if (!line.joined)
                    entry.main->setLineStyle(QCPGraph::lsNone);
            }
        }
        for (Entry& entry : entries) // a single measure must not cover the one that goes on
            if (entry.line.points && entry.line.joined)
                entry.main->setLayer(entry.main->layer());
        if (qsizetype(entries.size()) > kManyLines) // markers above all lines, which can be painted together then
            for (Entry& entry : entries)
                if (entry.marks)
                    entry.marks->setLayer(entry.marks->layer());
        QVector<LegendChip::Look> looks;
        for (const Entry& entry : entries)
            looks.append({ entry.line.label, entry.line.color, entry.line.joined ? entry.line.style : Qt::NoPen,
                entry.line.points, entry.line.hint, wantsShown(entry.line), entry.line.variant, entry.line.marker });
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
            for (QCPGraph* graph :
                { entries[i].main, entries[i].raw, entries[i].low, entries[i].high, entries[i].marks })
                if (graph)
                    graph->setVisible(shown(i));
    }

    void makeActions(); ///< lineplotkeys.cpp
    double here() const; ///< where the cursor is; without, at the end of what is in view

    void makeMarkers()
    {
        plot->clearItems();
        const auto upright = [this](double x, double length) {
            auto* item = new QCPItemLine(plot);
            for (QCPItemPosition* end : { item->start, item->end }) {
                end->setTypeX(QCPItemPosition::ptPlotCoords);
                end->setTypeY(QCPItemPosition::ptAxisRectRatio);
            }
            item->start->setCoords(x, 0);
            item->end->setCoords(x, length);
            return item;
        };
        makeBrush();
        for (QCPItemLine** line : { &pinLine, &cursorLine }) {
            *line = upright(0, 1);
            (*line)->setLayer(QStringLiteral("overlay")); // its own buffer: moving it repaints nothing else
            (*line)->setVisible(false);
        }
        for (const Marker& marker : markers) {
            QColor color = marker.color;
            color.setAlpha(170);
            upright(marker.step, marker.slight ? kTick : 1)
                ->setPen(QPen(color, 1, marker.slight ? Qt::SolidLine : Qt::DotLine));
        }
    }

    /// Paints when the event loop is idle; a chart that cannot be seen waits until it can.
    void replotSoon()
    {
        stale = plot->visibleRegion().isEmpty();
        if (!stale)
            plot->replot(QCustomPlot::rpQueuedReplot);
    }

    /// Everything after a change of data or looks.
    void refresh()
    {
        filledColumns = 0;
        showHeading();
        const bool none = q->isEmpty();
        empty->setVisible(none);
        for (QCPAxis* axis : { plot->xAxis, plot->yAxis }) { // the range is still that of what was shown before
            axis->setTickLabels(!none);
            axis->grid()->setVisible(!none);
        }
        style();
        if (following)
            showAll();
        showCursor();
        replotSoon();
    }

    /// Gives the graphs what the x range and the pixels need.
    void fill(int columns, bool forFile = false)
    {
        const QCPRange range = plot->xAxis->range();
        const bool many = qsizetype(entries.size()) > kManyLines;
        if (many)
            columns = std::max(columns / 2, 50); // the extremes of two pixels instead of one
        if (columns == filledColumns && range == filledRange)
            return;
        filledColumns = columns;
        filledRange = range;
        qsizetype points = 0;
        // A view that is moved keeps its width but for the last digits: 24 bits, so that its columns stay the same.
        const double columnWidth = double(float(range.size() / columns));
        for (Entry& entry : entries) {
            const auto give = [&](DenseGraph* graph, PlotSeries::Curve curve) {
                if (!graph || !graph->visible())
                    return;
                PlotSeries::Columns uprights = graph->takeColumns();
                const bool plain = many && !forFile && !logX && graph == entry.main && !entry.line.points
                    && entry.line.style == Qt::SolidLine;
                const bool dense
                    = plain && entry.series->columns(curve, range.lower, range.upper, columnWidth, uprights);
                if (!dense)
                    uprights = {};
                points += 2 * qsizetype(uprights.filled.size());
                graph->setColumns(std::move(uprights));
                if (dense)
                    return;
                const PlotSeries::Thinned data = logX
                    ? entry.series->thinLogarithmic(curve, range.lower, range.upper, columns)
                    : entry.series->thin(curve, range.lower, range.upper, columns);
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
        const auto dense = [&](const DenseGraph& graph, bool smoothed) {
            return points >= kManyPoints || (!smoothed && double(graph.data()->size()) >= kManyPerPixel * columns);
        };
        for (Entry& entry : entries)
            if (!entry.line.points) {
                const bool plain = dense(*entry.main, smooth(entry));
                QPen pen = entry.main->pen();
                pen.setWidthF(plain ? 1 : 1.6);
                entry.main->setPen(pen);
                entry.main->setDense(plain);
                // The first step of a run is no line yet, and its value is to be seen.
                entry.main->setScatterStyle(entry.series->steps().size() == 1
                        ? QCPScatterStyle(QCPScatterStyle::ssDisc, entry.line.color, entry.line.color, 6)
                        : QCPScatterStyle());
                if (entry.raw)
                    entry.raw->setDense(dense(*entry.raw, false));
            }
    }

    /// Before each painting: which graphs of columns have nothing between them.
    void joinColumns()
    {
        std::vector<DenseGraph*> run;
        const auto close = [&run] {
            if (!run.empty())
                DenseGraph::paintTogether(run);
            run.clear();
        };
        for (QCPLayerable* one : plot->layer(QStringLiteral("main"))->children()) {
            auto* graph = dynamic_cast<DenseGraph*>(one);
            if (!one->realVisibility() || (graph && graph->blank()))
                continue;
            if (graph && graph->joins()) {
                run.push_back(graph);
                continue;
            }
            close();
            if (graph)
                DenseGraph::paintTogether({ graph });
        }
        close();
    }

    // lineplotmarks.cpp
    static QCPScatterStyle markerStyle(int marker, const QColor& color);
    /// Where an entry's markers lie in what is in view, `pixels` wide: places and values.
    QVector<QPointF> marksOf(size_t index, double pixels) const;
    void fillMarks(); ///< after fill()

    // lineplotbrush.cpp
    struct Steps {
        QString folder, label;
        qint64 from, to;
    };
    /// Of each run that has shown points there, in the order of the lines.
    std::vector<Steps> stepsIn(double low, double high) const;
    /// What traces are asked for: the brush, else between pin and cursor, else what is in view.
    QPair<double, double> marked() const;
    bool canPick() const; ///< somebody listens
    /// Of each run that has shown steps, the one nearest to this place: both ends are that step.
    std::vector<Steps> stepsNear(double x) const;
    /// Settings changed within reach of the cursor, the nearest first; without a cursor, the newest change.
    std::vector<Marker> changesHere() const;
    double markerReach() const; ///< around the cursor, on the x axis
    /// Notes within reach of the cursor, the nearest first; without a cursor, the newest.
    std::vector<Marker> notesHere() const;
    /// The note whose tick is at this place of the canvas; -1: none.
    qint64 noteAt(const QPoint& pixel) const;
    void fillStepMenu(QMenu* menu);
    void makeBrush();
    void showBrush();
    void placeBrushButton();
    void pickMarked();
    void fillBrushMenu(QMenu* menu);

    // lineplotfit.cpp
    /// What an axis has to show between two places.
    Extremes wanted(bool right, double from, double to, Extremes& all) const;
    /// The y axes around what lies between two places of the x axis.
    void fitValues(double from, double to);
    /// The left axis without outliers; counts what it leaves out.
    Extremes withoutOutliers(Extremes found, double from, double to);
    double smallestPositive(bool right, double from, double to) const;
    /// Ends of the data on the x axis; of a map its cells', or the first and the last step that they stand for.
    QPair<double, double> ends(bool ofCells = true) const;
    /// `x`, or the end of the data that it lies beyond: there is nothing to read.
    double withinData(double x) const
    {
        const auto [first, last] = ends(false);
        return first <= last ? std::clamp(x, first, last) : x;
    }
    void showAll();
    /// What is at this pixel stays there. No further out than the data go; where everything is in view, it follows.
    void zoom(const QList<QCPAxis*>& axes, double factor, const QPointF& pixel);
    /// The turn of a wheel: over an axis that axis, else all.
    void zoomWheel(const QWheelEvent& event);
    void setScales();
    void showOutside();
    void makeHeat();
    void styleHeat();

    void setFollowing(bool on)
    {
        if (on == following)
            return;
        following = on;
        showFollow();
        Q_EMIT q->followChanged(on);
    }

    // lineplotview.cpp
    void showFollow(); ///< the way back, where there is one
    void connectView(); ///< axes, and the mouse on them
    void connectMouse();
    void chooseLines(); ///< the legend was clicked
    /// The user gave this axis its range.
    void takeValues(const QCPAxis* axis);
    void giveValues(const Values& values);
    /// The data go with the mouse. QCustomPlot's own range drag knows the left button only.
    void moveTo(const QPoint& at);
    /// Zooms the x axis by hand; the cursor stays where it is.
    void zoomKeys(double factor);
    void zoomValues(double factor);
    /// By this share of the view, no further than the data go.
    void panKeys(double share);
    void panValues(double share);
    /// The view goes along with a cursor that leaves it.
    void keepInView(double x);

    /// What was changed says after which step, unless the place before it does (`placed`).
    QString markersAt(double step, double reach, bool placed) const
    {
        QStringList texts;
        for (const Marker& marker : markers)
            if (std::abs(marker.step - step) <= reach)
                texts << (placed || marker.changedAfter < 0
                        ? marker.text
                        : tr("%1 after step %2").arg(marker.text, QString::number(marker.changedAfter)));
        texts.removeDuplicates();
        const QString all = texts.join(QStringLiteral(", "));
        return !placed && changeAt(step) ? tr("%1 – click: traces before and after").arg(all) : all;
    }

    QString placeText(double x) const
    {
        return xAxis.prefix + (xAxis.whole ? QString::number(qRound64(x)) : numberText(x)) + xAxis.suffix;
    }

    /// Of an entry at `x`, without it the newest in view; -1 where the line has none: it began later or ended before.
    /// What is measured now and then counts from its point on: no value of the future.
    qsizetype indexAt(const Entry& entry, double x) const
    {
        const PlotSeries& series = *entry.series;
        if (series.isEmpty())
            return -1;
        if (!std::isfinite(x)) // of a view of the past, its newest
            return following ? series.steps().size() - 1
                             : series.between(-INFINITY, plot->xAxis->range().upper).second - 1;
        if (entry.line.points && !entry.line.stepwise)
            return series.between(-INFINITY, x).second - 1;
        const double reach = xAxis.whole ? 1 : 0.01 * plot->xAxis->range().size();
        return x > series.steps().front() - reach && x < series.steps().back() + reach ? series.indexNear(x) : -1;
    }

    /// "step 20" where the value that the cursor reads was measured before it, else "".
    QString measuredAt(const Entry& entry, qsizetype at) const
    {
        if (at < 0 || !std::isfinite(cursor) || !entry.line.points || entry.line.stepwise)
            return {};
        const QString place = placeText(entry.series->steps()[at]);
        return place == placeText(cursor) ? QString() : place;
    }

    void showCursor()
    {
        const bool on = std::isfinite(cursor);
        for (const auto& [line, at] : { std::pair(cursorLine, cursor), std::pair(pinLine, pin) }) {
            line->setVisible(std::isfinite(at));
            if (line->visible()) {
                line->start->setCoords(at, 0);
                line->end->setCoords(at, 1);
            }
        }
        for (size_t i = 0; i < entries.size(); ++i) {
            const qsizetype at = indexAt(entries[i], cursor);
            chips->setValue(int(i), numberText(at < 0 ? NAN : entries[i].series->curve(PlotSeries::Raw)[at]),
                measuredAt(entries[i], at), on);
        }
        const double place = xAxis.whole ? double(qRound64(cursor)) : cursor;
        const double reach = xAxis.whole ? 0.5 : 0.004 * plot->xAxis->range().size();
        const auto changed = std::find_if(markers.begin(), markers.end(), [&](const Marker& marker) {
            return xAxis.whole && marker.changedAfter >= 0 && std::abs(marker.step - place) <= reach;
        });
        const QString there = on ? markersAt(place, reach, changed != markers.end()) : QString();
        QString text = !on             ? (endsBefore() ? tr("newest in view") : QString())
            : changed != markers.end() ? tr("after step %1").arg(changed->changedAfter) // the step itself ran as before
                                       : placeText(cursor);
        if (on && std::isfinite(pin))
            text += QStringLiteral(" · Δ ")
                + numberText(xAxis.whole ? double(qRound64(cursor) - qRound64(pin)) : cursor - pin);
        if (!there.isEmpty())
            text += QStringLiteral(" · ") + there;
        reading->setToolTip(text.toHtmlEscaped());
        reading->setText(text);
    }

    void paintCursor()
    {
        showCursor();
        if (!plot->visibleRegion().isEmpty())
            plot->layer(QStringLiteral("overlay"))->replot();
        else
            stale = true;
    }

    class Figure; ///< lineplotfigure.cpp
    // lineplotzoom.cpp
    void makeZoom(); ///< the rubber band
    /// The changed setting whose line is at this place; null: none, or nobody wants to know.
    const Marker* changeAt(double x) const;
    bool endsBefore() const; ///< the view, before the newest values: the legend's are older
    // lineplotlegend.cpp
    static QPen paperLook(const Line& line);
    /// What the legend of a figure explains.
    std::vector<FigureKey> figureKeys(const FigureStyle& style, const QSet<QString>& without) const;
    /// Lines that are shown, with the names they are left out by.
    std::vector<std::pair<QString, const Entry*>> figureLines() const;
    std::vector<const Entry*> drawnOf(const QSet<QString>& without) const;
    /// Title, legend and plot, for a file.
    void paintPicture(QCPPainter* painter, const QSize& size);
};

} // namespace aha
