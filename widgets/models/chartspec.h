#pragma once
// What a chart shows, without any data: which metrics of every run, how they look, what the axes always contain.

#include <QString>
#include <QStringList>
#include <QVector>

#include <cmath>

namespace aha {

struct ChartPart {
    QString metric, label;
    Qt::PenStyle style = Qt::SolidLine;
    int shade = 0; ///< 0 the run's colour, 1 … its neighbours
    QString low, high; ///< metrics at the edges of its band
    bool right = false;
    bool measured = false; ///< now and then, at evaluations: dots
};

struct ChartSpec {
    /// std:Reward | metric:kl | expr:[reward] - 0.1 * [kl] | heat:tokens. What a layout remembers.
    QString id;
    QString title, unit;
    QString partsUnit; ///< of the parts behind the first, where it is another one
    double low = NAN, high = NAN; ///< values that the axis always shows
    QVector<ChartPart> parts;
    QString family; ///< "rewards/%1/mean": what a run records of that form are parts, too, each named by its %1
    bool heldOut = false; ///< pass@1 of the evaluations beside the parts
    QString rightUnit;
    QString unless, onlyWith; ///< runs that record this metric are not in the chart; runs that do not are not
    QString expression; ///< over metrics, instead of parts
    QString quantity; ///< of completions, as a heat map, instead of parts: tokens | reward | advantage | reflections

    /// Every metric that has to be read for it. A mistaken expression has none.
    QStringList metrics() const;
};

/// The charts that the program knows, in the order of a first look at a run of any kind.
const QVector<ChartSpec>& standardCharts();
/// Of any id; without parts, expression and quantity when nothing has that id.
ChartSpec chartSpec(const QString& id);
/// What a metric's section is called: up to the first slash; "general" for those without one.
QString metricSection(const QString& metric);

} // namespace aha
