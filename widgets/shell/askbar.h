#pragma once
// One question on a line of the window, instead of a dialog: Enter answers, Esc takes it away.

#include <QPointer>
#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace aha {

class AskBar : public QWidget {
    Q_OBJECT
public:
    explicit AskBar(QWidget* parent = nullptr);

    /// `answered` gets the text; it returns what is wrong with it, or "" to take it.
    void ask(const QString& question, const QString& text, std::function<QString(const QString&)> answered);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void answer();
    void leave();

    QLabel *m_question, *m_problem;
    QLineEdit* m_text;
    std::function<QString(const QString&)> m_answered;
    QPointer<QWidget> m_before;
};

} // namespace aha
