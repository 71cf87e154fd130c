#pragma once
// Parallel coordinates: an axis a column, a line a row, brushes on the axes. Painted; data in by value.

#include <QStringList>
#include <QVector>
#include <QWidget>

#include <optional>

namespace aha {

struct ParallelAxis {
    QString name;
    QStringList categories; ///< words of values 0, 1, 2, …; empty: numbers
    bool logarithmic = false;
    bool percent = false; ///< shares of 1 shown as %
    bool lower = false; ///< of the last one: lower is better
};

/// Lines are shaded by the last axis, which is the figure of interest: the better, the bolder. Mouse: drag along an
/// axis to brush it, click an axis to clear it, click a line to pick it. Keys: Left and Right choose an axis, Up and
/// Down move its brush (a first one takes the upper half), Shift+Up and Shift+Down its upper end, Delete clears it,
/// Escape clears all; PageUp and PageDown walk the lines, Enter opens the one that is picked.
class ParallelCoordinates : public QWidget {
    Q_OBJECT
public:
    explicit ParallelCoordinates(QWidget* parent = nullptr);

    /// `rows`: a value for each axis; NaN where there is none (the line skips the axis).
    void setData(const QVector<ParallelAxis>& axes, const QVector<QVector<double>>& rows, const QStringList& names);
    void setPicked(int row); ///< -1: none
    int picked() const { return m_picked; }
    bool inside(int row) const; ///< all brushes
    /// Lower and upper end as shares of the axis, 0 at the bottom.
    std::optional<std::pair<double, double>> brush(int axis) const { return m_brushes.value(axis); }
    int currentAxis() const { return m_axis; }
    QPointF pointOf(int row, int axis) const; ///< where the line crosses the axis
    double boldness(int row) const; ///< 0 the worst, 1 the best of the last axis; 0 without a value
    QSize sizeHint() const override { return { 700, 260 }; }

Q_SIGNALS:
    void brushed();
    void rowPicked(int row);
    void rowOpened(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF area() const;
    double axisX(int axis) const;
    double share(int axis, double value) const; ///< 0 at the bottom, 1 at the top
    QString valueText(int axis, double share) const;
    int axisAt(double x) const; ///< -1: none near
    int rowAt(const QPointF& at) const;
    void setBrush(int axis, std::optional<std::pair<double, double>> brush);
    void describe();

    QVector<ParallelAxis> m_axes;
    QVector<QVector<double>> m_rows;
    QStringList m_names;
    QVector<std::pair<double, double>> m_ranges;
    QVector<std::optional<std::pair<double, double>>> m_brushes;
    int m_picked = -1, m_axis = 0, m_dragged = -1;
    double m_from = 0; ///< share where the drag began
};

} // namespace aha
