#pragma once
// A first look around: bubbles beside what they speak of. Nothing is blocked; Esc or Skip ends it.

#include <QFrame>
#include <QPointer>

#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace aha {

struct TourStop {
    QString title, text;
    std::function<QWidget*()> show; ///< brings the place into view and names it; nullptr: the stop is passed over
};

class Tour : public QFrame {
    Q_OBJECT
public:
    explicit Tour(QWidget* window);

    void start(std::vector<TourStop> stops);
    int current() const { return m_at; } ///< -1 while it does not run

Q_SIGNALS:
    /// Seen to the end or skipped.
    void ended();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void go(int by);
    void place();
    void end();

    std::vector<TourStop> m_stops;
    int m_at = -1;
    QPointer<QWidget> m_target;
    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_back, *m_next;
};

} // namespace aha
