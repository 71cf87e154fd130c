#pragma once
// What drawing on paper needs: colours on white, numbers with real minus signs, lines that end at the axes.

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QVector>

class QPainter;

namespace aha {

/// `share` of the way from one colour to another.
QColor mixedColor(const QColor& a, const QColor& b, double share);
/// Paper is white: a series' colour of the dark theme becomes that of the light one.
QColor paperColor(const QColor& color);
/// A number as QString writes it, for people: 10⁻⁵ for 1e-05, −2 for -2.
QString paperNumber(QString text);
/// The line through `points` as far as it lies in `box`, with the painter's pen; a point that is not finite is a gap.
/// Cut here and not by the painter, since QSvgGenerator does not clip.
void drawInside(QPainter& painter, const QRectF& box, const QVector<QPointF>& points);

} // namespace aha
