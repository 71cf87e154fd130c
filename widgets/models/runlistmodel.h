#pragma once
// The run table's model: rows by value, replaced as a whole when the folder was scanned again.

#include "core/run/runlist.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QHash>

namespace aha {

class RunListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Step, Reward, Pass1, Loss, Seed, Created, ColumnCount };
    static constexpr int SortRole = Qt::UserRole;
    static constexpr int FolderRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<RunListRow> rows);
    /// Replaces the row of the same folder, or adds one.
    void updateRow(const RunListRow& row);
    /// Colour swatches of the open runs.
    void setColors(const QHash<QString, QColor>& colorByFolder);
    const RunListRow& row(int index) const { return m_rows[size_t(index)]; }

private:
    std::vector<RunListRow> m_rows;
    QHash<QString, QColor> m_colors;
};

} // namespace aha
