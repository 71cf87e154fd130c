#pragma once
// Charts one above the other with one x axis, one cursor and one view for all.

#include "widgets/plots/lineplot.h"

#include <vector>

class QVBoxLayout;

namespace aha {

class FigureForm;

class ChartStack : public QWidget {
    Q_OBJECT
public:
    explicit ChartStack(QWidget* parent = nullptr);
    /// Owned by the stack.
    LinePlot* add(const QString& title, const QString& unit, double low, double high);
    LinePlot* chart(int index) const { return m_plots[size_t(index)]; }
    int count() const { return int(m_plots.size()); }
    /// A chart that is not offered takes no room: others stand in its place.
    void setOffered(int index, bool on);

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void longestPicked(const QString& folder, qint64 step);
    void evaluationPicked(const QString& folder, qint64 step);
    void changePicked(const QString& folder, qint64 step);
    /// The steps in view, after the view has changed.
    void viewChanged(double low, double high);

private:
    void arrange();

    std::vector<LinePlot*> m_plots;
    std::vector<bool> m_offered; ///< of each
    LinePlot* m_maximized = nullptr;
    FigureForm* m_figure = nullptr; ///< made when it is first asked for
    QVBoxLayout* m_layout;
};

} // namespace aha
