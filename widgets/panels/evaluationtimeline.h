#pragma once
// The evaluations of a run in a row, each with how one problem went; a slider over them.

#include <QAbstractSlider>

#include <vector>

namespace aha {

/// Left and right move by one evaluation, Home and End to the ends, Space plays. The mouse scrubs.
class EvaluationTimeline : public QAbstractSlider {
    Q_OBJECT
public:
    struct Mark {
        qint64 step = 0;
        int right = -1, samples = 1; ///< right -1: not asked; kUnjudged
    };

    explicit EvaluationTimeline(QWidget* parent = nullptr);

    /// Keeps the value where it can.
    void setMarks(const std::vector<Mark>& marks);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void playToggled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void sliderChange(SliderChange change) override;

private:
    QRect cell(int index) const;
    void scrub(const QPoint& at);
    void describe();

    std::vector<Mark> m_marks;
};

} // namespace aha
