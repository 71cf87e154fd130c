// Markers on lines: a few, evenly spaced, so that lines of one colour are told apart and those of all without colour.

#include "widgets/plots/lineplotprivate.h"

#include "widgets/plots/linelook.h"

namespace aha {

namespace {
constexpr double kSpacing = 90; ///< pixels between the markers of a line
constexpr double kGolden = 0.6180339887; ///< lines' markers are set aside from each other by it
constexpr int kMost = 12, kMostOfMany = 4;
}

QCPScatterStyle LinePlot::Private::markerStyle(int marker, const QColor& color)
{
    // The library draws a path of its own for the size 6.
    return { markerPath(marker, 4), marker >= 6 ? QPen(color, 1.8) : QPen(Qt::NoPen), color, 6 };
}

QVector<QPointF> LinePlot::Private::marksOf(size_t index, double pixels) const
{
    QVector<QPointF> marks;
    const Entry& entry = entries[index];
    const PlotSeries& series = *entry.series;
    const QCPRange range = plot->xAxis->range();
    const int most = qsizetype(entries.size()) > kManyLines ? kMostOfMany : kMost,
              count = std::clamp(int(pixels / kSpacing), 2, most);
    const double aside = std::fmod(kGolden * double(index + 1), 1.0);
    const Numbers& places = series.steps();
    const Numbers& values = series.curve(PlotSeries::Smooth);
    for (int k = 0; k < count; ++k) {
        const double share = (k + aside) / count;
        const double x
            = logX ? range.lower * std::pow(range.upper / range.lower, share) : range.lower + range.size() * share;
        const qsizetype at = series.indexNear(x);
        if (at < 0 || !range.contains(places[at]) || !std::isfinite(values[at])
            || (!marks.isEmpty() && marks.last().x() == places[at]))
            continue;
        marks << QPointF(places[at], values[at]);
    }
    return marks;
}

void LinePlot::Private::fillMarks()
{
    qsizetype painted = 0;
    for (const Entry& entry : entries)
        painted += entry.main->visible() ? entry.main->data()->size() : 0;
    for (size_t i = 0; i < entries.size(); ++i) {
        Entry& entry = entries[i];
        if (entry.line.points || !entry.main->visible())
            continue;
        if (entry.line.variant > 0) { // dashes of many points cost too much and cannot be seen
            QPen pen = linePen(entry.line.color, entry.main->pen().widthF(), entry.line.style,
                painted < kManyPoints ? entry.line.variant : 0);
            entry.main->setPen(pen);
        }
        if (!entry.marks)
            continue;
        QVector<double> keys, values;
        for (const QPointF& mark : marksOf(i, plot->axisRect()->width())) {
            keys << mark.x();
            values << mark.y();
        }
        entry.marks->setData(keys, values, true);
    }
}

} // namespace aha
