#pragma once
// A message above a page that stays until it is answered or closed: in the place of a dialog.

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace aha {

class NoteBar : public QFrame {
    Q_OBJECT
public:
    explicit NoteBar(QWidget* parent = nullptr);

    /// `wrong`: of something that did not happen, in the colour of errors.
    void say(const QString& text, bool wrong = false);
    /// With a button: `act` runs when it is pressed, and the note goes away.
    void ask(const QString& text, const QString& button, std::function<void()> act);
    QString text() const;
    /// Stays as it is until the page is left, the next note or an answer: what is below is being typed into, and would
    /// move.
    void endWithPage();

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void present(const QString& text, bool wrong = false);

    std::function<void()> m_act;
    bool m_endsWithPage = false;
    QLabel* m_text;
    QPushButton* m_button;
    QToolButton* m_close;
};

} // namespace aha
