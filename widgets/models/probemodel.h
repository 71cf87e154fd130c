#pragma once
// The held-out problems of a run as probes: pinned ones first, each with how it went at one evaluation.

#include "widgets/models/outcometable.h"

#include <QAbstractTableModel>
#include <QSet>

namespace aha {

class ProbeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Problem, Outcome, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    /// Outcome has the roles of OutcomeModel (RightRole, SamplesRole); Problem can be ticked: pinned.
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setTable(const OutcomeTable& table); ///< pinned problems stay pinned, in whatever run
    void setEvaluation(int evaluation); ///< the column of the table that is looked at
    void setText(const QString& text); ///< unpinned problems that contain it, any case
    void pin(const std::string& problem, bool pinned);
    const OutcomeRow& row(int shown) const { return m_table.matrix.rows[m_rows[size_t(shown)]]; }
    int shownRow(const std::string& problem) const; ///< -1 when it is not shown
    int pinned() const { return int(m_pinned.size()); }

private:
    void arrange();

    OutcomeTable m_table;
    QSet<QByteArray> m_pinned;
    QString m_text;
    int m_evaluation = 0;
    std::vector<size_t> m_rows;
};

} // namespace aha
