// The rubber band of a chart: which axes a drag zooms; what the legend says of a view that ends before the data; a
// click on the line of a changed setting.

#include "widgets/plots/lineplotprivate.h"

#include <QMetaMethod>

namespace aha {

namespace {

constexpr int kSlantPx = 30; ///< less aside is how a hand drags, and no box

/// Shows and zooms what the drag is about: a stretch of steps over the whole height, one of values over the whole
/// width, or a box.
class ZoomBand : public QCPSelectionRect {
public:
    using QCPSelectionRect::QCPSelectionRect;

protected:
    void startSelection(QMouseEvent* event) override
    {
        m_from = event->pos();
        QCPSelectionRect::startSelection(event);
    }

    void moveSelection(QMouseEvent* event) override
    {
        const Axes axes = axesOf(event->pos());
        const QRect room = mParentPlot->axisRect()->rect();
        const QPoint from(axes == Values ? room.left() : m_from.x(), axes == Places ? room.top() : m_from.y());
        const QPoint to(
            axes == Values ? room.right() : event->pos().x(), axes == Places ? room.bottom() : event->pos().y());
        mRect = QRect(from, QSize(to.x() - from.x(), to.y() - from.y()));
        Q_EMIT changed(mRect, event);
        layer()->replot();
    }

    void endSelection(QMouseEvent* event) override
    {
        const Axes axes = axesOf(event->pos());
        const QRect drawn(m_from, QSize(event->pos().x() - m_from.x(), event->pos().y() - m_from.y()));
        mRect = drawn;
        if (marks() || axes == Box)
            return QCPSelectionRect::endSelection(event);
        mActive = false;
        QCPAxisRect* rect = mParentPlot->axisRect();
        // The axes by name: a band over the whole height would move the values by a pixel.
        rect->zoom(QRectF(drawn.normalized()),
            axes == Places ? QList<QCPAxis*> { mParentPlot->xAxis }
                           : QList<QCPAxis*> { mParentPlot->yAxis, mParentPlot->yAxis2 });
        mParentPlot->replot(QCustomPlot::rpQueuedReplot);
    }

private:
    enum Axes { Box, Places, Values };

    bool marks() const { return mParentPlot->selectionRectMode() == QCP::srmCustom; }

    Axes axesOf(const QPoint& to) const
    {
        const int across = std::abs(to.x() - m_from.x()), up = std::abs(to.y() - m_from.y());
        if (marks()) // a stretch of steps, however it is dragged
            return Places;
        if (across >= up)
            return up < std::max(kSlantPx, across / 4) ? Places : Box;
        return across < std::max(kSlantPx, up / 4) ? Values : Box;
    }

    QPoint m_from;
};

} // namespace

void LinePlot::Private::makeZoom()
{
    plot->setSelectionRect(new ZoomBand(plot));
    const auto newestInView = [this] {
        if (!std::isfinite(cursor))
            showCursor();
    };
    connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), q, newestInView);
    connect(q, &LinePlot::followChanged, q, newestInView);
}

const LinePlot::Marker* LinePlot::Private::changeAt(double x) const
{
    if (!q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::changePicked)))
        return nullptr;
    const Marker* found = nullptr;
    double best = kMarkerReachPx;
    for (const Marker& marker : markers)
        if (const double aside = std::abs(plot->xAxis->coordToPixel(marker.step) - plot->xAxis->coordToPixel(x));
            marker.changedAfter >= 0 && aside <= best) {
            best = aside;
            found = &marker;
        }
    return found;
}

bool LinePlot::Private::endsBefore() const
{
    return !std::isfinite(cursor) && !following && std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
        return !entry.series->isEmpty() && entry.series->steps().back() > plot->xAxis->range().upper;
    });
}

} // namespace aha
