#pragma once
// The groups of one step as rows: prompt, one cell per completion, mean reward, what is remarkable about it.

#include "core/store/rows.h"
#include "widgets/models/sharedends.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QSortFilterProxyModel>

namespace aha {

/// What became of a group; several may hold.
enum GroupOutcome {
    AllRight = 1,
    AllWrong = 2,
    Mixed = 4,
    ZeroVariance = 8,
    SomeTruncated = 16, ///< a completion was cut off
    SomeUnjudged = 32 ///< a verdict could not be found (infrastructure, time), or nobody judges
};
/// All right, all wrong and mixed are of those that were judged; none of these bits where nobody judged any.
int outcomesOf(const GroupRow& group);
/// Completions that were judged right or wrong.
int judgedOf(const GroupRow& group);
/// "3 of 8 right", with how many of them nobody judged.
QString rightText(int right, int judged, int completions);

/// Shows the groups that have all bits of a set.
class GroupFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setOutcome(int bits);
    int outcome() const { return m_bits; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    int m_bits = 0;
};

class GroupListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Prompt, Strip, Right, Mean, Badge, ColumnCount };
    /// QVariantList of one int per completion: 0 wrong, 1 right, 2 malformed, 3 not scorable.
    static constexpr int StripRole = Qt::UserRole;
    static constexpr int SortRole = Qt::UserRole + 1;
    static constexpr int BadgeKindRole = Qt::UserRole + 2;
    /// Set of GroupOutcome bits.
    static constexpr int OutcomeRole = Qt::UserRole + 3;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `detailed`: ids of groups whose completions have stored token values.
    void setGroups(std::vector<GroupRow> groups, const std::vector<int64_t>& detailed);
    const GroupRow& group(int row) const { return m_groups[size_t(row)]; }
    /// How many groups have all bits of `outcome`.
    int countOf(int outcome) const;
    /// -1 when the step has no group at this position.
    int rowOfPosition(int position) const;
    /// The group and completion worth reading first: the right answer with most reflection words, then the longest;
    /// groups with variance come first. {-1, -1} for an empty step.
    std::pair<int, int> mostInteresting() const;
    /// The same within one group.
    static int mostInteresting(const GroupRow& group);

private:
    std::vector<GroupRow> m_groups;
    SharedEnds m_prompts; ///< of the step
    QSet<qint64> m_detailed; ///< groups with values of every token
    bool m_someDetailed = false; ///< some but not all: only then a badge tells them apart
};

} // namespace aha
