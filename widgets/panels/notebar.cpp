#include "widgets/panels/notebar.h"

#include "widgets/language/translation.h"

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
        if (m_act)
            m_act();
    });
    hide();
}

void NoteBar::present(const QString& text)
{
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_button->setVisible(bool(m_act));
    setVisible(!text.isEmpty());
}

void NoteBar::say(const QString& text)
{
    m_act = {};
    present(text);
}

void NoteBar::ask(const QString& text, const QString& button, std::function<void()> act)
{
    m_act = std::move(act);
    m_button->setText(button);
    m_button->setAccessibleName(button);
    present(text);
}

QString NoteBar::text() const { return isHidden() ? QString() : m_text->text(); }

} // namespace aha
