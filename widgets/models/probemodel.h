#pragma once
// A run's own prompts and its held-out problems as probes: own ones first, then pinned ones, each with how it went at
// one evaluation. Where there are own prompts, both kinds stand under a heading.

#include "widgets/models/probetable.h"

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
    Qt::ItemFlags flags(const QModelIndex& index) const override; ///< a heading has none
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setTable(const ProbeTable& table); ///< pinned problems stay pinned, in whatever run
    void setEvaluation(int evaluation); ///< the column of the table that is looked at
    void setText(const QString& text); ///< own prompts and unpinned problems that contain it, any case
    void pin(const std::string& problem, bool pinned);
    const OutcomeRow& row(int shown) const { return m_table.matrix.rows[m_rows[size_t(shown)]]; } ///< of no heading
    bool isHeading(int shown) const { return m_rows[size_t(shown)] >= m_table.matrix.rows.size(); }
    bool isOwn(int shown) const { return m_rows[size_t(shown)] < m_table.own.size(); }
    std::string_view text(int shown) const { return textOf(m_rows[size_t(shown)]); } ///< as a person reads it
    /// Of the own prompt or the problem that a model read so; -1 when it is not shown.
    int shownRow(const std::string& problem, bool own) const;
    int firstRow() const; ///< that is no heading; -1: none
    int pinned() const { return int(m_pinned.size()); }

private:
    void arrange();
    std::string_view textOf(size_t row) const; ///< as a person reads it
    QVariant headingData(int shown, int column, int role) const;

    ProbeTable m_table;
    QSet<QByteArray> m_pinned;
    QString m_text;
    int m_evaluation = 0;
    std::vector<size_t> m_rows; ///< of the matrix; kOwnHeading and kProblemHeading stand for headings
};

} // namespace aha
