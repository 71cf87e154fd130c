#pragma once
// Rows of a FigureTable that a rule lets through, sorted by their figures.

#include "widgets/models/figuretable.h"

#include <QSortFilterProxyModel>

#include <functional>

namespace aha {

class FigureFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    using Rule = std::function<bool(const FigureRow&)>;

    explicit FigureFilter(FigureTable* table, QObject* parent = nullptr);
    /// None: all rows.
    void setRule(Rule rule);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& a, const QModelIndex& b) const override;

private:
    FigureTable* m_figures;
    Rule m_rule;
};

} // namespace aha
