#pragma once
// Shows one trace: plain text only, laid out piece by piece as it becomes visible.

#include "widgets/models/teacherinsight.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracetext.h"

#include <QAbstractScrollArea>
#include <QImage>

#include <memory>

class QTextLayout;

namespace aha {

class TraceView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TraceView(QWidget* parent = nullptr);
    ~TraceView() override;

    void setTrace(const TraceText& trace);
    /// Highlights of the same text, found later: keeps the place.
    void setHighlights(const TraceText& trace);
    const TraceText& trace() const { return m_trace; }
    void setHeat(Heat heat);
    void setShown(TraceSpan::Kind kind, bool shown);
    /// Places of a person's pattern.
    void setPattern(const QVector<std::pair<int, int>>& ranges);
    /// What an engine found out about the tokens; null: nothing.
    void setInsight(std::shared_ptr<const TokenInsight> insight);
    const TokenInsight* insight() const { return m_insight.get(); }
    const std::shared_ptr<const TokenInsight>& sharedInsight() const { return m_insight; }
    /// What an engine found out about a distillation run's student and teacher; null: nothing.
    void setTeacher(std::shared_ptr<const TeacherInsight> teacher);
    const std::shared_ptr<const TeacherInsight>& teacher() const { return m_teacher; }
    /// What a token is coloured with: 0 … 1, or −1 … 1 where the quantity has a sign; NaN: not known.
    double tokenShare(int token) const;
    /// Words that the other text does not have. `left` chooses the colour.
    void setDifference(const QVector<std::pair<int, int>>& ranges, bool left);
    /// Frames a stretch until the next trace, and scrolls to it. Equal ends: none.
    void setMarked(int begin, int end);
    std::pair<int, int> marked() const { return m_marked; }
    /// Is any of the stretch between the edges of the view?
    bool isInView(int position);
    /// Marks every place of `text` (any case) and goes to the first; returns how many.
    int find(const QString& text);
    /// Selects the next or previous place: of find(), or of a kind of span. Wraps around. False when there is none.
    bool findNext(bool forward);
    bool goTo(TraceSpan::Kind kind, bool forward);
    /// Number of the selected place of find(), from 1; 0 for none.
    int currentFound() const;
    int foundCount() const { return int(m_found.size()); }
    /// Where they begin, and how long each is.
    const QVector<int>& foundPlaces() const { return m_found; }
    int foundLength() const { return m_foundLength; }
    /// Selects one of them, from 0.
    void goToFound(int index);
    /// The stored bytes of the selection, chips as what they stand for; Ctrl+Shift+C copies the text as shown.
    void copySelection() const;
    QString selectedText() const;
    /// Scrolls so that the position is in view, a third from the top.
    void reveal(int position);
    /// The position at the top edge, and its inverse.
    int topPosition();
    void setTopPosition(int position);
    /// Pieces that were laid out since the trace was set: work done, for tests.
    int laidOutLines() const { return m_laidOut; }
    /// What the tool tip says about the character at `position`; plain text.
    QString hint(int position) const;

Q_SIGNALS:
    void scrolled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    static constexpr int kMargin = 10, kRibbon = 10;
    struct Line {
        int begin, length;
        double height = 0; ///< estimated until laid out
        std::unique_ptr<QTextLayout> layout;
    };
    void rebuild();
    void layOut(Line& line);
    void layOutVisible();
    void dropLayouts();
    size_t lineOf(int position) const;
    double top(size_t index) const;
    double yOf(int position);
    int positionAt(const QPoint& point);
    void select(int begin, int end);
    void fill(QPainter& painter, const Line& line, double at, int begin, int end, const QColor& color,
        bool underline = false) const;
    void frame(QPainter& painter, const Line& line, double at, int begin, int end) const;
    void paintLine(QPainter& painter, const Line& line, double at);
    void paintRibbon(QPainter& painter);
    QRect ribbonRect() const;

    TraceText m_trace;
    std::vector<Line> m_lines;
    QVector<std::pair<int, int>> m_difference;
    QVector<std::pair<int, int>> m_pattern;
    std::shared_ptr<const TokenInsight> m_insight;
    std::shared_ptr<const TeacherInsight> m_teacher;
    std::pair<int, int> m_marked { 0, 0 };
    bool m_differsLeft = false;
    QVector<int> m_found;
    int m_foundLength = 0;
    QImage m_ribbon; ///< drawn once per trace, size and theme
    std::pair<double, double> m_ribbonPlace { 1, 0 }; ///< scale and offset of its lines
    std::vector<double> m_tops; ///< of its lines, before scaling
    Heat m_heat = Heat::None;
    bool m_shown[TraceSpan::KindCount] = { true, true, true, false, true, true, true, false, false, true };
    int m_laidOut = 0, m_anchor = 0, m_cursor = 0;
};

} // namespace aha
