#include "widgets/shell/besidepane.h"

#include "widgets/language/translation.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/titleicon.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace aha {

BesidePane::BesidePane(QWidget* parent)
    : QFrame(parent)
    , m_layout(new QVBoxLayout(this))
    , m_title(new QLabel(this))
    , m_back(new QToolButton(this))
{
    setObjectName(QStringLiteral("beside"));
    m_title->setObjectName(QStringLiteral("besideTitle"));
    m_title->setProperty("role", QStringLiteral("heading"));
    m_title->setTextFormat(Qt::PlainText);
    m_back->setObjectName(QStringLiteral("besideBack"));
    m_back->setAutoRaise(true);
    m_back->setIcon(titleIcon(TitleSign::Close));
    m_back->setFocusPolicy(Qt::TabFocus); // a click leaves the focus where it is: this goes with the pane
    auto* head = new QHBoxLayout;
    head->setContentsMargins(10, 4, 4, 4);
    head->addWidget(m_title, 1);
    head->addWidget(m_back);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addLayout(head);
    connect(m_back, &QToolButton::clicked, this, &BesidePane::backAsked);
    hide();
}

void BesidePane::setPage(QWidget* page, const QString& title, const QString& help)
{
    m_page = page;
    m_title->setText(title);
    m_title->setToolTip(help);
    setAccessibleName(tr("Beside the tabs: %1").arg(title));
    m_back->setToolTip(tr("%1 goes back to the tabs").arg(title));
    m_back->setAccessibleName(m_back->toolTip());
    m_layout->addWidget(page, 1);
    page->show();
    show();
}

QWidget* BesidePane::take()
{
    hide();
    if (m_page)
        m_layout->removeWidget(m_page);
    return std::exchange(m_page, nullptr);
}

QSize BesidePane::minimumSizeHint() const { return QFrame::minimumSizeHint().boundedTo(PageDeck::kMostMinimum); }

} // namespace aha
