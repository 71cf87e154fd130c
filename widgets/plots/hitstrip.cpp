#include "widgets/plots/hitstrip.h"

#include "widgets/language/translation.h"
#include "widgets/plots/seriescolors.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace aha {

namespace {

constexpr double kNarrowest = 3; ///< pixels of a bar with its gap

QString percent(double share) { return QString::number(100 * share, 'f', share < 0.0995 ? 1 : 0); }

} // namespace

HitStrip::HitStrip(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("hitStrip"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setBars({});
}

void HitStrip::setBars(const QVector<HitBar>& bars)
{
    m_bars = bars;
    m_current = -1;
    qint64 hits = 0, of = 0;
    for (const HitBar& bar : bars) {
        hits += bar.hits;
        of += bar.of;
    }
    setAccessibleName(bars.isEmpty() ? tr("Hits by step, none counted")
                                     : tr("Hits by step, %1 of %2 traces in steps %3 to %4")
                                           .arg(hits)
                                           .arg(of)
                                           .arg(bars.first().step)
                                           .arg(bars.last().step));
    setAccessibleDescription({});
    update();
}

void HitStrip::setChosen(std::optional<qint64> from, std::optional<qint64> to)
{
    m_from = from;
    m_to = to;
    update();
}

QRectF HitStrip::area() const { return QRectF(rect()).adjusted(4, 3, -4, -fontMetrics().height() - 3); }

QVector<HitStrip::Bin> HitStrip::binned() const
{
    QVector<Bin> bins;
    const qsizetype most = std::max<qsizetype>(1, qsizetype(area().width() / kNarrowest)),
                    each = (m_bars.size() + most - 1) / most;
    for (qsizetype i = 0; i < m_bars.size(); i += each) {
        Bin bin { m_bars[i].step, m_bars[i].step, 0, 0 };
        for (qsizetype k = i; k < std::min(i + each, m_bars.size()); ++k) {
            bin.to = m_bars[k].step;
            bin.hits += m_bars[k].hits;
            bin.of += m_bars[k].of;
        }
        bins << bin;
    }
    return bins;
}

QRectF HitStrip::barRect(int bar) const { return barRect(bar, std::max<qsizetype>(1, binned().size())); }

QRectF HitStrip::barRect(int bar, qsizetype count) const
{
    const QRectF room = area();
    return { room.left() + room.width() * bar / double(count), room.top(), room.width() / double(count),
        room.height() };
}

int HitStrip::barAt(double x) const
{
    const QRectF room = area();
    const int count = barCount();
    return count == 0 || x < room.left() || x >= room.right()
        ? -1
        : std::clamp(int((x - room.left()) / room.width() * count), 0, count - 1);
}

QString HitStrip::barText(int bar) const
{
    const Bin bin = binned().value(bar, { 0, 0, 0, 0 });
    return (bin.from == bin.to ? tr("step %1").arg(bin.from) : tr("steps %1 to %2").arg(bin.from).arg(bin.to))
        + tr(": %1 of n = %2 traces (%3 %)").arg(bin.hits).arg(bin.of).arg(percent(bin.share()));
}

void HitStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QVector<Bin> bins = binned();
    const QRectF room = area();
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    const QColor strong = seriesColor(0, dark), quiet = palette().color(QPalette::Mid),
                 words = palette().color(QPalette::PlaceholderText);
    double most = 0;
    for (const Bin& bin : bins)
        most = std::max(most, bin.share());
    painter.setPen(QPen(quiet, 1));
    painter.drawLine(room.bottomLeft(), room.bottomRight());
    for (int i = 0; i < bins.size(); ++i) {
        const QRectF column = barRect(i, bins.size());
        const bool chosen = bins[i].to >= m_from.value_or(bins[i].to) && bins[i].from <= m_to.value_or(bins[i].from);
        const double height = most > 0 ? room.height() * bins[i].share() / most : 0;
        const double gap = column.width() >= kNarrowest ? 1 : 0;
        if (i == m_current) {
            QColor behind = palette().color(QPalette::Highlight);
            behind.setAlpha(60);
            painter.fillRect(column, behind);
        }
        painter.fillRect(QRectF(column.left(), room.bottom() - height, column.width() - gap, height),
            chosen ? strong : quiet); // pale and beside what is chosen: told without colour, too
    }
    if (!bins.isEmpty()) {
        const double base = height() - fontMetrics().descent() - 1;
        painter.setPen(words);
        const QString first = QString::number(bins.first().from), last = QString::number(bins.last().to),
                      middle
            = fontMetrics().elidedText(tr("share of each step's traces, at most %1 %").arg(percent(most)),
                Qt::ElideRight, int(room.width()) - fontMetrics().horizontalAdvance(first + last) - 24);
        painter.drawText(QPointF(room.left(), base), first);
        painter.drawText(QPointF(room.right() - fontMetrics().horizontalAdvance(last), base), last);
        painter.drawText(QPointF(room.center().x() - fontMetrics().horizontalAdvance(middle) / 2.0, base), middle);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void HitStrip::choose(int bar)
{
    const QVector<Bin> bins = binned();
    if (bar >= 0 && bar < bins.size())
        Q_EMIT stepsChosen(bins[bar].from, bins[bar].to);
}

void HitStrip::setCurrent(int bar)
{
    m_current = bar;
    setAccessibleDescription(bar >= 0 ? barText(bar) : QString());
    if (bar >= 0) // a keyboard has no hover
        QToolTip::showText(mapToGlobal(barRect(bar).bottomLeft().toPoint()), barText(bar), this);
    update();
}

void HitStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(barAt(event->position().x()));
}

void HitStrip::keyPressEvent(QKeyEvent* event)
{
    const int last = barCount() - 1;
    if (last < 0)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrent(std::clamp(m_current - 1, 0, last));
    case Qt::Key_Right:
        return setCurrent(std::clamp(m_current + 1, 0, last));
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        return choose(m_current);
    case Qt::Key_Escape:
        return Q_EMIT allChosen();
    default:
        QWidget::keyPressEvent(event);
    }
}

void HitStrip::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

bool HitStrip::event(QEvent* event)
{
    if (event->type() == QEvent::FocusOut)
        update();
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int bar = barAt(help->pos().x());
        QToolTip::showText(help->globalPos(), bar >= 0 ? barText(bar) : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace aha
