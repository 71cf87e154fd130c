#include "widgets/panels/replyview.h"

#include "widgets/language/translation.h"
#include "widgets/models/replytext.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tokentext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

namespace {

QToolButton* smallButton(const QString& text, const char* name, const QString& help, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(QLatin1String(name));
    button->setAccessibleName(help);
    button->setToolTip(plainToolTip(help));
    button->setAutoRaise(true);
    return button;
}

} // namespace

ReplyView::ReplyView(QWidget* parent)
    : QWidget(parent)
    , m_fold(new QToolButton(this))
    , m_unknown(new QLabel(this))
    , m_think(new TokenText(this))
    , m_answer(new TokenText(this))
    , m_note(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_copy(smallButton(tr("Copy"), "copyReply", tr("Copy the exact text of this answer"), this))
    , m_again(smallButton(tr("Again"), "regenerate", tr("Answer this again with the next seed"), this))
{
    m_fold->setObjectName(QStringLiteral("foldThink"));
    m_fold->setCheckable(true);
    m_fold->setAutoRaise(true);
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setArrowType(Qt::RightArrow);
    m_think->setObjectName(QStringLiteral("thinkText"));
    m_think->setAccessibleName(tr("Thinking"));
    m_answer->setObjectName(QStringLiteral("answerText"));
    m_answer->setAccessibleName(tr("Answer"));
    m_note->setProperty("role", QStringLiteral("hint"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true); // two models side by side have half a page each
    m_note->setObjectName(QStringLiteral("replyNote"));
    m_unknown->setObjectName(QStringLiteral("unknownWords"));
    m_unknown->setProperty("role", QStringLiteral("hint"));
    m_unknown->setTextFormat(Qt::PlainText);
    m_unknown->setWordWrap(true);
    m_unknown->hide();
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("replyProblem"));
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_note, 1);
    foot->addWidget(m_again);
    foot->addWidget(m_copy);
    auto* thinkRow = new QHBoxLayout;
    thinkRow->addSpacing(18);
    thinkRow->addWidget(m_think, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_unknown); // below what was asked
    layout->addWidget(m_fold, 0, Qt::AlignLeft);
    layout->addLayout(thinkRow);
    layout->addWidget(m_answer);
    layout->addWidget(m_problem);
    layout->addLayout(foot);
    connect(m_fold, &QToolButton::toggled, this, [this](bool unfolded) {
        m_fold->setArrowType(unfolded ? Qt::DownArrow : Qt::RightArrow);
        m_think->setVisible(unfolded);
    });
    connect(m_copy, &QToolButton::clicked, this, &ReplyView::copyRequested);
    connect(m_again, &QToolButton::clicked, this, &ReplyView::againRequested);
    m_fold->hide();
    m_think->hide();
    m_problem->hide();
}

bool ReplyView::thinkUnfolded() const { return m_fold->isChecked(); }

void ReplyView::present(const ReplyText& reply, bool behindAnother)
{
    const ReplyPart think = reply.think(), answer = reply.answer();
    const bool thinks = reply.isThinking() || !think.isEmpty();
    m_fold->setVisible(thinks);
    m_think->setVisible(thinks && m_fold->isChecked());
    if (thinks) {
        const int tokens = think.lastToken - think.firstToken;
        const bool goesOn = reply.isThinking() && reply.isOpen();
        m_fold->setText((tokens == 1 ? (goesOn ? tr("Thinking: %1 token, %2 s") : tr("Thought: %1 token, %2 s"))
                                     : (goesOn ? tr("Thinking: %1 tokens, %2 s") : tr("Thought: %1 tokens, %2 s")))
                            .arg(tokens)
                            .arg(reply.thinkSeconds(), 0, 'f', 1));
        m_fold->setAccessibleName(m_fold->text());
        m_think->setPart(reply, think);
    }
    m_answer->setPart(reply, answer);
    m_answer->setVisible(!answer.isEmpty());
    // An answer that never left the thinking is nowhere else; who folds it then has seen it.
    if (thinks && !reply.isOpen() && answer.isEmpty() && !m_unfolded) {
        m_unfolded = true;
        m_fold->setChecked(true);
    }
    m_unknown->setText(reply.unknownWords());
    m_unknown->setVisible(!m_unknown->text().isEmpty());
    m_note->setText(reply.summary(behindAnother));
    m_note->setToolTip(reply.prompt().isEmpty()
            ? QString()
            : plainToolTip(tr("The prompt as the model saw it:\n\n") + reply.prompt().right(4000)));
    m_problem->setVisible(!reply.problem().isEmpty());
    m_problem->setText(reply.problem());
    m_copy->setEnabled(!reply.exact().empty());
    m_again->setEnabled(!reply.isOpen());
}

void ReplyView::setHeat(Heat heat)
{
    m_think->setHeat(heat);
    m_answer->setHeat(heat);
}

} // namespace aha
