#pragma once
// What came out of a sweep: table, parallel coordinates, scatter, best so far; one selection through all of them.

#include "widgets/models/directionchoice.h"
#include "widgets/models/sweepmodel.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace aha {

class EmptyHint;
class ParallelCoordinates;
class ScatterPlot;

class SweepResults : public QWidget {
    Q_OBJECT
public:
    explicit SweepResults(QWidget* parent = nullptr);
    ~SweepResults() override;

    /// Where it is kept which way a metric is better; it must outlive this.
    void setWorkspace(Workspace* workspace);

    /// Keeps chosen figures and brushes where the sweep is the same.
    void setSweep(const SweepData& data);
    QTableView* table() const { return m_table; }

Q_SIGNALS:
    void openRequested(const QString& folder);

private:
    void fill();
    void pick(int run); ///< in table and charts
    void open(int run);
    void bestFirst(); ///< the table's order
    void filter(); ///< the table shows what is within the brushes

    SweepData m_data;
    DirectionChoice m_directions;
    SweepModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QComboBox *m_view, *m_metric, *m_x, *m_reading;
    QCheckBox* m_lower; ///< of the chosen metric
    QLabel *m_summary, *m_xLabel;
    QStackedWidget* m_charts;
    ParallelCoordinates* m_parallel;
    ScatterPlot* m_scatter;
    QTableView* m_table;
    EmptyHint* m_empty;
    bool m_filling = false;
};

} // namespace aha
