#include "widgets/panels/turnview.h"

#include "widgets/language/translation.h"
#include "widgets/models/conversation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/replyview.h"
#include "widgets/plots/card.h"

#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

TurnView::TurnView(const QString& user, int columns, QWidget* parent)
    : QFrame(parent)
    , m_user(new QLabel(this))
{
    m_user->setObjectName(QStringLiteral("userText"));
    m_user->setTextFormat(Qt::PlainText);
    m_user->setWordWrap(true);
    m_user->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_user->setText(visibleText(user.toStdString()));
    auto* edit = new QToolButton(this);
    edit->setObjectName(QStringLiteral("editTurn"));
    edit->setText(tr("Edit"));
    edit->setAccessibleName(tr("Write this message differently and send it again from here"));
    edit->setToolTip(plainToolTip(edit->accessibleName()));
    edit->setAutoRaise(true);
    auto* asked = new Card(QPalette::AlternateBase, QPalette::NoRole, 6, this);
    asked->setObjectName(QStringLiteral("asked"));
    auto* askedLayout = new QHBoxLayout(asked);
    askedLayout->setContentsMargins(10, 6, 6, 6);
    askedLayout->addWidget(m_user, 1);
    askedLayout->addWidget(edit, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 6);
    layout->setSpacing(6);
    layout->addWidget(asked);
    auto* grid = new QGridLayout;
    grid->setContentsMargins(8, 0, 4, 0);
    grid->setHorizontalSpacing(24);
    for (int c = 0; c < columns; ++c) {
        auto* name = new QLabel(this);
        name->setTextFormat(Qt::PlainText);
        name->setWordWrap(true);
        QFont bold = name->font();
        bold.setBold(true);
        name->setFont(bold);
        name->setVisible(columns > 1);
        auto* reply = new ReplyView(this);
        grid->addWidget(name, 0, c);
        grid->addWidget(reply, 1, c, Qt::AlignTop);
        grid->setColumnStretch(c, 1);
        m_names.push_back(name);
        m_replies.push_back(reply);
        connect(reply, &ReplyView::copyRequested, this, [this, c] { Q_EMIT copyRequested(c); });
        connect(reply, &ReplyView::againRequested, this, &TurnView::againRequested);
    }
    layout->addLayout(grid);
    connect(edit, &QToolButton::clicked, this, &TurnView::editRequested);
}

void TurnView::present(const Conversation& conversation, int row)
{
    bool open = false; // an answer before this one
    for (size_t c = 0; c < m_replies.size(); ++c) {
        m_replies[c]->present(conversation.reply(row, int(c)), open);
        open = open || conversation.reply(row, int(c)).isOpen();
    }
}

void TurnView::setHeat(Heat heat)
{
    for (ReplyView* reply : m_replies)
        reply->setHeat(heat);
}

void TurnView::setNames(const QStringList& names)
{
    for (size_t c = 0; c < m_names.size(); ++c)
        m_names[c]->setText(names.value(int(c)));
}

} // namespace aha
