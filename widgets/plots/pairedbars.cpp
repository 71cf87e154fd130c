#include "widgets/plots/pairedbars.h"

#include "widgets/language/translation.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace aha {

PairedBars::PairedBars(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("pairedBars"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(120);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleDescription(tr("Left and right arrow keys choose a part of the trace."));
}

void PairedBars::setData(const PairedBarsData& data)
{
    m_data = data;
    m_sums[0] = std::accumulate(data.left.counts.begin(), data.left.counts.end(), quint64(0));
    m_sums[1] = std::accumulate(data.right.counts.begin(), data.right.counts.end(), quint64(0));
    QStringList counts;
    for (const PairedBarsData::Side* side : sides())
        counts << QStringLiteral("%1 n = %2").arg(side->label).arg(m_sums[side == &m_data.right]);
    setAccessibleName(tr("Where %1 stand, from %2 to %3: %4")
                          .arg(data.counted, data.low, data.high, counts.join(QStringLiteral(", "))));
    update();
}

std::vector<const PairedBarsData::Side*> PairedBars::sides() const
{
    if (m_data.right.label.isEmpty())
        return { &m_data.left };
    return { &m_data.left, &m_data.right };
}

double PairedBars::share(const PairedBarsData::Side& side, qsizetype bin) const
{
    const quint64 sum = m_sums[&side == &m_data.right];
    return sum ? double(side.counts.value(bin)) / double(sum) : 0;
}

QRect PairedBars::area() const
{
    const int line = fontMetrics().lineSpacing();
    return rect().adjusted(fontMetrics().horizontalAdvance(QStringLiteral("100 %")) + 8, line + 8, -6, -line - 8);
}

void PairedBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor faint = palette().color(QPalette::PlaceholderText);
    if (m_sums[0] + m_sums[1] == 0) {
        painter.setPen(faint);
        painter.drawText(rect(), Qt::AlignCenter, tr("No %1 in these steps").arg(m_data.counted));
        return;
    }
    const QRect plot = area();
    const qsizetype bins = this->bins();
    double most = 0.01;
    for (qsizetype i = 0; i < bins; ++i)
        most = std::max({ most, share(m_data.left, i), share(m_data.right, i) });
    // Legend with n.
    int x = plot.left();
    for (const PairedBarsData::Side* side : sides()) {
        const QRect box(x, 5, 10, 10);
        painter.fillRect(box, side->hatched ? QBrush(side->color, Qt::BDiagPattern) : QBrush(side->color));
        painter.setPen(side->color);
        painter.drawRect(box);
        painter.setPen(palette().color(QPalette::WindowText));
        const QString text = QStringLiteral("%1, n = %L2").arg(side->label).arg(m_sums[side == &m_data.right]);
        painter.drawText(x + 16, 2 + fontMetrics().ascent(), text);
        x += 16 + fontMetrics().horizontalAdvance(text) + 18;
    }
    painter.setPen(faint);
    painter.drawText(QRect(0, plot.top() - 6, plot.left() - 6, fontMetrics().height()), Qt::AlignRight,
        QStringLiteral("%1 %").arg(100 * most, 0, 'f', 0));
    const double step = double(plot.width()) / double(bins);
    for (qsizetype i = 0; i < bins; ++i) {
        const int left = plot.x() + int(double(i) * step), right = plot.x() + int(double(i + 1) * step);
        const int wide = std::max(1, (right - left - 2) / int(sides().size()));
        if (i == m_current)
            painter.fillRect(QRect(left - 1, plot.top(), int(sides().size()) * wide + 2, plot.height()),
                palette().color(QPalette::Midlight));
        for (const PairedBarsData::Side* side : sides()) {
            const int height = int(plot.height() * share(*side, i) / most);
            if (height == 0)
                continue;
            const QRect bar(side == &m_data.left ? left : left + wide, plot.bottom() - height + 1, wide, height);
            painter.fillRect(bar, side->hatched ? QBrush(side->color, Qt::BDiagPattern) : QBrush(side->color));
            if (side->hatched) {
                painter.setPen(side->color);
                painter.drawRect(bar.adjusted(0, 0, -1, -1));
            }
        }
    }
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(plot.bottomLeft() + QPoint(0, 1), plot.bottomRight() + QPoint(0, 1));
    painter.setPen(faint);
    const QRect below(plot.left(), plot.bottom() + 4, plot.width(), fontMetrics().height());
    painter.drawText(below, Qt::AlignLeft, m_data.low);
    painter.drawText(below, Qt::AlignRight, m_data.high);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

qsizetype PairedBars::bins() const { return std::max(m_data.left.counts.size(), m_data.right.counts.size()); }

QString PairedBars::hint(int x) const
{
    const QRect plot = area();
    if (bins() == 0 || x < plot.left() || x > plot.right())
        return {};
    return hintOf(std::min(qsizetype(double(x - plot.x()) * double(bins()) / plot.width()), bins() - 1));
}

QString PairedBars::hintOf(qsizetype bin) const
{
    if (bin < 0 || bin >= bins())
        return {};
    const auto part = [&](const PairedBarsData::Side& side) {
        return QStringLiteral("%1 %2 % (n = %L3)")
            .arg(side.label)
            .arg(100 * share(side, bin), 0, 'f', 1)
            .arg(side.counts.value(bin));
    };
    QStringList parts;
    for (const PairedBarsData::Side* side : sides())
        parts << part(*side);
    return tr("%1 – %2 % of the trace: %3")
        .arg(100 * bin / bins())
        .arg(100 * (bin + 1) / bins())
        .arg(parts.join(QStringLiteral(", ")));
}

void PairedBars::keyPressEvent(QKeyEvent* event)
{
    const int by = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (by == 0 || bins() == 0)
        return QWidget::keyPressEvent(event);
    m_current = m_current < 0 ? (by > 0 ? 0 : bins() - 1) : std::clamp<qsizetype>(m_current + by, 0, bins() - 1);
    update();
    Q_EMIT currentChanged();
}

void PairedBars::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void PairedBars::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool PairedBars::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), hint(help->pos().x()), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace aha
