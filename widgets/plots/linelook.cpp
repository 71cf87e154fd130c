#include "widgets/plots/linelook.h"

#include <QPainter>

namespace aha {

QPen linePen(const QColor& color, double width, Qt::PenStyle style, int variant)
{
    static const QVector<QVector<qreal>> dashes { { 6, 3 }, { 2, 2 }, { 9, 3, 2, 3 }, { 12, 4 }, { 4, 2, 1, 2, 1, 2 },
        { 3, 5 }, { 14, 3, 4, 3 } };
    QPen pen(color, width, style);
    if (variant > 0 && style == Qt::SolidLine)
        pen.setDashPattern(dashes[(variant - 1) % dashes.size()]);
    return pen;
}

QPainterPath markerPath(int marker, double radius)
{
    QPainterPath path;
    const auto corners = [&](std::initializer_list<QPointF> points) {
        path.addPolygon(QPolygonF(QVector<QPointF>(points)));
        path.closeSubpath();
    };
    const double r = radius;
    switch (marker) {
    case 1:
        path.addEllipse(QPointF(), 0.9 * r, 0.9 * r);
        break;
    case 2:
        path.addRect(QRectF(-0.8 * r, -0.8 * r, 1.6 * r, 1.6 * r));
        break;
    case 3:
        corners({ { 0, -r }, { r, 0.8 * r }, { -r, 0.8 * r } });
        break;
    case 4:
        corners({ { 0, -1.15 * r }, { 1.15 * r, 0 }, { 0, 1.15 * r }, { -1.15 * r, 0 } });
        break;
    case 5:
        corners({ { 0, r }, { r, -0.8 * r }, { -r, -0.8 * r } });
        break;
    case 6:
        path.moveTo(-r, 0);
        path.lineTo(r, 0);
        path.moveTo(0, -r);
        path.lineTo(0, r);
        break;
    case 7:
        path.moveTo(-0.85 * r, -0.85 * r);
        path.lineTo(0.85 * r, 0.85 * r);
        path.moveTo(-0.85 * r, 0.85 * r);
        path.lineTo(0.85 * r, -0.85 * r);
        break;
    default:
        break;
    }
    return path;
}

void drawMarker(QPainter& painter, int marker, const QPointF& at, double radius, const QColor& color)
{
    painter.setPen(marker >= 6 ? QPen(color, radius * 0.5, Qt::SolidLine, Qt::FlatCap) : QPen(Qt::NoPen));
    painter.setBrush(marker >= 6 ? QBrush(Qt::NoBrush) : QBrush(color));
    painter.drawPath(markerPath(marker, radius).translated(at));
    painter.setBrush(Qt::NoBrush);
}

} // namespace aha
