#include "widgets/plots/figurelegend.h"

#include "widgets/plots/papershapes.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

constexpr double kSignEm = 2.2, kGapEm = 0.5, kBetweenEm = 1.2;

/// A text is broken at its spaces, inside a word only where that is wider than the room.
int breaks(const QFontMetricsF& metrics, const QString& text, double room)
{
    for (const QString& word : text.split(QLatin1Char(' ')))
        if (metrics.horizontalAdvance(word) > room)
            return Qt::AlignLeft | Qt::TextWordWrap | Qt::TextWrapAnywhere;
    return Qt::AlignLeft | Qt::TextWordWrap;
}

} // namespace

FigureLegend::FigureLegend(std::vector<FigureKey> keys, const QFont& font)
    : m_keys(std::move(keys))
    , m_metrics(font)
    , m_em(font.pixelSize())
{
    for (const FigureKey& key : m_keys)
        m_wanted.push_back(textOf(key) + m_metrics.horizontalAdvance(key.text));
}

double FigureLegend::textOf(const FigureKey& key) const
{
    return key.sign == FigureKey::NoSign && !key.dot.isValid() ? 0 : (kSignEm + kGapEm) * m_em;
}

double FigureLegend::brokenHeight(const FigureKey& key, double width) const
{
    const double room = std::max(width - textOf(key), m_em);
    return m_metrics.boundingRect(QRectF(0, 0, room, 1e6), breaks(m_metrics, key.text, room), key.text).height();
}

double FigureLegend::arrange(double width)
{
    const double line = m_metrics.lineSpacing(), between = kBetweenEm * m_em;
    std::vector<size_t> longest(m_keys.size());
    std::iota(longest.begin(), longest.end(), size_t(0));
    std::stable_sort(longest.begin(), longest.end(), [this](size_t a, size_t b) { return m_wanted[a] > m_wanted[b]; });
    std::vector<double> best; // widths of the columns
    size_t bestAlone = 0;
    double least = INFINITY, aloneHeight = 0;
    for (size_t alone = 0; alone <= m_keys.size(); ++alone) {
        if (alone > 0) {
            const size_t key = longest[alone - 1];
            aloneHeight += m_wanted[key] > width ? brokenHeight(m_keys[key], width) : line;
        }
        std::vector<size_t> rest(longest.begin() + std::ptrdiff_t(alone), longest.end());
        if (!rest.empty() && m_wanted[rest.front()] > width)
            continue;
        std::sort(rest.begin(), rest.end());
        for (size_t count = rest.empty() ? 0 : 1; count <= rest.size(); ++count) {
            std::vector<double> columns(count, 0.0);
            for (size_t i = 0; i < rest.size(); ++i)
                columns[i % count] = std::max(columns[i % count], m_wanted[rest[i]]);
            const double taken = std::accumulate(columns.begin(), columns.end(), between * (double(count) - 1));
            const double height = aloneHeight + (count > 0 ? line * double((rest.size() + count - 1) / count) : 0);
            if ((count > 1 && taken > width) || height > least - 1e-6 * line)
                continue; // of two of one height the one with fewer columns and names aside
            least = height;
            best = columns;
            bestAlone = alone;
        }
    }
    m_places.assign(m_keys.size(), {});
    std::vector<bool> aside(m_keys.size(), false);
    for (size_t i = 0; i < bestAlone; ++i)
        aside[longest[i]] = true;
    size_t cell = 0;
    double x = 0, y = 0;
    for (size_t i = 0; i < m_keys.size(); ++i) {
        if (aside[i])
            continue;
        m_places[i] = { x, y, m_wanted[i], false };
        x += best[cell % best.size()] + between;
        if (++cell % best.size() == 0) {
            x = 0;
            y += line;
        }
    }
    if (x > 0)
        y += line;
    for (size_t i = 0; i < m_keys.size(); ++i) {
        if (!aside[i])
            continue;
        const bool broken = m_wanted[i] > width;
        m_places[i] = { 0, y, broken ? width : m_wanted[i], broken };
        y += broken ? brokenHeight(m_keys[i], width) : line;
    }
    return y;
}

void FigureLegend::draw(QPainter& painter, const QPointF& at) const
{
    const double sign = kSignEm * m_em, line = m_metrics.lineSpacing();
    for (size_t i = 0; i < m_places.size(); ++i) {
        const FigureKey& key = m_keys[i];
        const double x = at.x() + m_places[i].x, y = at.y() + m_places[i].y, before = textOf(key);
        const double middle = y + m_metrics.ascent() - m_metrics.xHeight() / 2;
        painter.setPen(key.pen);
        painter.setBrush(Qt::NoBrush);
        if (key.sign == FigureKey::LineSign)
            painter.drawLine(QPointF(x, middle), QPointF(x + sign, middle));
        if (key.sign == FigureKey::TickSign || key.sign == FigureKey::UprightSign) {
            const double half = (key.sign == FigureKey::TickSign ? 0.2 : 0.45) * m_em;
            painter.drawLine(QPointF(x + sign / 2, middle - half), QPointF(x + sign / 2, middle + half));
        }
        if (key.sign == FigureKey::BandSign)
            painter.fillRect(
                QRectF(x, middle - 0.35 * m_em, sign, 0.7 * m_em), mixedColor(key.pen.color(), Qt::white, 0.78));
        if (key.dot.isValid())
            drawPaperDot(painter, QPointF(x + sign / 2, middle), key.dot, key.marker);
        painter.setPen(kPaperInk);
        const bool broken = m_places[i].broken;
        const double room = m_places[i].width - before + (broken ? 0 : m_em);
        painter.drawText(QRectF(x + before, y, room, broken ? brokenHeight(key, m_places[i].width) + line : line),
            broken ? breaks(m_metrics, key.text, room) : int(Qt::AlignLeft) | Qt::TextDontClip, key.text);
    }
}

} // namespace aha
