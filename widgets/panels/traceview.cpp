#include "widgets/panels/traceview.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/traceviewaccess.h"
#include "widgets/plots/placeaction.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextLayout>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace aha {

namespace {

constexpr int kLongestLine = 2048; // one wrapped line of a megabyte would block for a minute
constexpr int kWordSearch = 80; // a piece ends at a space when there is one this near
constexpr int kMostLayouts = 2000; // laid-out pieces kept
constexpr double kSpacing = 1.35;

} // namespace

TraceView::TraceView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    installTraceViewAccess();
    setObjectName(QStringLiteral("traceView"));
    setAccessibleName(tr("Trace"));
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF() + 0.5);
    setFont(mono);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Heights are estimates until a line is seen. A bar that comes with the estimate and goes with what is seen would
    // change the width, which makes new estimates, for ever.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    new PlaceAction(
        this, "trace.copyShown", tr("Copy the selection as it is shown"), keyList({ Qt::CTRL | Qt::SHIFT | Qt::Key_C }),
        [this] { QApplication::clipboard()->setText(selectedText()); }, [this] { return m_anchor != m_cursor; });
}

TraceView::~TraceView() = default;

void TraceView::setTrace(const TraceText& trace)
{
    m_trace = trace;
    m_difference.clear();
    m_found.clear();
    m_pattern.clear();
    m_insight.reset();
    m_teacher.reset();
    m_marked = {};
    m_anchor = m_cursor = 0;
    m_caretX = -1;
    m_laidOut = 0;
    rebuild();
    verticalScrollBar()->setValue(0);
    tellTextChanged(this);
    Q_EMIT readingChanged();
}

void TraceView::setHighlights(const TraceText& trace)
{
    m_trace = trace;
    dropLayouts();
    Q_EMIT readingChanged();
}

void TraceView::dropLayouts()
{
    for (Line& line : m_lines)
        line.layout.reset();
    m_ribbon = {};
    viewport()->update();
}

void TraceView::rebuild()
{
    const int kept = m_lines.empty() ? 0 : topPosition();
    m_lines.clear();
    m_ribbon = {};
    const QString& text = m_trace.text;
    const double lineHeight = fontMetrics().lineSpacing() * kSpacing;
    const int perRow
        = std::max(10, (viewport()->width() - 2 * kMargin - kRibbon) / std::max(1, fontMetrics().averageCharWidth()));
    for (int at = 0; at < text.size();) {
        int end = int(QStringView(text).mid(at, kLongestLine).indexOf(QLatin1Char('\n')));
        end = end >= 0 ? at + end + 1 : std::min(int(text.size()), at + kLongestLine);
        if (end < text.size() && text[end - 1] != QLatin1Char('\n')) {
            int space = end;
            while (space > end - kWordSearch && space > at && !text[space - 1].isSpace())
                --space;
            if (space > at && text[space - 1].isSpace())
                end = space;
            else if (end > at + 1 && text[end - 1].isHighSurrogate())
                --end;
        }
        m_lines.push_back({ at, end - at, lineHeight * ((end - at) / perRow + 1), nullptr });
        at = end;
    }
    double total = 2 * kMargin;
    for (const Line& line : m_lines)
        total += line.height;
    verticalScrollBar()->setRange(0, std::max(0, int(total) - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(int(lineHeight));
    if (kept > 0 && kept < text.size())
        setTopPosition(kept);
    viewport()->update();
}

void TraceView::layOut(Line& line)
{
    if (line.layout)
        return;
    ++m_laidOut;
    QString text = m_trace.text.mid(line.begin, line.length);
    text.replace(QLatin1Char('\n'), QLatin1Char(' '));
    line.layout = std::make_unique<QTextLayout>(text, font());
    QVector<QTextLayout::FormatRange> formats;
    // Backgrounds first, so that a reflection word inside a run of a script keeps its own colour.
    static constexpr TraceSpan::Kind kOrder[] = { TraceSpan::Repeated, TraceSpan::Latin, TraceSpan::Han,
        TraceSpan::Kana, TraceSpan::Hangul, TraceSpan::Cyrillic, TraceSpan::Arabic, TraceSpan::Hebrew,
        TraceSpan::Devanagari, TraceSpan::Thai, TraceSpan::Greek, TraceSpan::OtherScript, TraceSpan::Tag,
        TraceSpan::RightEquation, TraceSpan::WrongEquation, TraceSpan::Retry, TraceSpan::Hesitation,
        TraceSpan::Contrast, TraceSpan::Mistake, TraceSpan::Check, TraceSpan::Restart, TraceSpan::Conclusion,
        TraceSpan::Unsorted, TraceSpan::Aha, TraceSpan::Chip };
    for (const TraceSpan::Kind kind : kOrder) {
        if (!m_shown[size_t(kind)])
            continue;
        QTextCharFormat format = spanFormat(kind, palette());
        if (kind == TraceSpan::Aha && m_heat != Heat::None) { // else the colour of its token would be hidden
            format.setForeground(format.background());
            format.clearBackground();
            format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
            format.setFontOverline(true);
        }
        const auto [first, last] = m_trace.spansIn(kind, line.begin, line.begin + line.length);
        for (const TraceSpan* span = first; span != last; ++span) {
            const int begin = std::max(span->begin, line.begin) - line.begin,
                      end = std::min(span->end, line.begin + line.length) - line.begin;
            formats.append({ begin, end - begin, format });
        }
    }
    line.layout->setFormats(formats);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(Qt::LeftToRight);
    line.layout->setTextOption(option);
    line.layout->setCacheEnabled(true);
    line.layout->beginLayout();
    double y = 0;
    for (QTextLine row = line.layout->createLine(); row.isValid(); row = line.layout->createLine()) {
        row.setLineWidth(std::max(50, viewport()->width() - 2 * kMargin - kRibbon));
        row.setPosition({ 0, y });
        y += row.height() * kSpacing;
    }
    line.layout->endLayout();
    line.height = y;
}

void TraceView::layOutVisible()
{
    const double scroll = verticalScrollBar()->value(), bottom = scroll + viewport()->height();
    double y = kMargin, total = 0;
    int kept = 0;
    for (Line& line : m_lines) {
        const bool visible = y <= bottom && y + line.height >= scroll;
        if (visible)
            layOut(line);
        kept += line.layout != nullptr;
        y += line.height;
    }
    total = y + kMargin;
    if (kept > kMostLayouts) {
        double at = kMargin;
        for (Line& line : m_lines) {
            if (at > bottom || at + line.height < scroll)
                line.layout.reset();
            at += line.height;
        }
    }
    const int wanted = std::max(0, int(std::ceil(total)) - viewport()->height());
    if (verticalScrollBar()->maximum() != wanted)
        verticalScrollBar()->setRange(0, wanted);
}

size_t TraceView::lineOf(int position) const
{
    const auto behind = std::upper_bound(
        m_lines.begin(), m_lines.end(), position, [](int at, const Line& line) { return at < line.begin; });
    return behind == m_lines.begin() ? 0 : size_t(behind - m_lines.begin()) - 1;
}

double TraceView::top(size_t index) const
{
    double y = kMargin;
    for (size_t i = 0; i < index; ++i)
        y += m_lines[i].height;
    return y;
}

double TraceView::yOf(int position)
{
    if (m_lines.empty())
        return kMargin;
    const size_t index = lineOf(position);
    Line& line = m_lines[index];
    layOut(line);
    const QTextLine row = line.layout->lineForTextPosition(std::clamp(position - line.begin, 0, line.length));
    return top(index) + (row.isValid() ? row.y() : 0);
}

void TraceView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    rebuild();
}

void TraceView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dropLayouts();
    else if (event->type() == QEvent::FontChange)
        rebuild();
}

void TraceView::scrollContentsBy(int, int)
{
    viewport()->update();
    Q_EMIT scrolled();
}

int TraceView::positionAt(const QPoint& point)
{
    double y = kMargin - verticalScrollBar()->value();
    for (Line& line : m_lines) {
        if (point.y() < y + line.height) {
            layOut(line);
            for (int r = 0; r < line.layout->lineCount(); ++r) {
                const QTextLine row = line.layout->lineAt(r);
                if (point.y() < y + row.y() + row.height() * kSpacing)
                    return line.begin + row.xToCursor(point.x() - kMargin);
            }
        }
        y += line.height;
    }
    return int(m_trace.text.size());
}

// Where setTopPosition() puts it: of the row above, no more than the margin is left.
int TraceView::topPosition() { return positionAt({ 0, kMargin }); }

void TraceView::setTopPosition(int position) { verticalScrollBar()->setValue(int(std::ceil(yOf(position))) - kMargin); }

void TraceView::reveal(int position)
{
    if (m_lines.empty())
        return;
    layOutVisible();
    const double y = yOf(position);
    if (y < verticalScrollBar()->value()
        || y > verticalScrollBar()->value() + viewport()->height() - 2 * fontMetrics().height()) {
        verticalScrollBar()->setValue(int(y) - viewport()->height() / 3);
        layOutVisible(); // estimates above became heights
        verticalScrollBar()->setValue(int(yOf(position)) - viewport()->height() / 3);
    }
}

void TraceView::setMarked(int begin, int end)
{
    m_marked = { begin, end };
    setSelection(begin, begin);
    reveal(begin);
    viewport()->update();
}

bool TraceView::isInView(int position)
{
    layOutVisible();
    const double y = yOf(position) - verticalScrollBar()->value();
    return y >= 0 && y < viewport()->height();
}

void TraceView::select(int begin, int end)
{
    setSelection(begin, end);
    reveal(begin);
}

void TraceView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) // the menu is about what is selected
        return;
    if (event->pos().x() >= viewport()->width() - kRibbon) { // jump
        verticalScrollBar()->setValue(
            int(double(event->pos().y()) / viewport()->height() * verticalScrollBar()->maximum()));
        return;
    }
    const int at = positionAt(event->pos());
    setSelection(event->modifiers() & Qt::ShiftModifier ? m_anchor : at, at);
}

void TraceView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) {
        if (event->pos().y() < 0 || event->pos().y() > viewport()->height())
            verticalScrollBar()->setValue(
                verticalScrollBar()->value() + (event->pos().y() < 0 ? -1 : 1) * verticalScrollBar()->singleStep());
        setSelection(m_anchor, positionAt(event->pos()));
    }
    viewport()->setCursor(event->pos().x() >= viewport()->width() - kRibbon ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void TraceView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const int at = positionAt(event->pos());
    int begin = at, end = at;
    while (begin > 0 && !m_trace.text[begin - 1].isSpace())
        --begin;
    while (end < m_trace.text.size() && !m_trace.text[end].isSpace())
        ++end;
    setSelection(begin, end);
}

bool TraceView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (help->pos().x() >= viewport()->width() - kRibbon) {
            QToolTip::showText(help->globalPos(),
                tr("Scripts in the whole trace; at the edge reflection words, wrong equations, the layers "
                   "that are on, and what was found. Click to go there."),
                this);
            return true;
        }
        const QString text = hint(positionAt(help->pos()));
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TraceView::setHeat(Heat heat)
{
    const bool covered = (m_heat == Heat::None) != (heat == Heat::None) && m_shown[size_t(TraceSpan::Aha)];
    m_heat = heat;
    if (covered)
        dropLayouts();
    viewport()->update(); // colours are painted behind the text: no new layout otherwise
}

void TraceView::setShown(TraceSpan::Kind kind, bool shown)
{
    m_shown[size_t(kind)] = shown;
    dropLayouts();
}

void TraceView::setPattern(const QVector<std::pair<int, int>>& ranges)
{
    m_pattern = ranges;
    viewport()->update();
}

void TraceView::setInsight(std::shared_ptr<const TokenInsight> insight)
{
    m_insight = std::move(insight);
    viewport()->update();
    Q_EMIT readingChanged();
}

void TraceView::setTeacher(std::shared_ptr<const TeacherInsight> teacher)
{
    m_teacher = std::move(teacher);
    viewport()->update();
    Q_EMIT readingChanged();
}

void TraceView::setDifference(const QVector<std::pair<int, int>>& ranges, bool left)
{
    m_difference = ranges;
    m_differsLeft = left;
    viewport()->update();
}

int TraceView::mark(const QString& text)
{
    m_found.clear();
    m_foundLength = int(text.size());
    for (qsizetype at = text.isEmpty() ? -1 : m_trace.text.indexOf(text, 0, Qt::CaseInsensitive); at >= 0;
         at = m_trace.text.indexOf(text, at + text.size(), Qt::CaseInsensitive))
        m_found.append(int(at));
    viewport()->update();
    return int(m_found.size());
}

int TraceView::find(const QString& text)
{
    const bool marked = currentFound() > 0;
    const int found = mark(text);
    if (found > 0)
        select(m_found[0], m_found[0] + m_foundLength);
    else if (marked) // the shorter text that one typed first stood there
        setSelection(m_cursor, m_cursor);
    return found;
}

int TraceView::findAt(const QString& text, int position)
{
    const int found = find(text);
    if (found > 1 && position >= 0) {
        const auto nearest = std::min_element(m_found.begin(), m_found.end(),
            [position](int a, int b) { return std::abs(a - position) < std::abs(b - position); });
        goToFound(int(nearest - m_found.begin()));
    }
    return found;
}

int TraceView::showFound(const QString& text)
{
    const int found = mark(text);
    if (found > 0 && m_anchor == 0 && m_cursor == 0 && topPosition() == 0)
        select(m_found[0], m_found[0]);
    return found;
}

int TraceView::currentFound() const
{
    const qsizetype at = m_found.indexOf(std::min(m_anchor, m_cursor));
    const int selected = std::abs(m_cursor - m_anchor);
    return at >= 0 && (selected == m_foundLength || selected == 0) ? int(at) + 1 : 0;
}

void TraceView::goToFound(int index)
{
    if (index >= 0 && index < m_found.size())
        select(m_found[index], m_found[index] + m_foundLength);
}

bool TraceView::findNext(bool forward)
{
    if (m_found.isEmpty())
        return false;
    const int at = std::min(m_anchor, m_cursor);
    const auto next = forward ? std::upper_bound(m_found.begin(), m_found.end(), at)
                              : std::lower_bound(m_found.begin(), m_found.end(), at);
    const int chosen = forward ? (next == m_found.end() ? m_found.front() : *next)
                               : (next == m_found.begin() ? m_found.back() : *(next - 1));
    select(chosen, chosen + m_foundLength);
    return true;
}

bool TraceView::goTo(TraceSpan::Kind kind, bool forward)
{
    const auto [first, last] = m_trace.spansIn(kind, 0, int(m_trace.text.size()));
    if (first == last)
        return false;
    const int at = std::min(m_anchor, m_cursor);
    const bool selected = m_anchor != m_cursor;
    const TraceSpan* chosen = nullptr;
    for (const TraceSpan* span = first; span != last && forward && !chosen; ++span)
        if (span->begin > at || (span->begin == at && !selected))
            chosen = span;
    for (const TraceSpan* span = last; span != first && !forward && !chosen;)
        if ((--span)->begin < at)
            chosen = span;
    if (!chosen)
        chosen = forward ? first : last - 1;
    select(chosen->begin, chosen->end);
    return true;
}

} // namespace aha
