// TraceView: how it is painted, and what it says about a place.

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/panels/scriptcolors.h"
#include "widgets/panels/traceview.h"

#include <QPainter>
#include <QScrollBar>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kCaretWidth = 2;

} // namespace

double TraceView::tokenShare(int token) const
{
    const double logprob = double(m_trace.logprob.value(token, NAN));
    switch (m_heat) {
    case Heat::Update: // the largest push of this trace is 1
        return !m_trace.untrained.isEmpty() ? 0
            : m_trace.hasAdvantage && m_trace.advantage != 0
            ? std::copysign(heatShare(Heat::LogProb, logprob, 0), m_trace.advantage)
            : NAN;
    case Heat::Kl:
        return m_insight && token < m_insight->kl.size()
            ? std::clamp(double(m_insight->kl[token]) / kKlTop, 0.0, 1.0) * -1
            : NAN;
    case Heat::Ratio:
        return m_insight && token < m_insight->ratio.size()
            ? std::clamp(std::log(double(m_insight->ratio[token])) / kLogRatioTop, -1.0, 1.0)
            : NAN;
    case Heat::Reward: {
        const double reward = double(m_trace.reward.value(token, NAN));
        return std::clamp(
            m_trace.rewardIsProbability ? 2 * reward - 1 : reward / m_trace.rewardTop, -1.0, 1.0); // NaN stays NaN
    }
    case Heat::TeacherKl:
        return m_teacher && token < m_teacher->kl.size() ? -std::clamp(double(m_teacher->kl[token]) / kKlTop, 0.0, 1.0)
                                                         : NAN;
    case Heat::TeacherAgreement:
        return m_teacher && token < m_teacher->agrees.size() ? (m_teacher->agrees[token] ? 0.0 : -1.0) : NAN;
    case Heat::TeacherProb:
    case Heat::StudentProb: {
        const QVector<float> known = !m_teacher ? QVector<float>()
            : m_heat == Heat::TeacherProb       ? m_teacher->byTeacher.logprob
                                                : m_teacher->byStudent.logprob;
        return token < known.size() ? -heatShare(Heat::LogProb, double(known[token]), 0) : NAN;
    }
    default:
        return -heatShare(m_heat, logprob, double(m_trace.entropy.value(token, NAN)));
    }
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
            if (const double share = tokenShare(token); std::isfinite(share))
                fill(painter, line, at, begin, m_trace.tokenEnds[token], signedHeatColor(share, palette()),
                    m_heat == Heat::Ratio && m_insight && m_insight->clip.isClosed(token)); // underlined: clipped
        }
    const auto firstMatch = std::upper_bound(m_pattern.begin(), m_pattern.end(), line.begin,
        [](int where, const auto& range) { return where < range.second; });
    for (auto range = firstMatch; range != m_pattern.end() && range->first < end; ++range)
        fill(painter, line, at, range->first, range->second, patternColor(palette()), true);
    const QColor differs = differenceColor(m_differsLeft, palette());
    const auto firstDifferent = std::upper_bound(m_difference.begin(), m_difference.end(), line.begin,
        [](int where, const auto& range) { return where < range.second; });
    for (auto range = firstDifferent; range != m_difference.end() && range->first < end; ++range)
        fill(painter, line, at, range->first, range->second, differs, true);
    const auto firstFound = std::lower_bound(m_found.begin(), m_found.end(), line.begin - m_foundLength);
    for (auto found = firstFound; found != m_found.end() && *found < end; ++found)
        fill(painter, line, at, *found, *found + m_foundLength, QColor(255, 214, 10, isDark(palette()) ? 210 : 120));
    frame(painter, line, at, m_marked.first, m_marked.second);
    QColor selection = palette().color(QPalette::Highlight);
    selection.setAlpha(110);
    fill(painter, line, at, std::min(m_anchor, m_cursor), std::max(m_anchor, m_cursor), selection);
    painter.setPen(palette().color(QPalette::Text));
    QVector<QTextLayout::FormatRange> onBright; // words in colours made for a dark ground
    if (isDark(palette()))
        for (auto found = firstFound; found != m_found.end() && *found < end; ++found)
            if (const int from = std::max(*found, line.begin) - line.begin,
                to = std::min(*found + m_foundLength, end) - line.begin;
                from < to) {
                QTextCharFormat ink;
                ink.setForeground(QColor(0x16, 0x19, 0x1d));
                onBright.append({ from, to - from, ink });
            }
    line.layout->draw(&painter, QPointF(kMargin, at), onBright);
    if (m_shown[TraceSpan::Untrained] && !m_trace.untrained.isEmpty())
        painter.fillRect(
            QRectF(kMargin, at, viewport()->width() - 2 * kMargin - kRibbon, line.height), untrainedBrush(palette()));
    if (hasFocus() && m_cursor >= line.begin && (m_cursor < end || &line == &m_lines.back()))
        line.layout->drawCursor(&painter, QPointF(kMargin, at), m_cursor - line.begin, kCaretWidth);
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
        const auto mark = [&](TraceSpan::Kind kind, int x, int width, double least, const QBrush& brush) {
            last = -1;
            const auto [first, end] = m_trace.spansIn(kind, 0, int(m_trace.text.size()));
            for (const TraceSpan* span = first; span != end; ++span) {
                const double y = place(span->begin), height = std::max(least, place(span->end) - y);
                if (int(y + height) == last && height <= least)
                    continue; // this row of pixels has its mark
                last = int(y + height);
                draw.fillRect(QRectF(x, y, width, height), brush);
            }
        };
        if (!m_lines.empty()) {
            for (int script = 0; script < kWritingSystems; ++script) {
                const TraceSpan::Kind kind = TraceSpan::of(WritingSystem(script));
                const QBrush brush = scriptRibbon(WritingSystem(script), palette());
                if (brush.style() != Qt::SolidPattern)
                    mark(kind, 0, 6, 2, scriptBackground(WritingSystem(script), palette()).color());
                mark(kind, 0, 6, 2, brush);
            }
            for (const TraceSpan::Kind kind : { TraceSpan::Repeated, TraceSpan::Retry })
                if (m_shown[size_t(kind)])
                    mark(kind, 6, 4, 2, spanColor(kind, palette()));
            for (int kind = TraceSpan::Hesitation; kind <= TraceSpan::Unsorted; ++kind)
                mark(TraceSpan::Kind(kind), 6, 4, 2, spanColor(TraceSpan::Kind(kind), palette()));
            for (const TraceSpan::Kind kind : { TraceSpan::WrongEquation, TraceSpan::Chip })
                mark(kind, 6, 4, 2, spanColor(kind, palette()));
        }
        m_ribbonPlace = { scale, offset };
        m_tops = std::move(tops);
    }
    painter.drawImage(ribbon.topLeft(), m_ribbon);
    // What was found, over the whole width: it changes while one types, so it is no part of the picture.
    int last = -1;
    const auto overlay = [&](int position, const QColor& color) {
        const size_t i = lineOf(position);
        if (i >= m_tops.size())
            return;
        const int y = int(m_ribbonPlace.second
            + m_ribbonPlace.first
                * (m_tops[i] + m_lines[i].height * (position - m_lines[i].begin) / std::max(1, m_lines[i].length)));
        if (y != last)
            painter.fillRect(QRect(ribbon.x(), y, kRibbon, 2), color);
        last = y;
    };
    for (const int found : m_found)
        overlay(found, QColor(230, 180, 0));
    for (const auto& [begin, end] : m_pattern)
        overlay(begin, patternColor(palette()));
    if (m_marked.second > m_marked.first)
        overlay(m_marked.first, palette().color(QPalette::Highlight));
}

QStringList TraceView::marksAt(int position) const
{
    static const std::pair<TraceSpan::Kind, const char*> words[]
        = { { TraceSpan::Aha, "aha: after a missed attempt, this turn led to the solution" },
              { TraceSpan::Hesitation, "reflection word: hesitation" },
              { TraceSpan::Contrast, "reflection word: contrast" }, { TraceSpan::Mistake, "reflection word: mistake" },
              { TraceSpan::Check, "reflection word: check" }, { TraceSpan::Restart, "reflection word: restart" },
              { TraceSpan::Conclusion, "reflection word: conclusion" }, { TraceSpan::Unsorted, "reflection word" },
              { TraceSpan::RightEquation, "the equation is right" },
              { TraceSpan::WrongEquation, "the equation is wrong" },
              { TraceSpan::Repeated, "these words stood there before" },
              { TraceSpan::Retry, "an attempt is given up for another" },
              { TraceSpan::Chip, "a character that hides, reorders or controls text; copying takes the character" } };
    QStringList lines;
    for (const auto& [kind, text] : words)
        if (const auto [first, last] = m_trace.spansIn(kind, position, position + 1); first != last)
            lines << translated(text);
    for (const ReflectionEffect& effect : m_trace.effects)
        if (int(effect.begin) <= position && position < int(effect.end))
            lines << effectText(effect);
    for (int script = int(WritingSystem::Han); script < kWritingSystems; ++script) // Latin goes without saying
        if (const auto [first, last] = m_trace.spansIn(TraceSpan::of(WritingSystem(script)), position, position + 1);
            first != last)
            lines << tr("script: %1").arg(scriptName(WritingSystem(script)));
    if (!m_trace.untrained.isEmpty())
        lines << tr("masked: %1").arg(m_trace.untrained);
    return lines;
}

QString TraceView::hint(int position) const
{
    QStringList lines = marksAt(position);
    const int token = m_trace.tokenAt(position);
    if (token >= m_trace.tokenEnds.size() || token >= m_trace.logprob.size())
        return lines.join(QLatin1Char('\n'));
    const int begin = token ? m_trace.tokenEnds[token - 1] : 0;
    const double logprob = double(m_trace.logprob[token]);
    const qint64 id = token < m_trace.tokenIds.size() ? m_trace.tokenIds[token]
        : m_insight                                   ? m_insight->ids.value(token, -1)
                                                      : -1;
    lines << tr("token %1 “%2”%3")
                 .arg(token + 1)
                 .arg(m_trace.text.mid(begin, std::min(80, m_trace.tokenEnds[token] - begin))
                          .replace(QLatin1Char('\n'), QChar(0x23CE)),
                     id >= 0 ? tr(", id %1").arg(id) : QString())
          << tr("log-prob %1 · p = %2 %").arg(fixedNumber(logprob, 3)).arg(100 * std::exp(logprob), 0, 'f', 1)
          << tr("entropy %1 nats").arg(double(m_trace.entropy.value(token)), 0, 'f', 3);
    if (!m_trace.measured.isEmpty())
        lines << m_trace.measured;
    if (m_trace.hasAdvantage && m_trace.untrained.isEmpty())
        lines << tr("advantage × (1 − p) = %1").arg(fixedNumber(m_trace.advantage * (1 - std::exp(logprob)), 3));
    if (token < m_trace.reward.size()) {
        const double reward = double(m_trace.reward[token]);
        lines << (!std::isfinite(reward) ? tr("reward of the token: not judged")
                : m_trace.rewardIsProbability
                ? tr("process reward: p(good) of its step %1").arg(reward, 0, 'f', 3)
                : tr("PRIME reward %1%2 nats (β × log-ratio to the reference)")
                      .arg(reward > 0 ? QStringLiteral("+") : QString(), shortNumber(reward, 3)));
    }
    if (m_insight)
        lines << m_insight->describe(token);
    if (m_teacher)
        lines << m_teacher->describe(token);
    return lines.join(QLatin1Char('\n'));
}

} // namespace aha
