#include "widgets/models/grouplistmodel.h"

#include "core/tasks/task.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <tuple>

namespace aha {

namespace {

int rightOf(const GroupRow& group)
{
    return int(std::count_if(
        group.completions.begin(), group.completions.end(), [](const CompletionRow& c) { return c.correct; }));
}

int stateOf(const CompletionRow& row)
{
    return !row.reward || !judgedCorrect(row.verdict, row.correct) ? 3 : row.correct ? 1 : row.formatOk ? 0 : 2;
}

} // namespace

int judgedOf(const GroupRow& group)
{
    return int(std::count_if(group.completions.begin(), group.completions.end(),
        [](const CompletionRow& c) { return judgedCorrect(c.verdict, c.correct).has_value(); }));
}

QString rightText(int right, int judged, int completions)
{
    return judged == 0 && completions > 0 ? tr("%1 completions, not judged").arg(completions)
        : judged < completions ? tr("%1 of %2 right, %3 not judged").arg(right).arg(judged).arg(completions - judged)
                               : tr("%1 of %2 right").arg(right).arg(judged);
}

int outcomesOf(const GroupRow& group)
{
    const int right = rightOf(group), count = judgedOf(group);
    int bits = count == 0 ? 0 : right == count ? AllRight : right == 0 ? AllWrong : Mixed;
    bits |= group.zeroVariance ? ZeroVariance : 0;
    for (const CompletionRow& row : group.completions) {
        bits |= row.finishReason == "length" ? SomeTruncated : 0;
        bits |= !row.reward || !judgedCorrect(row.verdict, row.correct) ? SomeUnjudged : 0;
    }
    return bits;
}

void GroupFilter::setOutcome(int bits)
{
    m_bits = bits;
    invalidateFilter();
}

bool GroupFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    return (sourceModel()->index(row, 0, parent).data(GroupListModel::OutcomeRole).toInt() & m_bits) == m_bits;
}

int GroupListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_groups.size()); }
int GroupListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant GroupListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const titles[] = { "Prompt", "Completions", "Right", "Mean", "" };
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::DisplayRole)
        return translated(titles[section]);
    if (role == Qt::TextAlignmentRole)
        return int((section == Right || section == Mean ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Strip)
        return tr("One cell per completion: filled right, hollow wrong, barred malformed, dotted not judged");
    if (role == Qt::ToolTipRole && section == Mean)
        return tr("Mean reward of the group");
    return {};
}

QVariant GroupListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_groups.size()))
        return {};
    const GroupRow& group = m_groups[size_t(index.row())];
    const int right = rightOf(group), count = judgedOf(group);
    const QString rightOfThem = rightText(right, count, int(group.completions.size()));
    const QString badge = group.zeroVariance              ? QStringLiteral("σ = 0")
        : m_someDetailed && m_detailed.contains(group.id) ? tr("values")
                                                          : QString();
    switch (role) {
    case Qt::DisplayRole:
    case SortRole:
        switch (index.column()) {
        case Prompt:
            return visibleLine(m_prompts.differing(group.prompt.text).substr(0, 160));
        case Strip:
            return role == SortRole ? QVariant(count == 0 ? -1 : right) : QVariant();
        case Right:
            return role == SortRole ? QVariant(count == 0 ? -1 : right) // nobody judged: after the wrong ones
                : count == 0        ? QVariant(QStringLiteral("–"))
                                    : QVariant(QStringLiteral("%1/%2").arg(right).arg(count));
        case Mean:
            return role == SortRole ? QVariant(group.rewardMean) : QVariant(fixedNumber(group.rewardMean, 2));
        case Badge:
            return badge;
        default:
            return {};
        }
    case StripRole: {
        QVariantList states;
        for (const CompletionRow& row : group.completions)
            states << stateOf(row);
        return states;
    }
    case OutcomeRole:
        return outcomesOf(group);
    case BadgeKindRole:
        return index.column() == Badge && !badge.isEmpty()
            ? QVariant(group.zeroVariance ? QStringLiteral("mute") : QStringLiteral("info"))
            : QVariant();
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return plainToolTip(
            tr("%1\n%2 · mean reward %3 ± %4%5%6")
                .arg(visibleText(group.prompt.text), rightOfThem)
                .arg(fixedNumber(group.rewardMean, 3))
                .arg(group.rewardStd, 0, 'f', 3)
                .arg(group.zeroVariance ? tr("\nzero variance: every advantage is 0, the group trains nothing")
                                        : QString(),
                    m_detailed.contains(group.id) ? tr("\nlog-probabilities and entropies of every token are stored")
                                                  : QString()));
    case Qt::AccessibleTextRole:
        return tr("%1, %2, mean reward %3, %4")
            .arg(visibleLine(group.prompt.text), rightOfThem)
            .arg(fixedNumber(group.rewardMean, 2))
            .arg(group.zeroVariance ? tr("zero variance") : badge);
    default:
        return {};
    }
}

void GroupListModel::setGroups(std::vector<GroupRow> groups, const std::vector<int64_t>& detailed)
{
    beginResetModel();
    m_groups = std::move(groups);
    m_detailed = QSet<qint64>(detailed.begin(), detailed.end());
    m_someDetailed = size_t(m_detailed.size()) < m_groups.size();
    m_prompts = {};
    for (const GroupRow& group : m_groups)
        m_prompts.add(group.prompt.text);
    endResetModel();
}

int GroupListModel::countOf(int outcome) const
{
    return int(std::count_if(m_groups.begin(), m_groups.end(),
        [&](const GroupRow& group) { return (outcomesOf(group) & outcome) == outcome; }));
}

int GroupListModel::rowOfPosition(int position) const
{
    for (size_t i = 0; i < m_groups.size(); ++i)
        if (m_groups[i].position == position)
            return int(i);
    return -1;
}

int GroupListModel::mostInteresting(const GroupRow& group)
{
    int best = -1;
    for (size_t i = 0; i < group.completions.size(); ++i) {
        const auto rank = [&](const CompletionRow& c) { return std::tuple(c.correct, c.reflections, c.tokens); };
        if (best < 0 || rank(group.completions[i]) > rank(group.completions[size_t(best)]))
            best = int(i);
    }
    return best;
}

std::pair<int, int> GroupListModel::mostInteresting() const
{
    std::pair<int, int> best { -1, -1 };
    const auto rank = [&](std::pair<int, int> at) {
        const GroupRow& group = m_groups[size_t(at.first)];
        const CompletionRow& c = group.completions[size_t(at.second)];
        return std::tuple(c.correct, !group.zeroVariance, m_detailed.contains(group.id), c.reflections, c.tokens);
    };
    for (int g = 0; g < int(m_groups.size()); ++g) {
        const std::pair<int, int> at { g, mostInteresting(m_groups[size_t(g)]) };
        if (at.second >= 0 && (best.first < 0 || rank(at) > rank(best)))
            best = at;
    }
    return best;
}

} // namespace aha
