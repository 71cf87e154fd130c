#include "widgets/shell/askbar.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace aha {

AskBar::AskBar(QWidget* parent)
    : QWidget(parent)
    , m_question(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_text(new QLineEdit(this))
{
    setObjectName(QStringLiteral("askBar"));
    for (QLabel* label : { m_question, m_problem })
        label->setTextFormat(Qt::PlainText);
    m_problem->setObjectName(QStringLiteral("askProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_text->setObjectName(QStringLiteral("askText"));
    m_text->setMaximumWidth(280);
    auto* ok = new QPushButton(QStringLiteral("OK"), this);
    ok->setObjectName(QStringLiteral("askOk"));
    ok->setAccessibleName(QStringLiteral("OK"));
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), this);
    cancel->setObjectName(QStringLiteral("askCancel"));
    cancel->setAccessibleName(QStringLiteral("Cancel"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->addWidget(m_question);
    layout->addWidget(m_text);
    layout->addWidget(ok);
    layout->addWidget(cancel);
    layout->addWidget(m_problem, 1);
    connect(ok, &QPushButton::clicked, this, &AskBar::answer);
    connect(m_text, &QLineEdit::returnPressed, this, &AskBar::answer);
    connect(cancel, &QPushButton::clicked, this, &AskBar::leave);
    hide();
}

void AskBar::ask(const QString& question, const QString& text, std::function<QString(const QString&)> answered)
{
    if (!isVisible())
        m_before = QApplication::focusWidget();
    m_question->setText(question);
    m_text->setAccessibleName(question);
    m_text->setText(text);
    m_text->selectAll();
    m_problem->clear();
    m_answered = std::move(answered);
    show();
    m_text->setFocus();
}

void AskBar::answer()
{
    const QString problem = m_answered ? m_answered(m_text->text().trimmed()) : QString();
    m_problem->setText(problem);
    if (problem.isEmpty())
        leave();
}

void AskBar::leave()
{
    hide();
    m_answered = nullptr;
    if (m_before)
        m_before->setFocus();
}

void AskBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return leave();
    QWidget::keyPressEvent(event);
}

} // namespace aha
