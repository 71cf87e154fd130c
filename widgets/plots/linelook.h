#pragma once
// How lines of one colour are told apart: dashes and markers, the same on the screen, in the legend and on paper.

#include <QColor>
#include <QPainterPath>
#include <QPen>

class QPainter;

namespace aha {

/// Shapes that lie on a line: 0 none, then circle, square, triangle, diamond, triangle upside down, plus, cross.
inline constexpr int kMarkerShapes = 7;

/// The n-th line of a colour beyond the first (a palette that begins anew): its own dash. 0 leaves `style` as it is,
/// and so does every style but the solid one, which means something else: a part of a metric.
QPen linePen(const QColor& color, double width, Qt::PenStyle style, int variant);
/// Around (0, 0), as far as `radius`. Empty for 0.
QPainterPath markerPath(int marker, double radius);
/// Filled with the colour; crosses are strokes.
void drawMarker(QPainter& painter, int marker, const QPointF& at, double radius, const QColor& color);

} // namespace aha
