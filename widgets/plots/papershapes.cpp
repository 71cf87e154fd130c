#include "widgets/plots/papershapes.h"

#include "widgets/plots/linelook.h"
#include "widgets/plots/seriescolors.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// What of a segment lies in `box` (Liang and Barsky). False: nothing.
bool cut(const QRectF& box, QPointF& a, QPointF& b)
{
    double enter = 0, leave = 1;
    const QPointF way = b - a;
    for (const auto& [p, q] : { std::pair(-way.x(), a.x() - box.left()), std::pair(way.x(), box.right() - a.x()),
             std::pair(-way.y(), a.y() - box.top()), std::pair(way.y(), box.bottom() - a.y()) }) {
        if (p == 0 && q < 0)
            return false;
        if (p < 0)
            enter = std::max(enter, q / p);
        else if (p > 0)
            leave = std::min(leave, q / p);
    }
    if (enter > leave)
        return false;
    const QPointF start = a;
    a = start + enter * way;
    b = start + leave * way;
    return true;
}

} // namespace

QPen paperPen(const QColor& color, double points, Qt::PenStyle dashes)
{
    return { color, points * kPaperPoint, dashes, Qt::FlatCap, Qt::RoundJoin };
}

void drawPaperDot(QPainter& painter, const QPointF& at, const QColor& color, int marker)
{
    constexpr double kDotPt = 1.7;
    drawMarker(painter, std::max(marker, 1), at, (marker > 1 ? 1.3 : 1.1) * kDotPt * kPaperPoint, color);
}

QColor mixedColor(const QColor& a, const QColor& b, double share)
{
    const auto channel = [&](int x, int y) { return int(std::lround(x + share * (y - x))); };
    return { channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue()) };
}

QColor paleColor(const QColor& color) { return mixedColor(color, Qt::white, 0.6); }

QColor paperColor(const QColor& color)
{
    for (int i = 0; i < kSeriesColors; ++i)
        if (color.rgb() == seriesColor(i, true).rgb())
            return seriesColor(i, false);
    return color.lightnessF() > 0.8F ? kPaperInk : color; // the ink of a dark window
}

QString paperNumber(QString text)
{
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    if (const qsizetype e = text.indexOf(QLatin1Char('e')); e > 0) {
        bool whole = false;
        const int exponent = text.mid(e + 1).toInt(&whole);
        if (whole) {
            QString power = exponent < 0 ? QStringLiteral("⁻") : QString();
            for (const QChar digit : QString::number(std::abs(exponent)))
                power += digits[digit.digitValue()];
            const QString factor = text.left(e);
            text = (factor == QLatin1String("1") ? QString() : factor + QStringLiteral("·")) + QStringLiteral("10")
                + power;
        }
    }
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

void drawInside(QPainter& painter, const QRectF& box, const QVector<QPointF>& points)
{
    QPolygonF piece;
    const auto flush = [&] {
        if (piece.size() > 1)
            painter.drawPolyline(piece);
        piece.clear();
    };
    for (qsizetype i = 1; i < points.size(); ++i) {
        QPointF a = points[i - 1], b = points[i];
        if (!std::isfinite(a.x() + a.y() + b.x() + b.y()) || !cut(box, a, b)) {
            flush();
            continue;
        }
        if (piece.isEmpty() || piece.last() != a) {
            flush();
            piece << a;
        }
        piece << b;
    }
    flush();
}

} // namespace aha
