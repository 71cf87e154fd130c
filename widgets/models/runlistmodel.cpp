#include "widgets/models/runlistmodel.h"

#include <QDateTime>
#include <QLocale>

namespace aha {

int RunListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int RunListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const titles[] = { "Run", "State", "Step", "Reward", "pass@1", "Loss", "Seed", "Created" };
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    return QString::fromLatin1(titles[section]);
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const RunListRow& row = m_rows[size_t(index.row())];
    if (role == FolderRole)
        return row.folder;
    if (role == Qt::DecorationRole && index.column() == Name && m_colors.contains(row.folder))
        return m_colors.value(row.folder);
    if (role == Qt::ToolTipRole) {
        if (!row.problem.isEmpty())
            return row.problem;
        if (index.column() == Pass1 && row.pass1)
            return QStringLiteral("Held-out pass@1, 95 % interval %1 to %2 %, n = %3").arg(100 * *row.pass1Low, 0, 'f', 1).arg(100 * *row.pass1High, 0, 'f', 1).arg(row.evalSize);
        return row.folder;
    }
    if (role == Qt::TextAlignmentRole && (index.column() == Step || index.column() == Reward || index.column() == Pass1 || index.column() == Seed))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    const bool sorting = role == SortRole;
    if (role != Qt::DisplayRole && !sorting)
        return {};
    switch (index.column()) {
    case Name: return row.name;
    case State: return QString::fromStdString(stateName(row.state));
    case Step: return sorting ? QVariant(row.step) : QVariant(QStringLiteral("%1 / %2").arg(row.step).arg(row.maxSteps));
    case Reward: return !row.reward ? QVariant(sorting ? QVariant(-1e300) : QVariant(QStringLiteral("–"))) : sorting ? QVariant(*row.reward) : QVariant(QString::number(*row.reward, 'f', 3));
    case Pass1: return !row.pass1 ? QVariant(sorting ? QVariant(-1.0) : QVariant(QStringLiteral("–"))) : sorting ? QVariant(*row.pass1) : QVariant(QStringLiteral("%1 %").arg(100 * *row.pass1, 0, 'f', 1));
    case Loss: return row.lossType;
    case Seed: return row.seed;
    case Created: return sorting ? QVariant(row.createdAt) : QVariant(QLocale().toString(QDateTime::fromSecsSinceEpoch(qint64(row.createdAt)), QLocale::ShortFormat));
    default: return {};
    }
}

void RunListModel::setRows(std::vector<RunListRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void RunListModel::updateRow(const RunListRow& row)
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].folder == row.folder) {
            m_rows[i] = row;
            Q_EMIT dataChanged(index(int(i), 0), index(int(i), ColumnCount - 1));
            return;
        }
    beginInsertRows({}, 0, 0);
    m_rows.insert(m_rows.begin(), row);
    endInsertRows();
}

void RunListModel::setColors(const QHash<QString, QColor>& colors)
{
    m_colors = colors;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Name), index(int(m_rows.size()) - 1, Name), { Qt::DecorationRole });
}

} // namespace aha
