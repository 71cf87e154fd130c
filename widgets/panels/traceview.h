#pragma once
// Shows one trace: plain text only, laid out line by line as it becomes visible.

#include "widgets/panels/tracetext.h"

#include <QAbstractScrollArea>

#include <memory>

class QTextLayout;

namespace aha {

class TraceView : public QAbstractScrollArea {
    Q_OBJECT
public:
    enum class Heat { None, LogProb, Entropy };

    explicit TraceView(QWidget* parent = nullptr);
    ~TraceView() override;

    void setTrace(const TraceText& trace);
    void setHeat(Heat heat);
    void setShown(TraceSpan::Kind kind, bool shown);
    void setDifference(const QVector<std::pair<int, int>>& ranges);
    /// Marks every place of `text` (any case) and scrolls to the first; returns how many.
    int find(const QString& text);
    void copySelection() const;
    QString selectedText() const;
    /// Lines that were laid out since the trace was set: work done, for tests.
    int laidOutLines() const { return m_laidOut; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Line {
        int begin, length;
        double height = 0;                       ///< estimated until laid out
        std::unique_ptr<QTextLayout> layout;
    };
    void rebuild();
    void layOut(Line& line);
    double top(size_t index) const;
    int positionAt(const QPoint& point);
    QColor heatColor(int token) const;
    QVector<int> m_found;
    int m_foundLength = 0;

    TraceText m_trace;
    std::vector<Line> m_lines;
    QVector<std::pair<int, int>> m_difference;
    Heat m_heat = Heat::None;
    bool m_shown[6] = { true, true, false, true, true, true };
    int m_laidOut = 0, m_anchor = 0, m_cursor = 0;
};

} // namespace aha
