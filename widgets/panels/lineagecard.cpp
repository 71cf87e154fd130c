#include "widgets/panels/lineagecard.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QPainter>

namespace aha {

namespace {

constexpr int kRail = 30, kPadding = 6;
constexpr double kDot = 5.5;

} // namespace

LineageCard::LineageCard(Place place, QWidget* parent)
    : QAbstractButton(parent)
    , m_place(place)
{
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LineageCard::setLink(const QString& title, const QString& facts, bool known)
{
    setText(title);
    m_facts = facts;
    m_known = known;
    setAccessibleName(title);
    setAccessibleDescription(facts);
    setToolTip(plainToolTip(facts));
    update();
}

QSize LineageCard::sizeHint() const { return { 320, 2 * fontMetrics().height() + 2 * kPadding + 2 }; }
QSize LineageCard::minimumSizeHint() const { return { 120, sizeHint().height() }; }

void LineageCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line = palette().color(QPalette::PlaceholderText), ink = palette().color(QPalette::Text);
    const QPointF dot(kRail / 2.0, height() / 2.0);
    painter.setPen(QPen(line, 1.5));
    if (m_place != First)
        painter.drawLine(QPointF(dot.x(), 0), QPointF(dot.x(), dot.y() - kDot - 2));
    if (m_place != Last)
        painter.drawLine(QPointF(dot.x(), dot.y() + kDot + 2), QPointF(dot.x(), height()));
    const QColor accent = palette().color(QPalette::Highlight);
    painter.setPen(QPen(m_known ? accent : line, 1.5));
    painter.setBrush(m_known ? QBrush(accent) : QBrush(Qt::NoBrush));
    painter.drawEllipse(dot, kDot, kDot);
    const QRectF box = QRectF(rect()).adjusted(kRail, 1.5, -1.5, -1.5);
    painter.setPen(QPen(isChecked() || hasFocus() ? accent : palette().color(QPalette::Mid), isChecked() ? 2 : 1));
    painter.setBrush(palette().color(underMouse() || isChecked() ? QPalette::Base : QPalette::AlternateBase));
    painter.drawRoundedRect(box, 5, 5);
    const int width = int(box.width()) - 2 * (kPadding + 4);
    const QRectF top(box.left() + kPadding + 4, kPadding, width, fontMetrics().height());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(ink);
    painter.drawText(
        top, Qt::AlignLeft | Qt::AlignVCenter, QFontMetrics(bold).elidedText(text(), Qt::ElideRight, width));
    painter.setFont(font());
    painter.setPen(m_known ? ink : line);
    painter.drawText(top.translated(0, fontMetrics().height() + 2), Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(m_facts, Qt::ElideRight, width));
}

void LineageCard::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void LineageCard::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace aha
