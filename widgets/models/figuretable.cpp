#include "widgets/models/figuretable.h"

#include "widgets/language/shownnumber.h"
#include "widgets/models/visibletext.h"

#include <cmath>

namespace aha {

QString figureText(double value, int digits)
{
    const bool none = std::abs(value) < 0.5 * std::pow(10.0, -digits); // no "−0.000"
    return std::isfinite(value) ? fixedNumber(none ? 0.0 : value, digits) : QStringLiteral("–");
}

QString signedText(double value, int digits)
{
    return (value >= 0.5 * std::pow(10.0, -digits) && std::isfinite(value) ? QStringLiteral("+") : QString())
        + figureText(value, digits);
}

FigureTable::FigureTable(std::vector<Column> columns, QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(std::move(columns))
{
}

int FigureTable::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int FigureTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_columns.size()); }

QVariant FigureTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const FigureRow& row = m_rows[size_t(index.row())];
    if (role == IdRole)
        return row.id;
    if (size_t(index.column()) >= row.cells.size())
        return {};
    const FigureCell& cell = row.cells[size_t(index.column())];
    const Column& column = m_columns[size_t(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case SortRole:
        return std::isnan(cell.sort) ? column.number ? QVariant(-std::numeric_limits<double>::infinity()) // has none
                                                     : QVariant(cell.text)
                                     : QVariant(cell.sort);
    case KindRole:
        return cell.kind;
    case BarRole:
        return cell.bar;
    case Qt::ToolTipRole:
        return cell.tip.isEmpty() ? QVariant() : QVariant(plainToolTip(cell.tip));
    case Qt::TextAlignmentRole:
        return int((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        return column.title + QStringLiteral(": ") + cell.text;
    default:
        return {};
    }
}

QVariant FigureTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& column = m_columns[size_t(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::ToolTipRole:
        return column.help.isEmpty() ? QVariant() : QVariant(plainToolTip(column.help));
    case Qt::TextAlignmentRole:
        return int((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

void FigureTable::setRows(std::vector<FigureRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void FigureTable::setColumn(int index, const Column& column)
{
    m_columns[size_t(index)] = column;
    Q_EMIT headerDataChanged(Qt::Horizontal, index, index);
}

void FigureTable::append(std::vector<FigureRow> rows)
{
    if (rows.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + int(rows.size()) - 1);
    m_rows.insert(m_rows.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    endInsertRows();
}

} // namespace aha
