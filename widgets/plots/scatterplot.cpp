#include "widgets/plots/scatterplot.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr double kNear = 9, kRadius = 4.5;

double scaled(const ScatterAxis& axis, double value) { return axis.logarithmic ? std::log10(value) : value; }

QString valueText(const ScatterAxis& axis, double value)
{
    if (!axis.categories.isEmpty())
        return axis.categories.value(int(std::lround(value)));
    return axis.percent ? QStringLiteral("%1 %").arg(100 * value, 0, 'f', 1) : shortNumber(value, 4);
}

/// Where ticks stand, in scaled values.
QVector<double> ticks(const ScatterAxis& axis, double low, double high, int most)
{
    QVector<double> at;
    if (!axis.categories.isEmpty() || high - low <= 0) {
        for (int i = 0; i < axis.categories.size(); ++i)
            at << i;
        return at;
    }
    double step = std::pow(10, std::floor(std::log10((high - low) / most)));
    for (const double factor : { 1.0, 2.0, 5.0, 10.0 })
        if ((high - low) / (step * factor) <= most) {
            step *= factor;
            break;
        }
    if (axis.whole)
        step = std::max(1.0, step);
    for (double value = std::ceil(low / step) * step; value <= high + step * 1e-9; value += step)
        at << value;
    return at;
}

} // namespace

ScatterPlot::ScatterPlot(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("scatterPlot"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(160);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Scatter plot without points"));
}

void ScatterPlot::setData(
    const ScatterAxis& x, const ScatterAxis& y, const QVector<ScatterPoint>& points, BestLine best)
{
    m_x = x;
    m_y = y;
    m_points = points;
    m_best = best;
    m_picked = m_picked < points.size() ? m_picked : -1;
    m_leftOut = 0;
    m_xLow = m_yLow = INFINITY;
    m_xHigh = m_yHigh = -INFINITY;
    for (int i = 0; i < points.size(); ++i) {
        if (!finite(i)) {
            ++m_leftOut;
            continue;
        }
        m_xLow = std::min(m_xLow, scaled(x, points[i].x));
        m_xHigh = std::max(m_xHigh, scaled(x, points[i].x));
        m_yLow = std::min(m_yLow, std::min(scaled(y, points[i].y), y.logarithmic ? INFINITY : points[i].low));
        m_yHigh = std::max(m_yHigh, std::max(scaled(y, points[i].y), y.logarithmic ? -INFINITY : points[i].high));
    }
    const auto widen = [](double& low, double& high) {
        if (!(low <= high))
            low = 0, high = 1;
        const double room = high > low ? (high - low) * 0.06 : std::max(std::abs(low) * 0.1, 0.5);
        low -= room;
        high += room;
    };
    widen(m_xLow, m_xHigh);
    widen(m_yLow, m_yHigh);
    setAccessibleName(tr("Scatter plot of %1 over %2, %3 points").arg(y.name, x.name).arg(points.size() - m_leftOut)
        + (m_leftOut > 0 ? tr("; ") + tr("%1 of %2 runs have no value here").arg(m_leftOut).arg(points.size())
                         : QString()));
    update();
}

bool ScatterPlot::finite(int point) const
{
    return std::isfinite(scaled(m_x, m_points[point].x)) && std::isfinite(scaled(m_y, m_points[point].y));
}

QVector<int> ScatterPlot::inOrder() const
{
    QVector<int> order;
    for (int i = 0; i < m_points.size(); ++i)
        if (finite(i))
            order << i;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return m_points[a].x < m_points[b].x; });
    return order;
}

QVector<double> ScatterPlot::bestSoFar() const
{
    QVector<double> best;
    if (m_best == NoLine)
        return best;
    for (const int i : inOrder()) {
        const double value = m_points[i].y;
        best << (best.isEmpty()    ? value
                : m_best == Lowest ? std::min(best.last(), value)
                                   : std::max(best.last(), value));
    }
    return best;
}

QRectF ScatterPlot::area() const
{
    const double line = fontMetrics().lineSpacing();
    double words = 0;
    for (const double at : ticks(m_y, m_yLow, m_yHigh, 5))
        words = std::max(
            words, double(fontMetrics().horizontalAdvance(valueText(m_y, m_y.logarithmic ? std::pow(10, at) : at))));
    return QRectF(rect()).adjusted(std::min(words, 160.0) + 14, line + 8, -14, -2 * line - 10);
}

QPointF ScatterPlot::positionOf(int point) const
{
    const QRectF plot = area();
    return { plot.left() + plot.width() * (scaled(m_x, m_points[point].x) - m_xLow) / (m_xHigh - m_xLow),
        plot.bottom() - plot.height() * (scaled(m_y, m_points[point].y) - m_yLow) / (m_yHigh - m_yLow) };
}

QString ScatterPlot::hint(int point) const
{
    const ScatterPoint& p = m_points[point];
    QString text = QStringLiteral("%1: %2").arg(p.name, valueText(m_y, p.y));
    if (p.low < p.y || p.high > p.y)
        text += tr(" (95 % interval %1 to %2)").arg(valueText(m_y, p.low), valueText(m_y, p.high));
    return text + QStringLiteral(", %1 %2").arg(m_x.name, valueText(m_x, p.x));
}

void ScatterPlot::setPicked(int point)
{
    if (point == m_picked || point >= m_points.size())
        return;
    m_picked = point;
    setAccessibleDescription(point >= 0 ? hint(point) : QString());
    update();
}

void ScatterPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_points.isEmpty())
        return;
    const QRectF plot = area();
    const QColor text = palette().color(QPalette::Text), quiet = palette().color(QPalette::Mid),
                 words = palette().color(QPalette::PlaceholderText), strong = palette().color(QPalette::Highlight);
    QColor grid = quiet;
    grid.setAlpha(90);
    const auto y = [&](double value) { return plot.bottom() - plot.height() * (value - m_yLow) / (m_yHigh - m_yLow); };
    const auto x = [&](double value) { return plot.left() + plot.width() * (value - m_xLow) / (m_xHigh - m_xLow); };
    for (const double at : ticks(m_y, m_yLow, m_yHigh, 5)) {
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(plot.left(), y(at)), QPointF(plot.right(), y(at)));
        painter.setPen(words);
        const QString word
            = fontMetrics().elidedText(valueText(m_y, m_y.logarithmic ? std::pow(10, at) : at), Qt::ElideRight, 160);
        painter.drawText(
            QPointF(plot.left() - 8 - fontMetrics().horizontalAdvance(word), y(at) + fontMetrics().ascent() / 2.0 - 1),
            word);
    }
    double free = 0;
    for (const double at : ticks(m_x, m_xLow, m_xHigh, 7)) {
        const QString word
            = fontMetrics().elidedText(valueText(m_x, m_x.logarithmic ? std::pow(10, at) : at), Qt::ElideRight, 120);
        const double width = fontMetrics().horizontalAdvance(word),
                     left = std::clamp(x(at) - width / 2, 0.0, this->width() - width);
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(x(at), plot.top()), QPointF(x(at), plot.bottom()));
        if (left < free)
            continue;
        painter.setPen(words);
        painter.drawText(QPointF(left, plot.bottom() + fontMetrics().ascent() + 5), word);
        free = left + width + 8;
    }
    painter.setPen(text);
    painter.drawText(
        QPointF(4, fontMetrics().ascent() + 2), fontMetrics().elidedText(m_y.name, Qt::ElideRight, width() / 3 - 20));
    const QString below = fontMetrics().elidedText(m_x.name, Qt::ElideRight, int(plot.width()));
    painter.drawText(
        QPointF(plot.right() - fontMetrics().horizontalAdvance(below), height() - fontMetrics().descent() - 2), below);
    if (m_leftOut > 0) {
        painter.setPen(words);
        painter.drawText(QPointF(4, height() - fontMetrics().descent() - 2),
            tr("%1 of %2 runs have no value here").arg(m_leftOut).arg(m_points.size()));
    }
    if (const QVector<double> best = bestSoFar(); !best.isEmpty()) {
        const QVector<int> order = inOrder();
        QPainterPath path(QPointF(positionOf(order[0]).x(), y(scaled(m_y, best[0]))));
        for (qsizetype i = 1; i < order.size(); ++i) {
            const double across = positionOf(order[i]).x();
            path.lineTo(across, y(scaled(m_y, best[i - 1])));
            path.lineTo(across, y(scaled(m_y, best[i])));
        }
        path.lineTo(plot.right(), path.currentPosition().y());
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(text, 2));
        painter.drawPath(path);
    }
    for (int pass = 0; pass < 2; ++pass) // the picked one on top
        for (int i = 0; i < m_points.size(); ++i) {
            if (!finite(i) || (i == m_picked) != (pass == 1))
                continue;
            const QPointF at = positionOf(i);
            const QColor color = m_points[i].dimmed ? words : strong;
            painter.setPen(QPen(color, 1));
            if (!m_y.logarithmic && m_points[i].high > m_points[i].low)
                painter.drawLine(QPointF(at.x(), y(m_points[i].low)), QPointF(at.x(), y(m_points[i].high)));
            painter.setBrush(
                m_points[i].dimmed ? palette().color(QPalette::Window) : color); // hollow, too, without colour
            painter.setPen(QPen(i == m_picked ? text : color, i == m_picked ? 2.5 : 1));
            painter.drawEllipse(at, i == m_picked ? kRadius + 2 : kRadius, i == m_picked ? kRadius + 2 : kRadius);
        }
    if (m_picked >= 0 && finite(m_picked)) {
        const QString said = fontMetrics().elidedText(hint(m_picked), Qt::ElideRight, width() * 2 / 3);
        painter.setPen(text);
        painter.drawText(
            QPointF(width() - 6 - fontMetrics().horizontalAdvance(said), fontMetrics().ascent() + 2), said);
    }
}

int ScatterPlot::pointAt(const QPointF& at) const
{
    int best = -1;
    double nearest = kNear;
    for (int i = 0; i < m_points.size(); ++i) {
        const QPointF to = finite(i) ? positionOf(i) - at : QPointF(1e9, 1e9);
        if (std::hypot(to.x(), to.y()) < nearest) {
            nearest = std::hypot(to.x(), to.y());
            best = i;
        }
    }
    return best;
}

void ScatterPlot::mousePressEvent(QMouseEvent* event)
{
    if (const int point = pointAt(event->position()); point >= 0) {
        setPicked(point);
        Q_EMIT pointPicked(point);
    }
}

void ScatterPlot::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const int point = pointAt(event->position()); point >= 0)
        Q_EMIT pointOpened(point);
}

void ScatterPlot::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_picked >= 0) {
        Q_EMIT pointOpened(m_picked);
        return;
    }
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right)
        return QWidget::keyPressEvent(event);
    const QVector<int> order = inOrder();
    if (order.isEmpty())
        return;
    const qsizetype at = order.indexOf(m_picked), step = event->key() == Qt::Key_Right ? 1 : -1;
    const int next = order[at < 0 ? 0 : std::clamp<qsizetype>(at + step, 0, order.size() - 1)];
    setPicked(next);
    Q_EMIT pointPicked(next);
}

bool ScatterPlot::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int point = pointAt(help->pos());
        QToolTip::showText(help->globalPos(), point >= 0 ? hint(point).toHtmlEscaped() : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace aha
