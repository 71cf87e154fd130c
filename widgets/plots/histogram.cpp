#include "widgets/plots/histogram.h"

#include "widgets/language/translation.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace aha {

namespace {
constexpr int kTicks = 5, kMostBar = 80;
}

Histogram::Histogram(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("histogram"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(110);
}

void Histogram::setData(const HistogramData& data)
{
    m_data = data;
    m_current = -1;
    setFocusPolicy(data.bins.isEmpty() ? Qt::NoFocus : Qt::StrongFocus);
    setAccessibleDescription(tr("Left and right arrow keys choose a bar."));
    quint64 sum = 0;
    for (const quint64 count : data.bins)
        sum += count;
    setAccessibleName(tr("Histogram of %1, %2 values in %3 bins").arg(data.name).arg(sum).arg(data.bins.size()));
    update();
}

QRect Histogram::area() const
{
    const QRect inside = rect().adjusted(6, 4, -6, -fontMetrics().lineSpacing() - 8);
    return { inside.x(), inside.y(), std::min(inside.width(), int(m_data.bins.size()) * kMostBar), inside.height() };
}

QRect Histogram::column(int bin) const
{
    const QRect plot = area();
    const double step = double(plot.width()) / double(m_data.bins.size());
    const int left = plot.x() + int(bin * step), right = plot.x() + int((bin + 1) * step);
    return { left, plot.y(), std::max(1, right - left - 1), plot.height() };
}

void Histogram::paintEvent(QPaintEvent*)
{
    if (m_data.bins.isEmpty())
        return;
    QPainter painter(this);
    const QRect plot = area();
    const quint64 most = std::max<quint64>(1, *std::max_element(m_data.bins.begin(), m_data.bins.end()));
    const double step = double(plot.width()) / double(m_data.bins.size());
    for (int i = 0; i < m_data.bins.size(); ++i) {
        if (m_data.bins[i] == 0)
            continue;
        const int height = std::max(1, int(double(plot.height()) * double(m_data.bins[i]) / double(most)));
        QRect bar = column(i);
        bar.setTop(plot.bottom() - height + 1);
        painter.fillRect(bar, palette().color(QPalette::Highlight));
    }
    if (m_current >= 0 && hasFocus()) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawRect(column(m_current).adjusted(-1, -1, 0, 0));
    }
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(plot.bottomLeft() + QPoint(0, 1), plot.bottomRight() + QPoint(0, 1));
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const int y = plot.bottom() + fontMetrics().ascent() + 5;
    int free = 0;
    for (int i = 0; i <= kTicks; ++i) {
        const int bin = int(m_data.bins.size()) * i / kTicks;
        QString text = QString::number(qint64(bin * m_data.binWidth));
        if (i == kTicks)
            text += QLatin1Char(' ') + m_data.name;
        const int width = fontMetrics().horizontalAdvance(text);
        const int x = std::clamp(plot.x() + int(bin * step) - width / 2, 0, std::max(0, this->width() - width));
        if (x < free)
            continue;
        painter.drawText(x, y, text);
        free = x + width + 8;
    }
}

QString Histogram::hint(int x) const
{
    const QRect plot = area();
    if (m_data.bins.isEmpty() || x < plot.left() || x > plot.right())
        return {};
    const int bin
        = std::min(int((x - plot.x()) * double(m_data.bins.size()) / plot.width()), int(m_data.bins.size()) - 1);
    return words(bin);
}

QString Histogram::words(int bin) const
{
    return (m_data.bins[bin] == 1 ? tr("%1 to %2 %3: %4 row") : tr("%1 to %2 %3: %4 rows"))
        .arg(qint64(bin * m_data.binWidth))
        .arg(qint64((bin + 1) * m_data.binWidth) - 1)
        .arg(m_data.name)
        .arg(m_data.bins[bin]);
}

void Histogram::keyPressEvent(QKeyEvent* event)
{
    const int last = int(m_data.bins.size()) - 1;
    if (last < 0)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        m_current = m_current < 0 ? last : std::max(0, m_current - 1);
        break;
    case Qt::Key_Right:
        m_current = std::min(last, m_current + 1);
        break;
    case Qt::Key_Home:
        m_current = 0;
        break;
    case Qt::Key_End:
        m_current = last;
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    setAccessibleDescription(words(m_current));
    QToolTip::showText(mapToGlobal(column(m_current).center()), words(m_current), this);
    update();
}

void Histogram::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void Histogram::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool Histogram::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), hint(help->pos().x()), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace aha
