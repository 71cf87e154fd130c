#include "widgets/panels/settingscard.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QEvent>
#include <QLabel>
#include <QStyle>
#include <QStyleOptionGroupBox>

namespace aha {

namespace {

constexpr int kTitleGap = 8;

} // namespace

SettingsCard::SettingsCard(const QString& title, QWidget* parent)
    : QGroupBox(title, parent)
    , m_more(new QLabel(this))
{
    m_more->setObjectName(QStringLiteral("moreSettings"));
    m_more->setTextFormat(Qt::PlainText);
    m_more->setProperty("role", QStringLiteral("hint"));
    m_more->hide();
}

void SettingsCard::setMore(int hidden)
{
    m_hidden = hidden;
    m_more->setAccessibleName(tr("%1 more under Advanced").arg(hidden));
    m_more->setToolTip(plainToolTip(m_more->accessibleName()));
    m_more->setVisible(hidden > 0);
    place();
}

void SettingsCard::place()
{
    QStyleOptionGroupBox option;
    initStyleOption(&option);
    const QRect label = style()->subControlRect(QStyle::CC_GroupBox, &option, QStyle::SC_GroupBoxLabel, this);
    QFont bold = font(); // as ControlStyle draws the title
    bold.setWeight(QFont::DemiBold);
    const int end = label.left() + QFontMetrics(bold).horizontalAdvance(title());
    m_more->setText(m_more->accessibleName());
    if (end + kTitleGap + m_more->sizeHint().width() > width() - kTitleGap)
        m_more->setText(QStringLiteral("+%1").arg(m_hidden));
    m_more->resize(m_more->sizeHint());
    m_more->move(width() - kTitleGap - m_more->width(), label.center().y() - m_more->height() / 2);
}

void SettingsCard::resizeEvent(QResizeEvent* event)
{
    QGroupBox::resizeEvent(event);
    place();
}

void SettingsCard::changeEvent(QEvent* event)
{
    QGroupBox::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        place(); // no layout does it
}

} // namespace aha
