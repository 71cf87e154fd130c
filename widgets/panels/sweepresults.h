#pragma once
// What came out of a sweep: table, parallel coordinates, scatter, best so far; one selection through all of them.

#include "widgets/models/sweepmodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace aha {

class ParallelCoordinates;
class ScatterPlot;

class SweepResults : public QWidget {
    Q_OBJECT
public:
    explicit SweepResults(QWidget* parent = nullptr);
    ~SweepResults() override;

    /// Keeps chosen figures and brushes where the sweep is the same.
    void setSweep(const SweepData& data);
    QTableView* table() const { return m_table; }

Q_SIGNALS:
    void openRequested(const QString& folder);

private:
    void fill();
    void pick(int run); ///< in table and charts
    void open(int run);
    void filter(); ///< the table shows what is within the brushes

    SweepData m_data;
    SweepModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QComboBox *m_view, *m_metric, *m_x;
    QLabel *m_summary, *m_xLabel;
    QStackedWidget* m_charts;
    ParallelCoordinates* m_parallel;
    ScatterPlot* m_scatter;
    QTableView* m_table;
    bool m_filling = false;
};

} // namespace aha
