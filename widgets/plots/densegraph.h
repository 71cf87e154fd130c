#pragma once
// A line of thousands of points, painted in one call. Only for lineplot*.cpp, after lineplotprivate.h has made room for
// the keywords of qcustomplot.h.

#include "widgets/plots/plotseries.h"

#include <qcustomplot.h>

#include <utility>

namespace aha {

/// Of points: pixel for pixel what QCPGraph paints without antialiasing, but a stretch inside one pixel column is one
/// upright, and all segments go to the painter together: tens of thousands cost milliseconds. Of columns: the stretch
/// from lowest to highest of each, as rectangles; where the line goes on, across columns without steps too, they are
/// joined.
class DenseGraph : public QCPGraph {
public:
    using QCPGraph::QCPGraph;
    /// Without smooth edges. Only plain solid lines without dots or filling are fast; anything else is painted as
    /// always.
    void setDense(bool on)
    {
        m_dense = on;
        setAntialiased(!on);
    }
    /// Instead of points; without any the points count again.
    void setColumns(PlotSeries::Columns columns);
    PlotSeries::Columns takeColumns() { return std::exchange(m_columns, {}); }
    /// Graphs of columns that are painted one right after the other, the lowest first, leave their painting to the
    /// last: what lies under others is not painted then, and the picture is the same. They live as long as they are not
    /// told of other neighbours.
    static void paintTogether(const std::vector<DenseGraph*>& run);
    /// Has it columns that can be painted with others'?
    bool joins() const { return !m_columns.filled.empty() && mPen.color().alpha() == 255; }
    /// Is there anything to paint?
    bool blank() const { return m_columns.filled.empty() && mDataContainer->isEmpty(); }

protected:
    void draw(QCPPainter* painter) override;

private:
    bool plain(const QCPPainter& painter) const;
    void drawColumns(QCPPainter* painter);
    /// Rectangles of the columns and of what joins them, in pixels.
    void makeUprights();

    bool m_dense = false;
    PlotSeries::Columns m_columns;
    QVector<QLine> m_segments; ///< kept for its room
    QVector<QRect> m_uprights;
    std::vector<DenseGraph*> m_below; ///< painted with this one, the uppermost first
    bool m_left = false; ///< its painting, to another
};

} // namespace aha
