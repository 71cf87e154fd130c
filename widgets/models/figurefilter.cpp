#include "widgets/models/figurefilter.h"

namespace aha {

FigureFilter::FigureFilter(FigureTable* table, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_figures(table)
{
    setSourceModel(table);
    setSortRole(FigureTable::SortRole);
}

void FigureFilter::setRule(Rule rule)
{
    m_rule = std::move(rule);
    invalidateFilter();
}

bool FigureFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    return parent.isValid() || !m_rule || m_rule(m_figures->row(row));
}

bool FigureFilter::lessThan(const QModelIndex& a, const QModelIndex& b) const
{
    const QVariant left = a.data(sortRole()), right = b.data(sortRole());
    return left.userType() == QMetaType::Double && right.userType() == QMetaType::Double
        ? left.toDouble() < right.toDouble()
        : left.toString().localeAwareCompare(right.toString()) < 0;
}

} // namespace aha
