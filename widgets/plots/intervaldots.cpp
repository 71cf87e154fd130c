#include "widgets/plots/intervaldots.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aha {

IntervalDots::IntervalDots(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("intervalDots"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(120);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleDescription(tr("Left and right arrow keys choose an estimate."));
}

void IntervalDots::setDots(const QVector<Dot>& dots, const QColor& color, const QString& axis)
{
    m_dots = dots;
    m_color = color;
    m_axis = axis;
    if (m_current >= dots.size())
        choose(-1);
    setAccessibleName(tr("%1: %2 estimates%3")
                          .arg(axis)
                          .arg(dots.size())
                          .arg(m_current < 0 ? QString() : tr(". ") + hintAt(m_current)));
    update();
}

QString IntervalDots::hintAt(int index) const
{
    return index >= 0 && index < m_dots.size() ? m_dots[index].hint : QString();
}

QRect IntervalDots::area() const
{
    return rect().adjusted(
        fontMetrics().horizontalAdvance(QStringLiteral("−0.5")) + 10, 6, -8, -2 * fontMetrics().lineSpacing() - 6);
}

double IntervalDots::xOf(qsizetype index) const
{
    const QRect plot = area();
    return plot.left() + (double(index) + 0.5) * plot.width() / double(std::max<qsizetype>(1, m_dots.size()));
}

void IntervalDots::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor faint = palette().color(QPalette::PlaceholderText);
    const QRect plot = area();
    const auto y = [&](double value) { return plot.center().y() - value * plot.height() / 2; };
    for (const double line : { -1.0, -0.5, 0.0, 0.5, 1.0 }) {
        painter.setPen(QPen(palette().color(line == 0 ? QPalette::Mid : QPalette::Midlight), 1));
        painter.drawLine(QPointF(plot.left(), y(line)), QPointF(plot.right(), y(line)));
        painter.setPen(faint);
        painter.drawText(QRectF(0, y(line) - fontMetrics().height() / 2.0, plot.left() - 8, fontMetrics().height()),
            int(Qt::AlignRight) | int(Qt::AlignVCenter), trueMinus(QString::number(line)));
    }
    const int every = std::max(1, int(std::ceil(double(m_dots.size()) * 34 / std::max(1, plot.width()))));
    for (qsizetype i = 0; i < m_dots.size(); ++i) {
        const Dot& dot = m_dots[i];
        const double x = xOf(i);
        if (dot.at % every == 0) {
            painter.setPen(faint);
            painter.drawText(QRectF(x - 24, plot.bottom() + 3, 48, fontMetrics().height()), Qt::AlignHCenter,
                (dot.at > 0 ? QStringLiteral("+") : QString()) + trueMinus(QString::number(dot.at)));
        }
        if (!std::isfinite(dot.value))
            continue;
        const bool apart = std::isfinite(dot.low) && (dot.low > 0 || dot.high < 0);
        if (std::isfinite(dot.low)) {
            painter.setPen(QPen(m_color, 1.4));
            painter.drawLine(QPointF(x, y(dot.low)), QPointF(x, y(dot.high)));
        }
        // Filled where the interval leaves 0 out, hollow where it does not.
        painter.setPen(QPen(m_color, 1.4));
        painter.setBrush(apart ? m_color : palette().color(QPalette::Base));
        const double radius = i == m_current ? 5 : 3.2;
        painter.drawEllipse(QPointF(x, y(dot.value)), radius, radius);
    }
    painter.setPen(faint);
    painter.drawText(
        QRect(plot.left(), plot.bottom() + 4 + fontMetrics().lineSpacing(), plot.width(), fontMetrics().height()),
        Qt::AlignHCenter, m_axis);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void IntervalDots::choose(int index)
{
    if (index == m_current)
        return;
    m_current = index;
    update();
    Q_EMIT currentChanged(index);
}

void IntervalDots::mouseMoveEvent(QMouseEvent* event)
{
    const QRect plot = area();
    if (m_dots.isEmpty() || event->pos().x() < plot.left() || event->pos().x() > plot.right())
        return;
    choose(std::clamp(
        int((event->pos().x() - plot.left()) * m_dots.size() / std::max(1, plot.width())), 0, int(m_dots.size()) - 1));
}

void IntervalDots::keyPressEvent(QKeyEvent* event)
{
    const int by = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (by == 0 || m_dots.isEmpty())
        return QWidget::keyPressEvent(event);
    choose(m_current < 0 ? int(m_dots.size()) / 2 : std::clamp(m_current + by, 0, int(m_dots.size()) - 1));
}

void IntervalDots::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void IntervalDots::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace aha
