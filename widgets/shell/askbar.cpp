#include "widgets/shell/askbar.h"

#include "widgets/language/translation.h"
#include "widgets/plots/labelrole.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <utility>

namespace aha {

AskBar::AskBar(QWidget* parent)
    : QFrame(parent)
    , m_layout(new QHBoxLayout(this))
    , m_question(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_text(new QLineEdit(this))
    , m_leave(new QPushButton(this))
{
    setObjectName(QStringLiteral("askBar"));
    setAccessibleName(tr("Question"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    for (QLabel* label : { m_question, m_problem })
        label->setTextFormat(Qt::PlainText); // names of runs are anyone's text
    m_question->setObjectName(QStringLiteral("askQuestion"));
    m_problem->setObjectName(QStringLiteral("askProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_text->setObjectName(QStringLiteral("askText"));
    m_text->setMaximumWidth(280);
    m_leave->setObjectName(QStringLiteral("askCancel"));
    m_layout->setContentsMargins(12, 6, 12, 6);
    m_layout->setSpacing(8);
    m_layout->addWidget(m_question);
    m_layout->addWidget(m_text);
    m_layout->addWidget(m_problem, 1);
    m_layout->addWidget(m_leave);
    connect(m_text, &QLineEdit::returnPressed, this, &AskBar::answer);
    connect(m_leave, &QPushButton::clicked, this, &AskBar::leave);
    hide();
}

void AskBar::begin(const QString& question, const QStringList& choices, bool withText, const QString& leave)
{
    if (!isHidden())
        finish(-1);
    m_before = QApplication::focusWidget();
    qDeleteAll(std::exchange(m_choices, {}));
    m_question->setText(question);
    setRole(m_question, "");
    m_question->setWordWrap(!withText);
    m_layout->setStretchFactor(m_question, withText ? 0 : 1);
    m_layout->setStretchFactor(m_problem, withText ? 1 : 0);
    m_text->setVisible(withText);
    m_problem->clear();
    m_problem->setVisible(withText);
    m_leave->setText(leave);
    m_leave->setAccessibleName(leave);
    for (int i = 0; i < choices.size(); ++i) {
        auto* button = new QPushButton(choices[i], this);
        button->setObjectName(withText ? QStringLiteral("askOk") : QStringLiteral("askChoice%1").arg(i));
        button->setAccessibleName(choices[i]);
        m_layout->insertWidget(withText ? 2 : m_layout->indexOf(m_leave), button);
        connect(button, &QPushButton::clicked, this, [this, i, withText] { withText ? answer() : finish(i); });
        m_choices << button;
    }
    show();
}

void AskBar::ask(const QString& question, const QString& text, std::function<QString(const QString&)> answered)
{
    begin(question, { tr("OK") }, true, tr("Cancel"));
    m_answered = std::move(answered);
    m_text->setAccessibleName(question);
    m_text->setText(text);
    m_text->selectAll();
    m_text->setFocus();
}

void AskBar::choose(const QString& question, const QStringList& choices, std::function<void(int)> chosen)
{
    begin(question, choices, false, tr("Cancel"));
    m_chosen = std::move(chosen);
    for (QPushButton* button : m_choices)
        button->setAccessibleDescription(question);
    if (!m_choices.isEmpty())
        m_choices.first()->setFocus();
}

void AskBar::confirm(const QString& question, const QString& yes, std::function<void()> act)
{
    choose(question, { yes }, [act = std::move(act)](int choice) {
        if (choice == 0)
            act();
    });
    m_leave->setFocus();
}

void AskBar::tell(const QString& sentence)
{
    begin(sentence, {}, false, tr("Close"));
    setRole(m_question, "error"); // what is told must be read: something did not happen
    m_leave->setAccessibleDescription(sentence);
}

QString AskBar::question() const { return isHidden() ? QString() : m_question->text(); }

void AskBar::answer()
{
    const QString problem = m_answered ? m_answered(m_text->text().trimmed()) : QString();
    m_problem->setText(problem);
    if (problem.isEmpty())
        finish(-1);
}

void AskBar::leave() { finish(-1); }

void AskBar::finish(int choice)
{
    const bool inside = isAncestorOf(QApplication::focusWidget());
    hide();
    m_answered = nullptr;
    const auto chosen = std::exchange(m_chosen, nullptr); // it may ask the next question
    if (inside && m_before)
        m_before->setFocus();
    if (chosen)
        chosen(choice);
}

void AskBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return leave();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        if (auto* button = qobject_cast<QPushButton*>(focusWidget())) // outside of a dialog only Space presses one
            return button->click();
    QFrame::keyPressEvent(event);
}

} // namespace aha
