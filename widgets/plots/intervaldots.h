#pragma once
// Estimates with their intervals over a whole number, as dots with whiskers between −1 and 1: correlations at lags.

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

namespace aha {

class IntervalDots : public QWidget {
    Q_OBJECT
public:
    struct Dot {
        int at = 0;
        double value = 0, low = 0, high = 0; ///< NaN low and high: no interval
        QString hint; ///< all that is known of it, in words
    };

    explicit IntervalDots(QWidget* parent = nullptr);
    void setDots(const QVector<Dot>& dots, const QColor& color, const QString& axis);
    /// The dot that the arrow keys or the pointer chose; -1 for none.
    int current() const { return m_current; }
    QString hintAt(int index) const;
    QSize sizeHint() const override { return { 320, 170 }; }

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRect area() const;
    double xOf(qsizetype index) const;
    void choose(int index);

    QVector<Dot> m_dots;
    QColor m_color;
    QString m_axis;
    int m_current = -1;
};

} // namespace aha
