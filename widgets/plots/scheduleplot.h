#pragma once
// Quantities that move over a run by a rule that is known beforehand: a small curve each, with its knots, its ends and
// what it is at a place. Painted.

#include <QStringList>
#include <QVector>
#include <QWidget>

#include <functional>
#include <utility>

namespace aha {

struct ScheduleLine {
    QString name;
    std::function<double(qint64)> at; ///< value at a place of the axis; finite
    QVector<qint64> knots; ///< places where the rule changes, ascending; those off the axis are not drawn
    QString words; ///< the rule as a sentence
};

struct ScheduleAxis {
    qint64 first = 0, last = 1; ///< both included
    QString unit; ///< stands at the axis: "steps"
    std::function<QString(qint64)> place; ///< in words: "step 40"
};

/// The pointer moves the cursor, and so do keys: Left and Right by one, with Shift by a twentieth of the run, Up and
/// Down from knot to knot, Home and End to the ends; Escape takes it away.
class SchedulePlot : public QWidget {
    Q_OBJECT
public:
    explicit SchedulePlot(QWidget* parent = nullptr);

    /// Keeps the cursor where it lies on the axis.
    void setSchedules(const ScheduleAxis& axis, const QVector<ScheduleLine>& lines);
    const QVector<ScheduleLine>& lines() const { return m_lines; }
    qint64 cursor() const { return m_cursor; } ///< -1: none
    void setCursor(qint64 place);
    /// What a line says of itself below the curves: its value at the cursor, without one those of both ends.
    QString reading(int line) const;
    /// Where a line's value at a place is painted.
    QPointF positionOf(int line, qint64 place) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return { 180, sizeHint().height() }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRectF area() const;
    double xOf(qint64 place) const;
    double yOf(double value) const;
    bool onAxis(qint64 place) const { return place >= m_axis.first && place <= m_axis.last; }
    QVector<qint64> knots() const; ///< of all lines on the axis, ascending, each once
    void describe();

    ScheduleAxis m_axis;
    QVector<ScheduleLine> m_lines;
    QVector<QVector<std::pair<qint64, double>>> m_samples; ///< of each line: place, value; knots among them
    double m_low = 0, m_high = 1;
    qint64 m_cursor = -1;
};

} // namespace aha
