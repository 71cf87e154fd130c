#include "widgets/models/datasetmodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <climits>

namespace aha {

DatasetModel::DatasetModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_rows(kKeptRows)
{
}

void DatasetModel::setDataset(std::shared_ptr<const data::Dataset> dataset)
{
    beginResetModel();
    m_dataset = std::move(dataset);
    m_found.reset();
    m_rows.clear();
    endResetModel();
}

void DatasetModel::setFound(std::optional<std::vector<uint64_t>> rows)
{
    beginResetModel();
    m_found = std::move(rows);
    endResetModel();
}

int DatasetModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_dataset)
        return 0;
    return int(std::min<uint64_t>(m_found ? m_found->size() : m_dataset->size(), INT_MAX));
}

int DatasetModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_dataset ? 0 : int(std::min<size_t>(m_dataset->columns().size(), kMostColumns));
}

const data::Row* DatasetModel::rowAt(uint64_t row) const
{
    if (const data::Row* kept = m_rows.object(row))
        return kept;
    ++m_parsed;
    Result<data::Row> read = m_dataset->row(row);
    m_rows.insert(row,
        new data::Row(read
                ? std::move(*read)
                : data::Row { { m_dataset->columns()[0].name, translated(read.error().sentence()).toStdString() } }));
    return m_rows.object(row);
}

QVariant DatasetModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::TextAlignmentRole))
        return {};
    const data::Row& row = *rowAt(datasetRow(index.row()));
    const auto value = row.find(m_dataset->columns()[size_t(index.column())].name);
    if (value == row.end() || value->is_null())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((value->is_number() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    std::string text = value->is_string()
        ? value->get<std::string>()
        : value->dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    if (text.size() > size_t(kCellBytes)) {
        size_t end = kCellBytes;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end; // not within a character
        text.resize(end);
    }
    return visibleLine(text);
}

QVariant DatasetModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (!m_dataset)
        return {};
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole && section < rowCount() ? QVariant(quint64(datasetRow(section) + 1))
                                                               : QVariant();
    if (section < 0 || section >= columnCount())
        return {};
    const data::Column& column = m_dataset->columns()[size_t(section)];
    if (role == Qt::DisplayRole)
        return visibleLine(column.name);
    if (role == Qt::ToolTipRole)
        return plainToolTip(tr("in %1 of %2 rows").arg(column.rows).arg(m_dataset->size()));
    return {};
}

} // namespace aha
