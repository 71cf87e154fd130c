#include "widgets/plots/legendchips.h"

#include "widgets/language/translation.h"
#include "widgets/plots/linelook.h"

#include <QEvent>
#include <QFontMetrics>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace aha {

namespace {
constexpr int kSwatch = 20, kGap = 5, kMargin = 5, kRows = 2;

QFont small(QFont font)
{
    font.setPointSizeF(font.pointSizeF() * 0.9);
    return font;
}

QFont strong(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}
} // namespace

LegendChip::LegendChip(const Look& look, QWidget* parent)
    : QAbstractButton(parent)
    , m_strong(strong(small(font())))
{
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::ClickFocus); // a chart is one stop of Tab; its menu has the lines, too
    setCursor(Qt::PointingHandCursor);
    setFont(small(font()));
    setLook(look);
}

void LegendChip::setLook(const Look& look)
{
    if (m_room == 0 || look.label != m_look.label) {
        m_room = m_steadyRoom = valueWidth(QStringLiteral("0.0000"));
        m_value.clear();
        m_place.clear();
    }
    m_look = look;
    setText(look.label);
    setAccessibleName(tr("Show ") + look.label);
    tell();
    update();
}

/// A value from before the cursor says where it was measured: beside the others it would pass for one of the cursor.
QString LegendChip::shownValue() const
{
    return m_place.isEmpty() ? m_value : QStringLiteral("%1 (%2)").arg(m_value, m_place);
}

void LegendChip::tell()
{
    const QString value = shownValue();
    setAccessibleDescription(value);
    setToolTip(((m_look.hint.isEmpty() ? m_look.label : m_look.hint)
        + (m_place.isEmpty() ? QString() : QLatin1String(": ") + value) + tr(" – click to show or hide"))
                   .toHtmlEscaped());
}

void LegendChip::setValue(const QString& value, const QString& place, bool passing)
{
    if (value == m_value && place == m_place)
        return;
    m_value = value;
    m_place = place;
    tell();
    update();
    // Room for a value is kept and only grows, so that nothing moves under the cursor.
    const int wanted = valueWidth(shownValue());
    const bool steadily = !passing && wanted > m_steadyRoom;
    if (steadily)
        m_steadyRoom = wanted;
    if (steadily || wanted > m_room) {
        m_room = std::max(m_room, wanted);
        Q_EMIT grown(steadily);
    }
}

void LegendChip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        m_strong = QFontMetrics(strong(font()));
    QAbstractButton::changeEvent(event);
}

QSize LegendChip::sizeHint() const
{
    const QFontMetrics metrics(font());
    return { 2 * kMargin + kSwatch + 2 * kGap + metrics.horizontalAdvance(m_look.label) + m_room + 2,
        metrics.height() + 6 };
}

int LegendChip::steadyWidth() const { return sizeHint().width() - m_room + m_steadyRoom; }

void LegendChip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(palette().color(QPalette::Highlight), 1.5) : QPen(Qt::NoPen));
        painter.setBrush(palette().color(QPalette::AlternateBase));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
    const int middle = height() / 2;
    // A hidden line: an empty box in place of its sign, and quiet words that can still be read.
    const QColor color = m_look.color, quiet = palette().color(QPalette::PlaceholderText);
    if (isChecked()) {
        painter.setPen(linePen(color, 2, m_look.style, m_look.variant));
        painter.drawLine(kMargin, middle, kMargin + kSwatch, middle);
    } else {
        painter.setPen(QPen(quiet, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(kMargin + kSwatch / 2.0 - 4.5, middle - 4.5, 9, 9), 2, 2);
    }
    if (isChecked() && (m_look.points || m_look.marker > 0))
        drawMarker(painter, std::max(m_look.marker, 1), QPointF(kMargin + kSwatch / 2.0, middle),
            m_look.marker > 0 ? 4 : 3.3, color);
    QRect text = rect().adjusted(kMargin + kSwatch + kGap, 0, -kMargin, 0);
    painter.setPen(isChecked() ? palette().color(QPalette::WindowText) : quiet);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, m_look.label);
    text.adjust(painter.fontMetrics().horizontalAdvance(m_look.label) + kGap, 0, 0, 0);
    if (isChecked()) {
        painter.setFont(strong(font()));
        if (!m_place.isEmpty())
            painter.setPen(quiet);
        const QString value = shownValue();
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip,
            valueWidth(value) <= text.width() ? value : m_strong.elidedText(value, Qt::ElideRight, text.width()));
    }
}

void LegendChip::enterEvent(QEnterEvent*) { update(); }
void LegendChip::leaveEvent(QEvent*) { update(); }

LegendChips::LegendChips(QWidget* parent)
    : QWidget(parent)
    , m_more(new QToolButton(this))
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setFixedHeight(0);
    m_more->setAutoRaise(true);
    m_more->setFocusPolicy(Qt::NoFocus);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setAccessibleName(tr("More lines"));
    m_more->hide();
    auto* menu = new QMenu(m_more);
    m_more->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        for (qsizetype i = m_places.size(); i < m_chips.size(); ++i) {
            LegendChip* chip = m_chips[i];
            QAction* action
                = menu->addAction(QString(chip->look().label).replace(QLatin1Char('&'), QLatin1String("&&")));
            action->setCheckable(true);
            action->setChecked(chip->isChecked());
            connect(action, &QAction::triggered, chip, &QAbstractButton::click);
        }
    });
}

void LegendChips::setLooks(const QVector<LegendChip::Look>& looks)
{
    while (m_chips.size() > looks.size()) {
        LegendChip* gone = m_chips.takeLast();
        gone->hide();
        gone->deleteLater();
    }
    for (int i = 0; i < looks.size(); ++i) {
        const bool made = i == m_chips.size();
        if (made)
            m_chips.append(new LegendChip(looks[i], this));
        LegendChip* chip = m_chips[i];
        const QSignalBlocker quiet(chip);
        chip->setLook(looks[i]);
        chip->setChecked(looks[i].shown);
        if (made) {
            connect(chip, &QAbstractButton::toggled, this, &LegendChips::toggled);
            connect(chip, &LegendChip::grown, this, [this](bool steadily) { steadily ? arrange() : widen(); });
        }
    }
    arrange();
}

void LegendChips::setShown(int index, bool on)
{
    const QSignalBlocker quiet(m_chips[index]);
    m_chips[index]->setChecked(on);
}

void LegendChips::setValue(int index, const QString& value, const QString& place, bool passing)
{
    m_chips[index]->setValue(value, place, passing);
}

void LegendChips::resizeEvent(QResizeEvent*) { arrange(); }

int LegendChips::moreWidth() const { return m_more->fontMetrics().horizontalAdvance(tr("+ 99 more")) + 24; }

void LegendChips::arrange()
{
    const int room = width();
    int x = 0, row = 0, height = 0;
    m_places.clear();
    for (const LegendChip* chip : std::as_const(m_chips)) {
        const int steady = chip->steadyWidth();
        height = chip->sizeHint().height();
        const bool last = chip == m_chips.last();
        const int wanted = steady + (row == kRows - 1 && !last ? moreWidth() : 0);
        if (x > 0 && x + wanted > room) {
            if (row + 1 == kRows)
                break;
            x = 0;
            ++row;
        }
        m_places.append({ row, qMin(steady, room) });
        x += steady;
    }
    for (int i = 0; i < m_chips.size(); ++i)
        m_chips[i]->setVisible(i < m_places.size());
    m_more->setVisible(m_places.size() < m_chips.size());
    m_more->setText(tr("+ %1 more").arg(m_chips.size() - m_places.size()));
    setFixedHeight(m_chips.isEmpty() ? 0 : (row + 1) * height);
    widen();
}

void LegendChips::widen()
{
    for (qsizetype begin = 0; begin < m_places.size();) {
        const int row = m_places[begin].row, height = m_chips[begin]->sizeHint().height();
        qsizetype end = begin;
        int left = width();
        for (; end < m_places.size() && m_places[end].row == row; ++end)
            left -= m_places[end].width;
        const bool more = end == m_places.size() && end < m_chips.size();
        left = qMax(0, left - (more ? moreWidth() : 0));
        int x = 0;
        for (; begin < end; ++begin) {
            const int added = qBound(0, m_chips[begin]->sizeHint().width() - m_places[begin].width, left);
            left -= added;
            m_chips[begin]->setGeometry(x, row * height, m_places[begin].width + added, height);
            x += m_places[begin].width + added;
        }
        if (more)
            m_more->setGeometry(x, row * height, moreWidth(), height);
    }
}

} // namespace aha
