#pragma once
// Places in traces that show something, one a row: step, verdict, the words around it.

#include "core/trace/trace_tally.h"

#include <QAbstractTableModel>

namespace aha {

class ExampleListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Step, Verdict, Excerpt, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setExamples(std::vector<TraceExample> examples);
    const TraceExample& example(int row) const { return m_examples[size_t(row)]; }

private:
    std::vector<TraceExample> m_examples;
};

} // namespace aha
