// TraceView: the caret, the keys that move it, and the menu of what is selected.

#include "widgets/language/translation.h"
#include "widgets/panels/exactcopy.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/traceviewaccess.h"
#include "widgets/plots/placeaction.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QTextBoundaryFinder>
#include <QTextLayout>

#include <algorithm>
#include <utility>

namespace aha {

void TraceView::setSelection(int anchor, int caret)
{
    const int size = int(m_trace.text.size());
    const std::pair<int, int> before { m_anchor, m_cursor };
    m_anchor = std::clamp(anchor, 0, size);
    m_cursor = std::clamp(caret, 0, size);
    m_caretX = -1;
    viewport()->update();
    if (before == std::pair(m_anchor, m_cursor))
        return;
    tellCaret(this, before.first, before.second);
    Q_EMIT readingChanged();
}

void TraceView::moveCaret(int position, bool extend)
{
    setSelection(extend ? m_anchor : position, position);
    bringCaretIntoView();
}

void TraceView::bringCaretIntoView()
{
    if (m_lines.empty())
        return;
    for (int round = 0; round < 2; ++round) { // estimates above become heights
        layOutVisible();
        const double y = yOf(m_cursor), height = fontMetrics().lineSpacing() * 2, top = verticalScrollBar()->value();
        if (y < top + kMargin)
            verticalScrollBar()->setValue(int(y) - kMargin);
        else if (y + height > top + viewport()->height())
            verticalScrollBar()->setValue(int(y + height) - viewport()->height());
    }
}

QRect TraceView::caretRect(int position)
{
    if (m_lines.empty())
        return {};
    const int y = int(yOf(position)) - verticalScrollBar()->value();
    const Line& line = m_lines[lineOf(position)];
    const int at = std::clamp(position - line.begin, 0, line.length);
    const QTextLine row = line.layout->lineForTextPosition(at);
    return { kMargin + int(row.isValid() ? row.cursorToX(at) : 0), y, 2, fontMetrics().height() };
}

int TraceView::outsideChip(int position, bool forward) const
{
    const auto [first, last] = m_trace.spansIn(TraceSpan::Chip, position, position + 1);
    if (first == last || first->begin >= position)
        return position;
    // Neighbouring chips are one span of the trace; each is written in brackets.
    const int begin = int(m_trace.text.lastIndexOf(QLatin1Char('['), position));
    if (begin == position)
        return position;
    return forward ? int(m_trace.text.indexOf(QLatin1Char(']'), position)) + 1 : begin;
}

std::pair<int, int> TraceView::unitAt(Unit unit, int position)
{
    const int size = int(m_trace.text.size());
    if (m_lines.empty() || position < 0 || position >= size)
        return { std::clamp(position, 0, size), std::clamp(position, 0, size) };
    Line& line = m_lines[lineOf(position)];
    const int at = position - line.begin;
    switch (unit) {
    case Unit::Piece:
        return { line.begin, line.begin + line.length };
    case Unit::Row: {
        layOut(line);
        const QTextLine row = line.layout->lineForTextPosition(at);
        return { line.begin + row.textStart(), line.begin + row.textStart() + row.textLength() };
    }
    case Unit::Character: {
        if (const int begin = outsideChip(position, false), end = outsideChip(begin + 1, true); end > begin + 1)
            return { begin, end };
        layOut(line);
        const int begin = line.layout->isValidCursorPosition(at) ? at : line.layout->previousCursorPosition(at);
        return { line.begin + begin, line.begin + std::max(begin + 1, line.layout->nextCursorPosition(begin)) };
    }
    case Unit::Word: {
        if (const std::pair<int, int> chip = unitAt(Unit::Character, position);
            m_trace.text[chip.first] == QLatin1Char('[') && chip.second > chip.first + 1)
            return chip;
        QTextBoundaryFinder finder(QTextBoundaryFinder::Word, QStringView(m_trace.text).mid(line.begin, line.length));
        finder.setPosition(at + 1);
        const qsizetype begin = finder.toPreviousBoundary();
        finder.setPosition(at);
        const qsizetype end = finder.toNextBoundary();
        return { line.begin + int(std::max<qsizetype>(begin, 0)), line.begin + (end < 0 ? line.length : int(end)) };
    }
    }
    return { position, position };
}

int TraceView::characterFrom(int position, bool forward)
{
    if (forward)
        return position < m_trace.text.size() ? unitAt(Unit::Character, position).second : position;
    return position > 0 ? unitAt(Unit::Character, position - 1).first : 0;
}

/// The beginning of a word, or of a piece of the text: an empty line is a place, too.
int TraceView::wordFrom(int position, bool forward)
{
    const QString& text = m_trace.text;
    if (forward ? position >= text.size() : position <= 0)
        return position;
    const Line& line = m_lines[lineOf(forward ? position : position - 1)];
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, QStringView(text).mid(line.begin, line.length));
    finder.setPosition(position - line.begin);
    for (qsizetype at = forward ? finder.toNextBoundary() : finder.toPreviousBoundary(); at > 0 && at < line.length;
         at = forward ? finder.toNextBoundary() : finder.toPreviousBoundary())
        if (const int place = line.begin + int(at); !text[place].isSpace() && outsideChip(place, forward) == place)
            return place;
    return forward ? line.begin + line.length : line.begin;
}

int TraceView::rowFrom(int position, bool down)
{
    if (m_lines.empty())
        return position;
    size_t index = lineOf(position);
    layOut(m_lines[index]);
    QTextLine row = m_lines[index].layout->lineForTextPosition(position - m_lines[index].begin);
    const double x = m_caretX >= 0 ? m_caretX : row.cursorToX(position - m_lines[index].begin);
    int number = row.lineNumber() + (down ? 1 : -1);
    if (number < 0 || number >= m_lines[index].layout->lineCount()) {
        if (down ? index + 1 == m_lines.size() : index == 0)
            return down ? int(m_trace.text.size()) : 0;
        index += down ? 1 : size_t(-1);
        layOut(m_lines[index]);
        number = down ? 0 : m_lines[index].layout->lineCount() - 1;
    }
    const Line& line = m_lines[index];
    row = line.layout->lineAt(number);
    int at = row.xToCursor(x);
    if (line.begin + at < m_trace.text.size()) // the place behind a row is the beginning of the next
        at = std::max(row.textStart(), std::min(at, row.textStart() + row.textLength() - 1));
    m_caretX = x;
    return outsideChip(line.begin + at, false);
}

int TraceView::pageFrom(int position, bool down)
{
    const int rows = int(viewport()->height() / (fontMetrics().lineSpacing() * 1.5)); // a row or two stay in view
    for (int i = 0; i < std::max(1, rows); ++i)
        position = rowFrom(position, down);
    return position;
}

int TraceView::rowEnd(int position, bool forward)
{
    if (m_lines.empty())
        return position;
    const int last = std::min(position, int(m_trace.text.size()) - 1);
    const auto [begin, end] = unitAt(Unit::Row, last);
    if (!forward)
        return begin;
    return end == m_trace.text.size() && m_trace.text[end - 1] != QLatin1Char('\n') ? end : characterFrom(end, false);
}

void TraceView::keyPressEvent(QKeyEvent* event)
{
    struct Move {
        QKeySequence::StandardKey move, select;
        int (TraceView::*to)(int, bool);
        bool forward, keepsX = false;
    };
    static constexpr Move kMoves[] = {
        { QKeySequence::MoveToNextChar, QKeySequence::SelectNextChar, &TraceView::characterFrom, true },
        { QKeySequence::MoveToPreviousChar, QKeySequence::SelectPreviousChar, &TraceView::characterFrom, false },
        { QKeySequence::MoveToNextWord, QKeySequence::SelectNextWord, &TraceView::wordFrom, true },
        { QKeySequence::MoveToPreviousWord, QKeySequence::SelectPreviousWord, &TraceView::wordFrom, false },
        { QKeySequence::MoveToNextLine, QKeySequence::SelectNextLine, &TraceView::rowFrom, true, true },
        { QKeySequence::MoveToPreviousLine, QKeySequence::SelectPreviousLine, &TraceView::rowFrom, false, true },
        { QKeySequence::MoveToNextPage, QKeySequence::SelectNextPage, &TraceView::pageFrom, true, true },
        { QKeySequence::MoveToPreviousPage, QKeySequence::SelectPreviousPage, &TraceView::pageFrom, false, true },
        { QKeySequence::MoveToEndOfLine, QKeySequence::SelectEndOfLine, &TraceView::rowEnd, true },
        { QKeySequence::MoveToStartOfLine, QKeySequence::SelectStartOfLine, &TraceView::rowEnd, false },
    };
    for (const Move& one : kMoves) {
        const bool extend = event->matches(one.select);
        if (!extend && !event->matches(one.move))
            continue;
        const int place = (this->*one.to)(m_cursor, one.forward);
        const double x = m_caretX; // moveCaret() forgets it
        moveCaret(place, extend);
        m_caretX = one.keepsX ? x : -1;
        return;
    }
    const int size = int(m_trace.text.size());
    if (event->matches(QKeySequence::MoveToStartOfDocument) || event->matches(QKeySequence::SelectStartOfDocument))
        moveCaret(0, event->matches(QKeySequence::SelectStartOfDocument));
    else if (event->matches(QKeySequence::MoveToEndOfDocument) || event->matches(QKeySequence::SelectEndOfDocument))
        moveCaret(size, event->matches(QKeySequence::SelectEndOfDocument));
    else if (event->matches(QKeySequence::Copy))
        copySelection();
    else if (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier) // keyboards without a menu key
        openMenu(menuPlace());
    else if (triggerPlaceAction(this, *event))
        return;
    else if (event->matches(QKeySequence::SelectAll))
        setSelection(0, size);
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void TraceView::contextMenuEvent(QContextMenuEvent* event)
{
    openMenu(event->reason() == QContextMenuEvent::Keyboard ? menuPlace() : event->globalPos());
}

QPoint TraceView::menuPlace()
{
    const QPoint below = caretRect(m_cursor).bottomLeft();
    const QRect seen = viewport()->rect();
    return viewport()->mapToGlobal(QPoint(std::clamp(below.x(), seen.left(), std::max(seen.left(), seen.right())),
        std::clamp(below.y(), seen.top(), std::max(seen.top(), seen.bottom()))));
}

void TraceView::openMenu(const QPoint& place)
{
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("textMenu"));
    menu->setAccessibleName(tr("What can be done with the text"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool selected = m_anchor != m_cursor;
    // A key is a part of the text: desktops that hide the shortcuts of such menus hide no text.
    const QString copyKey = QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText);
    menu->addAction(tr("Copy") + QLatin1Char('\t') + copyKey, this, &TraceView::copySelection)->setEnabled(selected);
    PlaceAction* shown = placeAction(this, "trace.copyShown");
    menu->addAction(shown->withKeys(shown->text()), shown, &QAction::trigger)->setEnabled(selected);
    menu->addSeparator();
    Q_EMIT menuOpening(menu);
    menu->popup(place);
}

void TraceView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update(); // the caret comes and goes
}

void TraceView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

QString TraceView::selectedText() const
{
    const auto [begin, end] = selection();
    return m_trace.text.mid(begin, end - begin);
}

void TraceView::copySelection() const
{
    if (const auto [begin, end] = selection(); begin < end)
        copyExactly(m_trace.bytesOf(begin, end));
}

bool TraceView::goToToken(bool forward)
{
    if (m_trace.tokenEnds.isEmpty())
        return false;
    const int size = int(m_trace.tokenEnds.size());
    int token = m_trace.tokenAt(readingPosition());
    const auto beginOf = [this](int index) { return index > 0 ? m_trace.tokenEnds[index - 1] : 0; };
    const bool chosen = token < size && selection() == std::pair(beginOf(token), m_trace.tokenEnds[token]);
    if (forward && chosen)
        token = m_trace.tokenAt(m_trace.tokenEnds[token]);
    else if (!forward && token > 0)
        token = m_trace.tokenAt(beginOf(token) - 1);
    if (token >= size)
        return false;
    select(beginOf(token), m_trace.tokenEnds[token]);
    return true;
}

bool TraceView::goToMark(bool forward)
{
    const int at = selection().first;
    const bool selected = m_anchor != m_cursor;
    constexpr std::pair<int, int> kNone { -1, -1 };
    std::pair<int, int> next = kNone, around = kNone; // around: where one comes from the other end
    const auto better = [forward, kNone](const std::pair<int, int>& one, const std::pair<int, int>& than) {
        return than == kNone || (forward ? one.first < than.first : one.first > than.first);
    };
    const auto offer = [&](int begin, int end) {
        const std::pair place { begin, end };
        const bool ahead = forward ? begin > at || (begin == at && !selected) : begin < at;
        if (ahead && better(place, next))
            next = place;
        if (better(place, around))
            around = place;
    };
    /// Of a sorted list only the neighbours and the ends can be meant.
    const auto list = [&](auto first, auto last, auto beginOf, auto endOf) {
        if (first == last)
            return;
        const auto behind
            = std::lower_bound(first, last, at, [&](const auto& one, int where) { return beginOf(one) < where; });
        for (auto one = behind; one != last && one - behind < 2; ++one)
            offer(beginOf(*one), endOf(*one));
        if (behind != first)
            offer(beginOf(*(behind - 1)), endOf(*(behind - 1)));
        offer(beginOf(*first), endOf(*first));
        offer(beginOf(*(last - 1)), endOf(*(last - 1)));
    };
    for (int kind = 0; kind < TraceSpan::KindCount; ++kind)
        if (m_shown[kind]) {
            const auto [first, last] = m_trace.spansIn(TraceSpan::Kind(kind), 0, int(m_trace.text.size()));
            list(
                first, last, [](const TraceSpan& span) { return span.begin; },
                [](const TraceSpan& span) { return span.end; });
        }
    for (const QVector<std::pair<int, int>>* ranges : { &m_pattern, &m_difference })
        list(
            ranges->begin(), ranges->end(), [](const auto& range) { return range.first; },
            [](const auto& range) { return range.second; });
    const std::pair<int, int> place = next != kNone ? next : around;
    if (place == kNone)
        return false;
    select(place.first, place.second);
    return true;
}

} // namespace aha
