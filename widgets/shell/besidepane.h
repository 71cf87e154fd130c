#pragma once
// The page that stands beside the tabs, below its name and a button that sends it back.

#include <QFrame>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace aha {

class BesidePane : public QFrame {
    Q_OBJECT
public:
    explicit BesidePane(QWidget* parent = nullptr);

    /// Shows the page, and itself. The page before must have been taken.
    void setPage(QWidget* page, const QString& title, const QString& help);
    QWidget* page() const { return m_page; }
    /// Hides itself; the page belongs to whoever takes it.
    QWidget* take();
    /// As the deck's: a page that would like more room does not widen the window.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void backAsked();

private:
    QVBoxLayout* m_layout;
    QLabel* m_title;
    QToolButton* m_back;
    QWidget* m_page = nullptr;
};

} // namespace aha
