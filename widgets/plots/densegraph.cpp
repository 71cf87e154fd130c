// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/densegraph.h"

#include "widgets/plots/columnpicture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aha {

namespace {
constexpr double kFarPx = 20'000; ///< beyond, a coordinate is left to the library, which clips
}

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
    const auto level = [&](double value) { // far outside is as good as just outside: an upright has no slope
        const double y = mValueAxis->coordToPixel(value);
        return std::isfinite(y) ? qRound(std::clamp(y, clip.top() - 9.0, clip.bottom() + 9.0)) : clip.bottom() + 9;
    };
    m_uprights.clear();
    qint64 before = std::numeric_limits<qint64>::min();
    int lastTop = 0, lastBottom = 0;
    for (const PlotSeries::Column& column : m_columns.filled) {
        const int top = level(column.high), bottom = level(column.low);
        int from = top, to = bottom;
        if (column.index == before + 1) { // a line goes through: reach the neighbour
            from = std::min(from, lastBottom);
            to = std::max(to, lastTop);
        }
        const int x = edge(column.index);
        m_uprights.append(QRect(x, from, std::max(edge(column.index + 1) - x, 1), to - from + 1));
        before = column.index;
        lastTop = top;
        lastBottom = bottom;
    }
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
