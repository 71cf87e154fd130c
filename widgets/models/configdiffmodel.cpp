#include "widgets/models/configdiffmodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QFont>

namespace aha {

void ConfigDiffModel::setConfigs(const RunConfig& mine, const RunConfig& theirs, const QString& theirName)
{
    RunConfig a = mine, b = theirs;
    const std::vector<Field> left = fields(a), right = fields(b);
    std::vector<Row> rows;
    for (size_t i = 0; i < left.size(); ++i) {
        const FieldInfo& info = left[i].info;
        if (left[i].toJson() == right[i].toJson() || info.path() == "general.name" || info.path() == "general.seed")
            continue;
        rows.push_back({ QString::fromStdString(info.path()),
            translated(groupTitle(info.group)) + tr(": ") + translated(info.label), translated(info.help),
            QString::fromStdString(left[i].toText()), QString::fromStdString(right[i].toText()) });
    }
    beginResetModel();
    m_rows = std::move(rows);
    m_theirName = theirName;
    endResetModel();
}

int ConfigDiffModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int ConfigDiffModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(Columns); }

QVariant ConfigDiffModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const Row& row = m_rows[size_t(index.row())];
    if (role == PathRole)
        return row.path;
    if (role == Qt::ToolTipRole)
        return plainToolTip(row.path + QLatin1Char('\n') + row.help + QStringLiteral("\n\n") + row.theirs
            + QStringLiteral(" → ") + row.mine);
    if (role == Qt::FontRole && index.column() == Mine) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role != Qt::DisplayRole)
        return {};
    const auto shown
        = [](const QString& text) { return text.isEmpty() ? tr("(empty)") : visibleLine(text.toStdString()); };
    switch (index.column()) {
    case Setting:
        return row.label;
    case Theirs:
        return shown(row.theirs);
    case Mine:
        return shown(row.mine);
    case Take:
        return tr("take theirs");
    }
    return {};
}

QVariant ConfigDiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && section == Theirs && role == Qt::ToolTipRole)
        return plainToolTip(m_theirName);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[Columns] = { tr("Setting"), tr("Theirs"), tr("This form"), QString() };
    return section >= 0 && section < Columns ? titles[section] : QVariant();
}

} // namespace aha
