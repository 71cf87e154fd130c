#pragma once
// Held-out problems of one evaluation, beside the first evaluation of the same run: how much more or less often each is
// right.

#include "core/store/rows.h"

#include <QAbstractTableModel>

namespace aha {

class EvaluationModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Problem, Right, Share, Majority, Before, Change, ColumnCount };
    /// Share of right samples, 0 … 1, for a bar.
    static constexpr int BarRole = Qt::UserRole;
    static constexpr int SortRole = Qt::UserRole + 1;
    static constexpr int BadgeKindRole = Qt::UserRole + 2;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `before`: the problems of an earlier evaluation, matched by prompt; may be empty.
    void setProblems(const EvaluationRow& evaluation, std::vector<EvaluationProblemRow> problems,
        const EvaluationRow& earlier, const std::vector<EvaluationProblemRow>& before);
    const EvaluationProblemRow& problem(int row) const { return m_problems[size_t(row)]; }

private:
    double share(size_t row) const;
    std::vector<EvaluationProblemRow> m_problems;
    std::vector<std::optional<double>> m_before;
    int m_samples = 1, m_earlierSamples = 1;
    qint64 m_step = 0, m_earlierStep = -1;
};

} // namespace aha
