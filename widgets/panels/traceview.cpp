#include "widgets/panels/traceview.h"

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

constexpr int kLongestLine = 4096;   // one wrapped line of a megabyte would block for a minute
constexpr int kMargin = 10, kRibbon = 8;

} // namespace

TraceView::TraceView(QWidget* parent) : QAbstractScrollArea(parent)
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
    m_anchor = m_cursor = 0;
    setAccessibleDescription(trace.text.left(2000));
    rebuild();
    verticalScrollBar()->setValue(0);
}

void TraceView::rebuild()
{
    m_lines.clear();
    m_laidOut = 0;
    const double lineHeight = fontMetrics().lineSpacing() * 1.35;
    const int perRow = std::max(10, (viewport()->width() - 2 * kMargin - kRibbon) / std::max(1, fontMetrics().averageCharWidth()));
    for (int at = 0; at < m_trace.text.size();) {
        int end = int(m_trace.text.indexOf(QLatin1Char('\n'), at));
        end = end < 0 ? int(m_trace.text.size()) : end + 1;
        end = std::min(end, at + kLongestLine);
        if (end < m_trace.text.size() && end > at + 1 && m_trace.text[end - 1].isHighSurrogate())
            --end;
        m_lines.push_back({ at, end - at, lineHeight * ((end - at) / perRow + 1), nullptr });
        at = end;
    }
    double total = 0;
    for (const Line& line : m_lines)
        total += line.height;
    verticalScrollBar()->setRange(0, std::max(0, int(total) + 2 * kMargin - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(int(lineHeight));
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
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    QVector<QTextLayout::FormatRange> formats;
    for (const TraceSpan& span : m_trace.spans) {
        const int begin = std::max(span.begin, line.begin) - line.begin, end = std::min(span.end, line.begin + line.length) - line.begin;
        if (!m_shown[span.kind] || begin >= end)
            continue;
        QTextCharFormat format;
        switch (span.kind) {
        case TraceSpan::Reflection:
            format.setFontWeight(QFont::Bold);
            format.setForeground(QColor(QLatin1String(dark ? "#ffb454" : "#b45309")));
            break;
        case TraceSpan::Chinese:
            format.setBackground(QColor(QLatin1String(dark ? "#3b2f55" : "#efe4ff")));
            break;
        case TraceSpan::English:
            format.setBackground(QColor(QLatin1String(dark ? "#1f3a4d" : "#e3f1fb")));
            break;
        case TraceSpan::Tag:
            format.setForeground(palette().color(QPalette::PlaceholderText));
            break;
        case TraceSpan::RightEquation:
            format.setFontUnderline(true);
            format.setUnderlineColor(QColor(QLatin1String(dark ? "#3fae7a" : "#1f8a5b")));
            break;
        case TraceSpan::WrongEquation:
            format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
            format.setUnderlineColor(QColor(QLatin1String("#e0483e")));
            format.setForeground(QColor(QLatin1String(dark ? "#ff8a80" : "#b3261e")));
            break;
        }
        formats.append({ begin, end - begin, format });
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
        y += row.height() * 1.35;
    }
    line.layout->endLayout();
    line.height = y;
}

double TraceView::top(size_t index) const
{
    double y = kMargin;
    for (size_t i = 0; i < index; ++i)
        y += m_lines[i].height;
    return y;
}

QColor TraceView::heatColor(int token) const
{
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    double share = 0; // 0 sure … 1 surprising
    if (m_heat == Heat::LogProb && token < m_trace.logprob.size())
        share = 1 - std::exp(double(m_trace.logprob[token]));
    else if (m_heat == Heat::Entropy && token < m_trace.entropy.size())
        share = std::min(1.0, double(m_trace.entropy[token]) / 2.5);
    QColor color(QLatin1String(dark ? "#e8743b" : "#f2803a"));
    color.setAlphaF(0.65 * std::clamp(share, 0.0, 1.0));
    return color;
}

void TraceView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    painter.setPen(palette().color(QPalette::Text));
    const double scroll = verticalScrollBar()->value();
    double y = kMargin;
    const auto marked = [&](const Line& line, int begin, int end, const QColor& color, double at) {
        begin = std::max(begin, line.begin) - line.begin;
        end = std::min(end, line.begin + line.length) - line.begin;
        if (begin >= end)
            return;
        for (int r = 0; r < line.layout->lineCount(); ++r) {
            const QTextLine row = line.layout->lineAt(r);
            const int from = std::max(begin, row.textStart()), to = std::min(end, row.textStart() + row.textLength());
            if (from < to)
                painter.fillRect(QRectF(kMargin + row.cursorToX(from), at + row.y(), row.cursorToX(to) - row.cursorToX(from), row.height()), color);
        }
    };
    QColor differs(QLatin1String("#d97706"));
    differs.setAlphaF(0.32);
    for (Line& line : m_lines) {
        if (y - scroll > viewport()->height())
            break;
        if (y + line.height - scroll >= 0) {
            layOut(line);
            const double at = y - scroll;
            if (m_heat != Heat::None) {
                int begin = 0;
                for (int token = 0; token < m_trace.tokenEnds.size(); ++token) {
                    const int end = m_trace.tokenEnds[token];
                    marked(line, begin, end, heatColor(token), at);
                    begin = end;
                }
            }
            for (const auto& [begin, end] : m_difference)
                marked(line, begin, end, differs, at);
            for (const int found : m_found)
                marked(line, found, found + m_foundLength, QColor(255, 214, 10, 130), at);
            marked(line, std::min(m_anchor, m_cursor), std::max(m_anchor, m_cursor), palette().color(QPalette::Highlight).lighter(140), at);
            line.layout->draw(&painter, QPointF(kMargin, at));
        }
        y += line.height;
    }
    const int wanted = std::max(0, int(y) + kMargin - viewport()->height());
    if (m_lines.empty() || (verticalScrollBar()->maximum() != wanted && y - scroll <= viewport()->height()))
        verticalScrollBar()->setRange(0, wanted);
    // The ribbon: which language stands where in the whole trace.
    const double length = std::max<double>(1, double(m_trace.text.size()));
    const QRect ribbon(viewport()->width() - kRibbon, 0, kRibbon, viewport()->height());
    painter.fillRect(ribbon, palette().color(QPalette::AlternateBase));
    for (const TraceSpan& span : m_trace.spans)
        if (span.kind == TraceSpan::Chinese || span.kind == TraceSpan::English)
            painter.fillRect(QRectF(ribbon.x(), span.begin / length * ribbon.height(), kRibbon, std::max(2.0, (span.end - span.begin) / length * ribbon.height())),
                QColor(QLatin1String(span.kind == TraceSpan::Chinese ? "#a06cd5" : "#56a3d9")));
}

void TraceView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    rebuild();
}

void TraceView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        rebuild();
}

int TraceView::positionAt(const QPoint& point)
{
    double y = kMargin - verticalScrollBar()->value();
    for (Line& line : m_lines) {
        if (point.y() < y + line.height) {
            layOut(line);
            for (int r = 0; r < line.layout->lineCount(); ++r) {
                const QTextLine row = line.layout->lineAt(r);
                if (point.y() < y + row.y() + row.height() * 1.35)
                    return line.begin + row.xToCursor(point.x() - kMargin);
            }
        }
        y += line.height;
    }
    return int(m_trace.text.size());
}

void TraceView::mousePressEvent(QMouseEvent* event)
{
    if (event->pos().x() >= viewport()->width() - kRibbon) { // jump
        verticalScrollBar()->setValue(int(double(event->pos().y()) / viewport()->height() * verticalScrollBar()->maximum()));
        return;
    }
    m_anchor = m_cursor = positionAt(event->pos());
    viewport()->update();
}

void TraceView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) {
        m_cursor = positionAt(event->pos());
        viewport()->update();
    }
}

bool TraceView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !m_trace.tokenEnds.isEmpty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int at = positionAt(help->pos());
        const auto found = std::upper_bound(m_trace.tokenEnds.begin(), m_trace.tokenEnds.end(), at);
        if (found != m_trace.tokenEnds.end()) {
            const int token = int(found - m_trace.tokenEnds.begin());
            const int begin = token ? m_trace.tokenEnds[token - 1] : 0;
            // Plain text on purpose: model text is never interpreted.
            QToolTip::showText(help->globalPos(), QStringLiteral("token %1: %2\nlog-prob %3   p %4 %\nentropy %5 nats").arg(token + 1).arg(m_trace.text.mid(begin, *found - begin).trimmed().toHtmlEscaped())
                    .arg(double(m_trace.logprob.value(token)), 0, 'f', 3).arg(100 * std::exp(double(m_trace.logprob.value(token))), 0, 'f', 1).arg(double(m_trace.entropy.value(token)), 0, 'f', 3), this);
            return true;
        }
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
    } else
        QAbstractScrollArea::keyPressEvent(event);
}

QString TraceView::selectedText() const { return m_trace.text.mid(std::min(m_anchor, m_cursor), std::abs(m_cursor - m_anchor)); }

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
    for (Line& line : m_lines)
        line.layout.reset();
    viewport()->update();
}

void TraceView::setDifference(const QVector<std::pair<int, int>>& ranges)
{
    m_difference = ranges;
    viewport()->update();
}

int TraceView::find(const QString& text)
{
    m_found.clear();
    m_foundLength = int(text.size());
    for (qsizetype at = text.isEmpty() ? -1 : m_trace.text.indexOf(text, 0, Qt::CaseInsensitive); at >= 0; at = m_trace.text.indexOf(text, at + 1, Qt::CaseInsensitive))
        m_found.append(int(at));
    if (!m_found.isEmpty())
        for (size_t i = 0; i < m_lines.size(); ++i)
            if (m_found[0] < m_lines[i].begin + m_lines[i].length) {
                verticalScrollBar()->setValue(int(top(i)) - viewport()->height() / 3);
                break;
            }
    viewport()->update();
    return int(m_found.size());
}

} // namespace aha
