#pragma once
// Rows of a data set as a table: any number of them, parsed as they come into view.

#include "core/data/dataset.h"

#include <QAbstractTableModel>
#include <QCache>

#include <memory>
#include <optional>
#include <vector>

namespace aha {

class DatasetModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kCellBytes = 240; ///< of a text that a cell shows
    static constexpr int kMostColumns = 64, kKeptRows = 400;

    explicit DatasetModel(QObject* parent = nullptr);

    void setDataset(std::shared_ptr<const data::Dataset> dataset);
    const std::shared_ptr<const data::Dataset>& dataset() const { return m_dataset; }
    /// Shows these rows only, ascending; nullopt: all.
    void setFound(std::optional<std::vector<uint64_t>> rows);
    uint64_t datasetRow(int row) const { return m_found ? (*m_found)[size_t(row)] : uint64_t(row); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    int parsedRows() const { return m_parsed; } ///< work done, for tests

private:
    const data::Row* rowAt(uint64_t row) const;

    std::shared_ptr<const data::Dataset> m_dataset;
    std::optional<std::vector<uint64_t>> m_found;
    mutable QCache<quint64, data::Row> m_rows;
    mutable int m_parsed = 0;
};

} // namespace aha
