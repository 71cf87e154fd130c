#include "widgets/models/runproxy.h"

#include "widgets/models/runlistmodel.h"

namespace aha {

RunProxy::RunProxy(RunListModel* model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_model(model)
{
    setSourceModel(model);
    setSortRole(RunListModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void RunProxy::setFilter(RunFilter filter)
{
    m_filter = std::move(filter);
    invalidateFilter();
}

bool RunProxy::filterAcceptsRow(int row, const QModelIndex&) const
{
    return m_filter.accepts(m_model->row(row), m_model->label(row));
}

} // namespace aha
