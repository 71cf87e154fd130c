#pragma once
// The outcome matrix as a table: a row per held-out problem, a column per evaluation; filtered, sorted.

#include "widgets/models/outcometable.h"

#include <QAbstractTableModel>

namespace aha {

class OutcomeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int RightRole = Qt::UserRole; ///< int: right samples; -1 not asked
    static constexpr int SamplesRole = Qt::UserRole + 1; ///< int
    static constexpr int OutcomeRole = Qt::UserRole + 2; ///< int: OutcomeClass of the row

    enum Order { AsAsked, ByClass, MostGained, MostLost, HardestFirst, EasiestFirst };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setTable(const OutcomeTable& table);
    const OutcomeTable& table() const { return m_table; }
    void setShown(OutcomeClass outcome, bool shown);
    void setText(const QString& text); ///< problems that contain it, any case
    void setOrder(Order order);
    /// The row of the matrix behind a shown one.
    const OutcomeRow& row(int shown) const { return m_table.matrix.rows[m_rows[size_t(shown)]]; }
    /// Where a problem is shown; -1 when the filter hides it.
    int shownRow(const std::string& problem) const;

private:
    void arrange();

    OutcomeTable m_table;
    std::array<bool, kOutcomeClasses> m_shown { true, true, true, true, true };
    QString m_text;
    Order m_order = AsAsked;
    std::vector<size_t> m_rows; ///< shown rows of the matrix, in order
};

} // namespace aha
