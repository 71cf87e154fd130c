#include "widgets/panels/traceview.h"

#include "widgets/models/visibletext.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextLayout>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kLongestLine = 2048; // one wrapped line of a megabyte would block for a minute
constexpr int kWordSearch = 80; // a piece ends at a space when there is one this near
constexpr int kMostLayouts = 2000; // laid-out pieces kept
constexpr int kMargin = 10, kRibbon = 10;
constexpr double kSpacing = 1.35;

} // namespace

TraceView::TraceView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setObjectName(QStringLiteral("traceView"));
    setAccessibleName(QStringLiteral("Trace"));
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF() + 0.5);
    setFont(mono);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

TraceView::~TraceView() = default;

void TraceView::setTrace(const TraceText& trace)
{
    m_trace = trace;
    m_difference.clear();
    m_found.clear();
    m_marked = {};
    m_anchor = m_cursor = 0;
    m_laidOut = 0;
    setAccessibleDescription(trace.text.left(2000));
    rebuild();
    verticalScrollBar()->setValue(0);
}

void TraceView::setHighlights(const TraceText& trace)
{
    m_trace = trace;
    dropLayouts();
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
    // Backgrounds first, so that a reflection word inside a language run keeps its own colour.
    for (const TraceSpan::Kind kind : { TraceSpan::English, TraceSpan::Chinese, TraceSpan::Tag,
             TraceSpan::RightEquation, TraceSpan::WrongEquation, TraceSpan::Reflection, TraceSpan::Aha }) {
        if (!m_shown[kind])
            continue;
        const QTextCharFormat format = spanFormat(kind, palette());
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

void TraceView::fill(
    QPainter& painter, const Line& line, double at, int begin, int end, const QColor& color, bool underline) const
{
    begin = std::max(begin, line.begin) - line.begin;
    end = std::min(end, line.begin + line.length) - line.begin;
    if (begin >= end)
        return;
    QColor solid = color;
    solid.setAlpha(255);
    for (int r = line.layout->lineForTextPosition(begin).lineNumber(); r >= 0 && r < line.layout->lineCount(); ++r) {
        const QTextLine row = line.layout->lineAt(r);
        if (row.textStart() >= end)
            break;
        const int from = std::max(begin, row.textStart()), to = std::min(end, row.textStart() + row.textLength());
        if (from >= to)
            continue;
        const QRectF box(
            kMargin + row.cursorToX(from), at + row.y(), row.cursorToX(to) - row.cursorToX(from), row.height());
        painter.fillRect(box, color);
        if (underline)
            painter.fillRect(QRectF(box.x(), box.bottom(), box.width(), 2), solid);
    }
}

/// A frame around the rows of a stretch, outside its letters.
void TraceView::frame(QPainter& painter, const Line& line, double at, int begin, int end) const
{
    begin = std::max(begin, line.begin) - line.begin;
    end = std::min(end, line.begin + line.length) - line.begin;
    if (begin >= end)
        return;
    QColor fillColor = palette().color(QPalette::Highlight);
    painter.setPen(QPen(fillColor, 2));
    fillColor.setAlpha(50);
    for (int r = line.layout->lineForTextPosition(begin).lineNumber(); r >= 0 && r < line.layout->lineCount(); ++r) {
        const QTextLine row = line.layout->lineAt(r);
        const int from = std::max(begin, row.textStart()), to = std::min(end, row.textStart() + row.textLength());
        if (row.textStart() >= end)
            break;
        if (from >= to)
            continue;
        const QRectF box(
            kMargin + row.cursorToX(from), at + row.y(), row.cursorToX(to) - row.cursorToX(from), row.height());
        painter.fillRect(box, fillColor);
        painter.drawRect(box.adjusted(-1.5, -1.5, 1.5, 1.5));
    }
}

void TraceView::paintLine(QPainter& painter, const Line& line, double at)
{
    const int end = line.begin + line.length;
    if (m_heat != Heat::None)
        for (int token = m_trace.tokenAt(line.begin); token < m_trace.tokenEnds.size(); ++token) {
            const int begin = token ? m_trace.tokenEnds[token - 1] : 0;
            if (begin >= end)
                break;
            fill(painter, line, at, begin, m_trace.tokenEnds[token],
                heatColor(heatShare(m_heat, double(m_trace.logprob.value(token)), double(m_trace.entropy.value(token))),
                    palette()));
        }
    const QColor differs = differenceColor(m_differsLeft, palette());
    const auto firstDifferent = std::upper_bound(m_difference.begin(), m_difference.end(), line.begin,
        [](int where, const auto& range) { return where < range.second; });
    for (auto range = firstDifferent; range != m_difference.end() && range->first < end; ++range)
        fill(painter, line, at, range->first, range->second, differs, true);
    const auto firstFound = std::lower_bound(m_found.begin(), m_found.end(), line.begin - m_foundLength);
    for (auto found = firstFound; found != m_found.end() && *found < end; ++found)
        fill(painter, line, at, *found, *found + m_foundLength, QColor(255, 214, 10, 120));
    frame(painter, line, at, m_marked.first, m_marked.second);
    QColor selection = palette().color(QPalette::Highlight);
    selection.setAlpha(110);
    fill(painter, line, at, std::min(m_anchor, m_cursor), std::max(m_anchor, m_cursor), selection);
    painter.setPen(palette().color(QPalette::Text));
    line.layout->draw(&painter, QPointF(kMargin, at));
}

void TraceView::paintEvent(QPaintEvent*)
{
    layOutVisible();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    double y = kMargin - verticalScrollBar()->value();
    for (const Line& line : m_lines) {
        if (y > viewport()->height())
            break;
        if (y + line.height >= 0 && line.layout)
            paintLine(painter, line, y);
        y += line.height;
    }
    paintRibbon(painter);
}

QRect TraceView::ribbonRect() const { return { viewport()->width() - kRibbon, 0, kRibbon, viewport()->height() }; }

/// Which language stands where in the whole trace, with marks for reflection words and wrong equations.
void TraceView::paintRibbon(QPainter& painter)
{
    const QRect ribbon = ribbonRect();
    if (m_ribbon.height() != ribbon.height()) {
        m_ribbon = QImage(kRibbon, std::max(1, ribbon.height()), QImage::Format_ARGB32_Premultiplied);
        m_ribbon.fill(palette().color(QPalette::AlternateBase));
        QPainter draw(&m_ribbon);
        // A text shorter than the view is drawn beside its lines, a longer one over the whole height.
        double total = 0;
        std::vector<double> tops;
        tops.reserve(m_lines.size());
        for (const Line& line : m_lines) {
            tops.push_back(total);
            total += line.height;
        }
        const double scale = total > ribbon.height() - 2 * kMargin ? ribbon.height() / std::max(1.0, total) : 1,
                     offset = scale < 1 ? 0 : kMargin;
        const auto place = [&](int position) {
            const size_t i = lineOf(position);
            return offset
                + scale
                * (tops[i] + m_lines[i].height * (position - m_lines[i].begin) / std::max(1, m_lines[i].length));
        };
        int last = -1;
        const auto mark = [&](TraceSpan::Kind kind, int x, int width, double least) {
            last = -1;
            const QColor color = spanColor(kind, palette());
            const auto [first, end] = m_trace.spansIn(kind, 0, int(m_trace.text.size()));
            for (const TraceSpan* span = first; span != end; ++span) {
                const double y = place(span->begin), height = std::max(least, place(span->end) - y);
                if (int(y + height) == last && height <= least)
                    continue; // this row of pixels has its mark
                last = int(y + height);
                draw.fillRect(QRectF(x, y, width, height), color);
            }
        };
        if (!m_lines.empty()) {
            mark(TraceSpan::English, 0, 6, 2);
            mark(TraceSpan::Chinese, 0, 6, 2);
            mark(TraceSpan::Reflection, 6, 4, 2);
            mark(TraceSpan::WrongEquation, 6, 4, 2);
        }
    }
    painter.drawImage(ribbon.topLeft(), m_ribbon);
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

int TraceView::topPosition() { return positionAt({ 0, 0 }); }

void TraceView::setTopPosition(int position) { verticalScrollBar()->setValue(int(yOf(position)) - kMargin); }

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
    m_anchor = m_cursor = begin;
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
    m_anchor = begin;
    m_cursor = end;
    reveal(begin);
    viewport()->update();
}

void TraceView::mousePressEvent(QMouseEvent* event)
{
    if (event->pos().x() >= viewport()->width() - kRibbon) { // jump
        verticalScrollBar()->setValue(
            int(double(event->pos().y()) / viewport()->height() * verticalScrollBar()->maximum()));
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    m_cursor = positionAt(event->pos());
    if (!(event->modifiers() & Qt::ShiftModifier))
        m_anchor = m_cursor;
    viewport()->update();
}

void TraceView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) {
        if (event->pos().y() < 0 || event->pos().y() > viewport()->height())
            verticalScrollBar()->setValue(
                verticalScrollBar()->value() + (event->pos().y() < 0 ? -1 : 1) * verticalScrollBar()->singleStep());
        m_cursor = positionAt(event->pos());
        viewport()->update();
    }
    viewport()->setCursor(event->pos().x() >= viewport()->width() - kRibbon ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void TraceView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int at = positionAt(event->pos());
    int begin = at, end = at;
    while (begin > 0 && !m_trace.text[begin - 1].isSpace())
        --begin;
    while (end < m_trace.text.size() && !m_trace.text[end].isSpace())
        ++end;
    m_anchor = begin;
    m_cursor = end;
    viewport()->update();
}

QString TraceView::hint(int position) const
{
    static const std::pair<TraceSpan::Kind, const char*> words[]
        = { { TraceSpan::Aha, "aha: after a missed attempt, this turn led to the solution" },
              { TraceSpan::Reflection, "reflection word" }, { TraceSpan::RightEquation, "the equation is right" },
              { TraceSpan::WrongEquation, "the equation is wrong" } };
    QStringList lines;
    for (const auto& [kind, text] : words)
        if (const auto [first, last] = m_trace.spansIn(kind, position, position + 1); first != last)
            lines << QString::fromLatin1(text);
    const int token = m_trace.tokenAt(position);
    if (token < m_trace.tokenEnds.size() && token < m_trace.logprob.size()) {
        const int begin = token ? m_trace.tokenEnds[token - 1] : 0;
        const double logprob = double(m_trace.logprob.value(token));
        lines
            << QStringLiteral("token %1 “%2”")
                   .arg(token + 1)
                   .arg(m_trace.text.mid(begin, std::min(80, m_trace.tokenEnds[token] - begin)))
            << QStringLiteral("log-prob %1 · p = %2 %").arg(logprob, 0, 'f', 3).arg(100 * std::exp(logprob), 0, 'f', 1)
            << QStringLiteral("entropy %1 nats").arg(double(m_trace.entropy.value(token)), 0, 'f', 3);
    }
    return lines.join(QLatin1Char('\n'));
}

bool TraceView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (help->pos().x() >= viewport()->width() - kRibbon) {
            QToolTip::showText(help->globalPos(),
                QStringLiteral("Languages in the whole trace, with reflection words and wrong equations at the edge. "
                               "Click to go there."),
                this);
            return true;
        }
        const QString text = hint(positionAt(help->pos()));
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TraceView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copySelection();
    else if (event->matches(QKeySequence::SelectAll)) {
        m_anchor = 0;
        m_cursor = int(m_trace.text.size());
        viewport()->update();
    } else if (event->key() == Qt::Key_Home)
        verticalScrollBar()->setValue(0);
    else if (event->key() == Qt::Key_End)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

QString TraceView::selectedText() const
{
    return m_trace.text.mid(std::min(m_anchor, m_cursor), std::abs(m_cursor - m_anchor));
}

void TraceView::copySelection() const
{
    if (m_anchor != m_cursor)
        QApplication::clipboard()->setText(selectedText());
}

void TraceView::setHeat(Heat heat)
{
    m_heat = heat;
    viewport()->update(); // colours are painted behind the text: no new layout
}

void TraceView::setShown(TraceSpan::Kind kind, bool shown)
{
    m_shown[kind] = shown;
    dropLayouts();
}

void TraceView::setDifference(const QVector<std::pair<int, int>>& ranges, bool left)
{
    m_difference = ranges;
    m_differsLeft = left;
    viewport()->update();
}

int TraceView::find(const QString& text)
{
    m_found.clear();
    m_foundLength = int(text.size());
    for (qsizetype at = text.isEmpty() ? -1 : m_trace.text.indexOf(text, 0, Qt::CaseInsensitive); at >= 0;
         at = m_trace.text.indexOf(text, at + text.size(), Qt::CaseInsensitive))
        m_found.append(int(at));
    if (!m_found.isEmpty())
        select(m_found[0], m_found[0] + m_foundLength);
    viewport()->update();
    return int(m_found.size());
}

int TraceView::currentFound() const
{
    const qsizetype at = m_found.indexOf(std::min(m_anchor, m_cursor));
    return at >= 0 && std::abs(m_cursor - m_anchor) == m_foundLength ? int(at) + 1 : 0;
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
