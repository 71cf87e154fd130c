#pragma once
// Shows one trace: plain text only, laid out piece by piece as it becomes visible.

#include "widgets/models/teacherinsight.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracetext.h"

#include <QAbstractScrollArea>
#include <QImage>

#include <algorithm>
#include <array>
#include <memory>

class QMenu;
class QTextLayout;

namespace aha {

class TraceView : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// What a caret moves by and a screen reader asks for. A chip is one character. Row: as it is drawn. Piece: a line
    /// of the text, or 2048 characters of a longer one.
    enum class Unit { Character, Word, Row, Piece };

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
    /// Likewise, and goes to the place nearest to `position`; negative: to the first.
    int findAt(const QString& text, int position);
    /// The same for a search that stands while texts come and go: it selects nothing, for nobody chose that, and goes
    /// to the first place only from the beginning of the text.
    int showFound(const QString& text);
    /// Selects the next or previous place: of find(), or of a kind of span. Wraps around. False when there is none.
    bool findNext(bool forward);
    bool goTo(TraceSpan::Kind kind, bool forward);
    /// Number of the place of find() that one is at, from 1; 0 for none.
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
    int caret() const { return m_cursor; }
    int anchor() const { return m_anchor; }
    /// Where copying begins and ends; equal: nothing is selected.
    std::pair<int, int> selection() const { return std::minmax(m_anchor, m_cursor); }
    /// Positions beyond the text are taken to its end.
    void setSelection(int anchor, int caret);
    /// Moves the caret into view. `extend`: the selection grows with it, else there is none.
    void moveCaret(int position, bool extend);
    /// The character that one is at: the last one selected, or the one behind the caret.
    int readingPosition() const { return m_cursor > m_anchor ? m_cursor - 1 : m_cursor; }
    /// The stretch of the unit that holds the character at `position`. Reads one piece of the text.
    std::pair<int, int> unitAt(Unit unit, int position);
    /// Selects the next or previous token, or mark that is switched on (or place of a pattern, or word that differs).
    bool goToToken(bool forward);
    bool goToMark(bool forward);
    /// Where the caret is drawn before the character at `position`, in the viewport.
    QRect caretRect(int position);
    int positionAt(const QPoint& point);
    /// Scrolls so that the position is in view, a third from the top.
    void reveal(int position);
    /// The position at the top edge, and its inverse.
    int topPosition();
    void setTopPosition(int position);
    /// Pieces that were laid out since the trace was set: work done, for tests.
    int laidOutLines() const { return m_laidOut; }
    /// What the tool tip says about the character at `position`; plain text.
    QString hint(int position) const;
    /// The marks there by name, and what followed a reflection word.
    QStringList marksAt(int position) const;

Q_SIGNALS:
    void scrolled();
    /// The caret stands elsewhere, or something else is known where it stands.
    void readingChanged();
    /// The menu of the text is about to be shown; whoever shows the text adds what can be done with it.
    void menuOpening(QMenu* menu);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    static constexpr int kMargin = 10, kRibbon = 10;
    static constexpr std::array<bool, TraceSpan::KindCount> shownAtFirst()
    {
        std::array<bool, TraceSpan::KindCount> shown {};
        for (int kind = 0; kind < TraceSpan::KindCount; ++kind)
            shown[size_t(kind)] = TraceSpan::isShownAtFirst(TraceSpan::Kind(kind));
        return shown;
    }
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
    void select(int begin, int end);
    int mark(const QString& text); ///< every place of it; how many
    void bringCaretIntoView();
    /// Out of a chip: to its end or its beginning.
    int outsideChip(int position, bool forward) const;
    int characterFrom(int position, bool forward);
    int wordFrom(int position, bool forward);
    int rowFrom(int position, bool down);
    int pageFrom(int position, bool down);
    int rowEnd(int position, bool forward);
    void openMenu(const QPoint& place); ///< on the screen
    QPoint menuPlace(); ///< on the screen: below the caret, where that is in view
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
    std::array<bool, TraceSpan::KindCount> m_shown = shownAtFirst();
    int m_laidOut = 0, m_anchor = 0, m_cursor = 0;
    double m_caretX = -1; ///< where the caret wants to be in the rows above and below; negative: where it is
};

} // namespace aha
