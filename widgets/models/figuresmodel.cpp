#include "widgets/models/figuresmodel.h"

#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

int FiguresModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int FiguresModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_titles.size()); }

QVariant FiguresModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size() || index.column() >= m_titles.size())
        return {};
    const Row& row = m_rows[index.row()];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return row.cells.value(column);
    case KeyRole:
        return row.key;
    case SortRole:
        return column < row.numbers.size() && column > 0 ? QVariant(row.numbers[column])
                                                         : QVariant(row.cells.value(column));
    case Qt::ToolTipRole: {
        const QString text = column == 0 && !row.help.isEmpty() ? row.help : row.cells.value(column);
        return text.isEmpty() ? QVariant() : QVariant(plainToolTip(text));
    }
    case Qt::TextAlignmentRole:
        return QVariant(int(Qt::AlignVCenter) | int(column == 0 ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::AccessibleTextRole:
        return column == 0
            ? row.cells.value(0)
            : QStringLiteral("%1, %2: %3").arg(row.cells.value(0), m_titles[column], row.cells.value(column));
    default:
        return {};
    }
}

QVariant FiguresModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_titles.size())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(int(Qt::AlignVCenter) | int(section == 0 ? Qt::AlignLeft : Qt::AlignRight));
    return role == Qt::DisplayRole ? QVariant(m_titles[section]) : QVariant();
}

void FiguresModel::setRows(const QStringList& titles, const QVector<Row>& rows)
{
    const bool same = titles == m_titles && rows.size() == m_rows.size()
        && std::equal(
            rows.begin(), rows.end(), m_rows.begin(), [](const Row& a, const Row& b) { return a.key == b.key; });
    if (same) {
        m_rows = rows;
        if (!rows.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_titles = titles;
    m_rows = rows;
    endResetModel();
}

} // namespace aha
