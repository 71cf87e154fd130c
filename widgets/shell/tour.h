#pragma once
// A first look around: a frame around what is spoken of, and a bubble where it covers no button that a person may want
// now, and least of what is spoken of. Nothing is blocked: from who goes elsewhere the bubble steps aside and waits at
// its stop. Only its own buttons lead on; Esc or Skip ends it.

#include <QFrame>
#include <QPointer>

#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace aha {

struct TourStop {
    QString title, text;
    QString page; ///< where it belongs; empty: it stands beside any page, and steps aside as the others do
    std::function<QWidget*()> show; ///< brings the place into view and names it; nullptr: the stop is passed over
};

class Tour : public QFrame {
    Q_OBJECT
public:
    explicit Tour(QWidget* window);

    /// What the bubble does not lie over while there is another place.
    void keepClear(const std::vector<QWidget*>& widgets);
    void start(std::vector<TourStop> stops);
    /// Waits at this stop, as one that has stepped aside does.
    void wait(std::vector<TourStop> stops, int at);
    int current() const { return m_at; } ///< -1 while it does not run
    /// Someone went to a page without the tour: it steps aside until goOn(), or until they are back at its page.
    void pageShown(const QString& page);
    void goOn();

Q_SIGNALS:
    /// It waits out of the way, at this stop of so many; 0: it does not any more.
    void steppedAside(int stop, int stops);
    /// Seen to the end, or skipped.
    void ended(bool toTheEnd);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void go(int by);
    void stand(int by); ///< at m_at, or at the next in that direction that can be shown
    void place();
    void end(bool toTheEnd);

    std::vector<TourStop> m_stops;
    int m_at = -1;
    bool m_going = false;
    QPointer<QWidget> m_target;
    std::vector<QPointer<QWidget>> m_clear;
    QWidget* m_frame; ///< around the target; lets every click through
    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_back, *m_next;
};

} // namespace aha
