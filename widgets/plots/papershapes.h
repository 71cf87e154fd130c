#pragma once
// What drawing on paper needs: colours on white, numbers with real minus signs, lines that end at the axes.

#include <QColor>
#include <QPen>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QVector>

class QPainter;

namespace aha {

inline constexpr double kPaperPoint = 1200 / 72.0; ///< in the drawing's units
inline constexpr double kPaperLinePt = 1.1, kPalePt = 0.6, kThinPt = 0.5; ///< widths of lines
inline const QColor kPaperInk(0x1a, 0x1a, 0x1a), kPaperAxis(0x80, 0x80, 0x80), kPaperGrid(0xe4, 0xe4, 0xe4);

QPen paperPen(const QColor& color, double points, Qt::PenStyle dashes = Qt::SolidLine);
/// A dot of a line, or its marker's shape.
void drawPaperDot(QPainter& painter, const QPointF& at, const QColor& color, int marker);
/// `share` of the way from one colour to another.
QColor mixedColor(const QColor& a, const QColor& b, double share);
QColor paleColor(const QColor& color);
/// Paper is white: a series' colour of the dark theme becomes that of the light one.
QColor paperColor(const QColor& color);
/// A number as QString writes it, for people: 10⁻⁵ for 1e-05, −2 for -2.
QString paperNumber(QString text);
/// The line through `points` as far as it lies in `box`, with the painter's pen; a point that is not finite is a gap.
/// Cut here and not by the painter, since QSvgGenerator does not clip.
void drawInside(QPainter& painter, const QRectF& box, const QVector<QPointF>& points);

} // namespace aha
