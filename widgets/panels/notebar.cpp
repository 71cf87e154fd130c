#include "widgets/panels/notebar.h"

#include "widgets/language/translation.h"
#include "widgets/plots/labelrole.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace aha {

NoteBar::NoteBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_button(new QPushButton(this))
    , m_close(new QToolButton(this))
{
    setFrameShape(QFrame::StyledPanel);
    m_text->setObjectName(QStringLiteral("noteText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_button->setObjectName(QStringLiteral("noteButton"));
    m_button->setAccessibleName(tr("Do what the message offers"));
    m_close->setObjectName(QStringLiteral("noteClose"));
    m_close->setText(QStringLiteral("✕"));
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Close the message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 4, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_button);
    layout->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_button, &QPushButton::clicked, this, [this] {
        hide();
        if (const auto act = m_act) // which may ask the next question
            act();
    });
    hide();
}

void NoteBar::present(const QString& text, bool wrong)
{
    setRole(m_text, wrong ? "error" : "");
    m_endsWithPage = false;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_button->setVisible(bool(m_act));
    setVisible(!text.isEmpty());
}

void NoteBar::say(const QString& text, bool wrong)
{
    m_act = {};
    present(text, wrong);
}

void NoteBar::ask(const QString& text, const QString& button, std::function<void()> act)
{
    m_act = std::move(act);
    m_button->setText(button);
    m_button->setAccessibleName(button);
    present(text);
}

QString NoteBar::text() const { return isHidden() ? QString() : m_text->text(); }

void NoteBar::endWithPage()
{
    m_endsWithPage = true;
    if (!isVisible())
        hide();
}

void NoteBar::hideEvent(QHideEvent* event)
{
    QFrame::hideEvent(event);
    if (m_endsWithPage)
        hide(); // or it would come back with the page
}

} // namespace aha
