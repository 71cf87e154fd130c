#pragma once
// One question on a line of the window, instead of a dialog: Enter answers, Esc takes it away.

#include <QFrame>
#include <QPointer>

#include <functional>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace aha {

class AskBar : public QFrame {
    Q_OBJECT
public:
    explicit AskBar(QWidget* parent = nullptr);

    /// `answered` gets the text; it returns what is wrong with it, or "" to take it.
    void ask(const QString& question, const QString& text, std::function<QString(const QString&)> answered);
    /// One button for each choice, and one to leave it. `chosen` gets the place of the choice; -1 when the question was
    /// left or gave way to another.
    void choose(const QString& question, const QStringList& choices, std::function<void(int)> chosen);
    /// Before something that cannot be undone: Cancel has the focus, so that Enter alone changes nothing.
    void confirm(const QString& question, const QString& yes, std::function<void()> act);
    /// What a person has to read: it stays until it is closed, and does not take the focus.
    void tell(const QString& sentence);
    /// Takes the question away as Esc does.
    void leave();
    QString question() const; ///< empty while nothing is asked

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void begin(const QString& question, const QStringList& choices, bool withText, const QString& leave);
    void answer();
    void finish(int choice);

    QHBoxLayout* m_layout;
    QLabel *m_question, *m_problem;
    QLineEdit* m_text;
    QPushButton* m_leave;
    QList<QPushButton*> m_choices;
    std::function<QString(const QString&)> m_answered;
    std::function<void(int)> m_chosen;
    QPointer<QWidget> m_before;
};

} // namespace aha
