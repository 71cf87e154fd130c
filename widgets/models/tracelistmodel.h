#pragma once
// Completions as rows: of one group, or of a search over the whole run.

#include "core/store/run_reader.h"

#include <QAbstractTableModel>

namespace aha {

class TraceListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Step, Group, Sample, Reward, Advantage, Verdict, Length, Finish, Reflections, Languages, ColumnCount };
    /// Signed advantage over the largest of the list, -1 … 1, for the bar.
    static constexpr int BarRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setHits(std::vector<TraceHit> hits);
    void append(std::vector<TraceHit> hits);
    const TraceHit& hit(int row) const { return m_hits[size_t(row)]; }

private:
    std::vector<TraceHit> m_hits;
    double m_largest = 1;
};

} // namespace aha
