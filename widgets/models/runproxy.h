#pragma once
// The run table as filtered and sorted.

#include "widgets/models/runfilter.h"

#include <QSortFilterProxyModel>

namespace aha {

class RunListModel;

class RunProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunProxy(RunListModel* model, QObject* parent = nullptr);
    void setFilter(RunFilter filter);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    RunListModel* m_model;
    RunFilter m_filter;
};

} // namespace aha
