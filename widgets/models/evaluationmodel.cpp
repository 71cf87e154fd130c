#include "widgets/models/evaluationmodel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <unordered_map>

namespace aha {

namespace {
constexpr char kMajorityHelp[]
    = "Is the most frequent answer right (cons@n)? Samples without an answer do not vote; of "
      "equally frequent answers the one sampled first counts, right or wrong";
} // namespace

int EvaluationModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_problems.size()); }
int EvaluationModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

double EvaluationModel::share(size_t row) const { return double(m_problems[row].correct) / std::max(1, m_samples); }

QVariant EvaluationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Problem || section == Majority ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const QString titles[] = { tr("Problem"), tr("Right"), tr("Share"), tr("Majority"),
        m_earlierStep < 0 ? tr("Before") : tr("Step %1").arg(m_earlierStep), tr("Change") };
    const char* const help[] = { "The held-out problem", "Right samples of all samples", "Share of right samples",
        kMajorityHelp, "Share of right samples at the first evaluation", "In points, against the first evaluation" };
    if (role == Qt::ToolTipRole && section == Before && m_earlierStep >= 0)
        return tr("Share of right samples at step %1, of %2 each").arg(m_earlierStep).arg(m_earlierSamples);
    return role == Qt::DisplayRole ? QVariant(titles[section])
        : role == Qt::ToolTipRole  ? QVariant(translated(help[section]))
                                   : QVariant();
}

QVariant EvaluationModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_problems.size()))
        return {};
    const size_t row = size_t(index.row());
    const EvaluationProblemRow& problem = m_problems[row];
    const bool known = m_before[row].has_value();
    const double change = known ? share(row) - *m_before[row] : 0;
    const bool sorting = role == SortRole;
    switch (role) {
    case Qt::DisplayRole:
    case SortRole:
        switch (index.column()) {
        case Problem:
            return visibleLine(std::string_view(problem.prompt.text).substr(0, 160));
        case Right:
            return sorting ? QVariant(problem.correct)
                           : QVariant(QStringLiteral("%1/%2").arg(problem.correct).arg(m_samples));
        case Share:
            return sorting ? QVariant(share(row)) : QVariant(QStringLiteral("%1 %").arg(100 * share(row), 0, 'f', 0));
        case Majority:
            return sorting ? QVariant(int(problem.majority)) : QVariant(problem.majority ? tr("right") : tr("wrong"));
        case Before:
            return sorting      ? QVariant(m_before[row].value_or(-1))
                : m_before[row] ? QVariant(QStringLiteral("%1 %").arg(100 * *m_before[row], 0, 'f', 0))
                                : QVariant(QStringLiteral("–"));
        case Change:
            return sorting ? QVariant(known ? change : -9)
                : known    ? QVariant((change > 0 ? QStringLiteral("+") : QString()) + fixedNumber(100 * change, 0))
                           : QVariant(QStringLiteral("–"));
        default:
            return {};
        }
    case BarRole:
        return index.column() == Change ? change : index.column() == Before ? m_before[row].value_or(0) : share(row);
    case BadgeKindRole:
        return index.column() == Majority ? QVariant(problem.majority ? QStringLiteral("good") : QStringLiteral("bad"))
                                          : QVariant();
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return plainToolTip(index.column() == Majority && problem.correct > 0 && problem.correct < m_samples
                ? translated(kMajorityHelp) + QLatin1Char('\n') + visibleText(problem.prompt.text)
                : visibleText(problem.prompt.text));
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
            data(index, Qt::DisplayRole).toString());
    default:
        return {};
    }
}

void EvaluationModel::setProblems(const EvaluationRow& evaluation, std::vector<EvaluationProblemRow> problems,
    const EvaluationRow& earlier, const std::vector<EvaluationProblemRow>& before)
{
    beginResetModel();
    m_problems = std::move(problems);
    m_samples = evaluation.samples;
    m_step = evaluation.step;
    m_earlierSamples = earlier.samples;
    m_earlierStep = before.empty() ? -1 : earlier.step;
    std::unordered_map<int64_t, int> known;
    for (const EvaluationProblemRow& row : before)
        known[row.prompt.id] = row.correct;
    m_before.assign(m_problems.size(), std::nullopt);
    for (size_t i = 0; i < m_problems.size(); ++i)
        if (const auto found = known.find(m_problems[i].prompt.id); found != known.end())
            m_before[i] = double(found->second) / std::max(1, m_earlierSamples);
    endResetModel();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

} // namespace aha
