#pragma once
// Points with intervals, any figure against any, and a step line over them where the order means something. Painted.

#include <QStringList>
#include <QVector>
#include <QWidget>

namespace aha {

struct ScatterPoint {
    double x = 0, y = 0;
    double low = 0, high = 0; ///< interval of y; equal to y where there is none
    QString name; ///< shown with the point under the pointer
    bool dimmed = false;
};

struct ScatterAxis {
    QString name;
    QStringList categories; ///< words of values 0, 1, 2, …
    bool logarithmic = false, percent = false, whole = false;
};

/// Click picks a point, double click opens it. Keys: Left and Right walk the points by x, Enter opens.
class ScatterPlot : public QWidget {
    Q_OBJECT
public:
    enum BestLine { NoLine, Highest, Lowest };

    explicit ScatterPlot(QWidget* parent = nullptr);

    /// Points that are not finite are left out, and counted in words. `best`: the highest or the lowest y so far,
    /// over the points in the order of x, as a step line.
    void setData(const ScatterAxis& x, const ScatterAxis& y, const QVector<ScatterPoint>& points, BestLine best);
    /// The line's y at each finite point, in the order of x; empty without a line.
    QVector<double> bestSoFar() const;
    void setPicked(int point); ///< -1: none
    int picked() const { return m_picked; }
    QPointF positionOf(int point) const;
    QSize sizeHint() const override { return { 700, 260 }; }

Q_SIGNALS:
    void pointPicked(int point);
    void pointOpened(int point);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF area() const;
    bool finite(int point) const;
    int pointAt(const QPointF& at) const;
    QString hint(int point) const;
    QVector<int> inOrder() const; ///< finite points by x

    ScatterAxis m_x, m_y;
    QVector<ScatterPoint> m_points;
    double m_xLow = 0, m_xHigh = 1, m_yLow = 0, m_yHigh = 1; ///< of the scaled values
    BestLine m_best = NoLine;
    int m_picked = -1, m_leftOut = 0;
};

} // namespace aha
