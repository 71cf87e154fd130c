// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/densegraph.h"

#include "widgets/plots/columnpicture.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {
constexpr double kFarPx = 20'000; ///< beyond, a coordinate is left to the library, which clips

/// A line from left to right, one pixel thick, as rectangles: one a row, or one a pixel column where it is steep. Only
/// what lies near `clip`.
void appendLine(QPointF from, QPointF to, const QRect& clip, QVector<QRect>& rects)
{
    constexpr double kMost = 1e9, kMargin = 9; // any further, a slope looks the same; differences stay finite
    const auto bounded = [&](QPointF point) {
        return QPointF(std::clamp(point.x(), -kMost, kMost), std::clamp(point.y(), -kMost, kMost));
    };
    from = bounded(from);
    to = bounded(to);
    double begin = 0, end = 1; // shares of the way
    const auto cut = [&](double at, double way, double low, double high) {
        if (way == 0)
            return at >= low && at <= high;
        const auto [enters, leaves] = std::minmax({ (low - at) / way, (high - at) / way });
        begin = std::max(begin, enters);
        end = std::min(end, leaves);
        return begin <= end;
    };
    if (!cut(from.x(), to.x() - from.x(), clip.left() - kMargin, clip.right() + kMargin)
        || !cut(from.y(), to.y() - from.y(), clip.top() - kMargin, clip.bottom() + kMargin))
        return;
    const int left = qRound(std::lerp(from.x(), to.x(), begin)), right = qRound(std::lerp(from.x(), to.x(), end));
    const int first = qRound(std::lerp(from.y(), to.y(), begin)), last = qRound(std::lerp(from.y(), to.y(), end));
    const int width = std::max(right - left, 1), height = std::abs(last - first) + 1;
    const int pieces = std::min(width, height);
    for (int piece = 0; piece < pieces; ++piece) {
        const int x = width * piece / pieces, nextX = width * (piece + 1) / pieces;
        const int y = height * piece / pieces, nextY = height * (piece + 1) / pieces;
        rects.append(QRect(left + x, last < first ? first - nextY + 1 : first + y, nextX - x, nextY - y));
    }
}

} // namespace

bool DenseGraph::plain(const QCPPainter& painter) const
{
    return m_dense && mLineStyle == lsLine && mScatterStyle.isNone() && mBrush.style() == Qt::NoBrush
        && mPen.style() == Qt::SolidLine && mPen.widthF() <= 1 && mSelection.isEmpty()
        && !painter.modes().testFlag(QCPPainter::pmVectorized) && mKeyAxis->orientation() == Qt::Horizontal;
}

void DenseGraph::setColumns(PlotSeries::Columns columns)
{
    m_columns = std::move(columns);
    if (m_columns.width > 0) // even if nothing but gaps lies in them
        mDataContainer->clear();
}

void DenseGraph::paintTogether(const std::vector<DenseGraph*>& run)
{
    for (DenseGraph* graph : run) {
        graph->m_below.clear();
        graph->m_left = graph != run.back();
    }
    if (run.size() > 1)
        run.back()->m_below.assign(run.rbegin() + 1, run.rend());
}

void DenseGraph::makeUprights()
{
    const QRect clip = clipRect();
    const auto edge = [&](qint64 column) { return qRound(mKeyAxis->coordToPixel(double(column) * m_columns.width)); };
    const auto height = [&](double value) {
        const double y = mValueAxis->coordToPixel(value);
        return std::isfinite(y) ? y : clip.bottom() + 9.0;
    };
    const auto level = [&](double value) { // far outside is as good as just outside: an upright has no slope
        return qRound(std::clamp(height(value), clip.top() - 9.0, clip.bottom() + 9.0));
    };
    const PlotSeries::Place &before = m_columns.before, &after = m_columns.after;
    m_uprights.clear();
    const PlotSeries::Column* last = nullptr;
    int end = 0, lastTop = 0, lastBottom = 0; // of the last column
    for (const PlotSeries::Column& column : m_columns.filled) {
        const int x = last && column.index == last->index + 1 ? end : edge(column.index);
        const int top = level(column.high), bottom = level(column.low);
        int from = top, to = bottom;
        if (column.joined && last && x > end) { // columns without steps lie between
            appendLine(QPointF(end, height(last->last)), QPointF(x, height(column.first)), clip, m_uprights);
        } else if (column.joined && last) { // reach the neighbour
            from = std::min(from, lastBottom);
            to = std::max(to, lastTop);
        } else if (column.joined && std::isfinite(before.value)) {
            appendLine(QPointF(mKeyAxis->coordToPixel(before.step), height(before.value)),
                QPointF(x, height(column.first)), clip, m_uprights);
        }
        end = edge(column.index + 1);
        m_uprights.append(QRect(x, from, std::max(end - x, 1), to - from + 1));
        last = &column;
        lastTop = top;
        lastBottom = bottom;
    }
    if (last && std::isfinite(after.value))
        appendLine(QPointF(end, height(last->last)), QPointF(mKeyAxis->coordToPixel(after.step), height(after.value)),
            clip, m_uprights);
}

void DenseGraph::drawColumns(QCPPainter* painter)
{
    painter->setAntialiasing(false);
    const double scale = painter->deviceTransform().m11();
    if (m_below.empty() || scale != std::floor(scale)) { // a picture of whole pixels cannot be set between them
        painter->setPen(Qt::NoPen);
        for (auto graph = m_below.rbegin(); graph != m_below.rend(); ++graph) {
            (*graph)->makeUprights();
            painter->setBrush((*graph)->mPen.color());
            painter->drawRects((*graph)->m_uprights);
        }
        makeUprights();
        painter->setBrush(mPen.color());
        painter->drawRects(m_uprights);
        return;
    }
    const QRect clip = clipRect();
    ColumnPicture picture(clip);
    makeUprights();
    picture.addBelow(m_uprights, mPen.color());
    for (DenseGraph* graph : m_below) {
        graph->makeUprights();
        picture.addBelow(graph->m_uprights, graph->mPen.color());
    }
    painter->drawImage(clip.topLeft(), picture.image());
}

void DenseGraph::draw(QCPPainter* painter)
{
    if (mKeyAxis && mValueAxis && !m_columns.filled.empty()) {
        if (!m_left)
            drawColumns(painter);
        return;
    }
    if (!mKeyAxis || !mValueAxis || mDataContainer->isEmpty() || !plain(*painter))
        return QCPGraph::draw(painter);
    // A linear axis is one multiplication and one addition; the library's own way is asked where it is not.
    const auto map = [](const QCPAxis* axis) {
        const QCPRange range = axis->range();
        const double low = axis->coordToPixel(range.lower);
        return std::pair((axis->coordToPixel(range.upper) - low) / range.size(), low);
    };
    const bool linear = mKeyAxis->scaleType() == QCPAxis::stLinear && mValueAxis->scaleType() == QCPAxis::stLinear;
    const auto [xScale, xLow] = map(mKeyAxis);
    const auto [yScale, yLow] = map(mValueAxis);
    const double keyLow = mKeyAxis->range().lower, valueLow = mValueAxis->range().lower;
    m_segments.clear();
    bool open = false; // is there a point to go on from?
    int x = 0, y = 0, top = 0, bottom = 0;
    const auto upright = [&] {
        if (top != bottom)
            m_segments.append(QLine(x, top, x, bottom));
    };
    for (auto it = mDataContainer->constBegin(); it != mDataContainer->constEnd(); ++it) {
        const QCPGraphData& point = *it;
        const double atX = linear ? xLow + xScale * (point.key - keyLow) : mKeyAxis->coordToPixel(point.key);
        const double atY = linear ? yLow + yScale * (point.value - valueLow) : mValueAxis->coordToPixel(point.value);
        if (!std::isfinite(atX) || !std::isfinite(atY)) { // a gap
            if (open)
                upright();
            open = false;
            continue;
        }
        if (std::abs(atX) > kFarPx || std::abs(atY) > kFarPx)
            return QCPGraph::draw(painter);
        const int toX = qRound(atX), toY = qRound(atY);
        if (open && toX == x) {
            top = std::min(top, toY);
            bottom = std::max(bottom, toY);
        } else {
            if (open) {
                upright();
                m_segments.append(QLine(x, y, toX, toY));
            }
            top = bottom = toY;
        }
        x = toX;
        y = toY;
        open = true;
    }
    if (open)
        upright();
    applyDefaultAntialiasingHint(painter);
    QPen pen = mPen;
    pen.setWidth(0); // a pixel, which is painted much faster than a width of 1
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->QPainter::drawLines(m_segments);
}

} // namespace aha
