#include "widgets/models/signalexamplemodel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

CompletionRow judged(const SignalExamples::Row& row)
{
    CompletionRow completion;
    completion.correct = row.correct;
    completion.verdict = row.verdict;
    completion.reason = row.reason;
    completion.finishReason = row.finishReason;
    return completion;
}

/// As the Traces page names it.
QString verdictOf(const SignalExamples::Row& row)
{
    const QString name = verdictText(judged(row));
    return row.finishReason == "length" ? name + tr(", cut") : name;
}

} // namespace

int SignalExampleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_examples.rows.size());
}
int SignalExampleModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant SignalExampleModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const SignalExamples::Row& row = m_examples.rows[size_t(index.row())];
    if (role == Qt::TextAlignmentRole)
        return QVariant(int(Qt::AlignVCenter) | int(index.column() < Verdict ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && index.column() == Text)
        return plainToolTip(visibleText(row.text));
    if (role == Qt::ToolTipRole && index.column() == Verdict)
        return plainToolTip(QStringLiteral("%1: %2").arg(verdictOf(row), verdictReason(judged(row))));
    if (role == Qt::ToolTipRole && index.column() == Marks)
        return plainToolTip(row.marks);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Step:
        return row.step;
    case Tokens:
        return row.tokens;
    case Reward:
        return std::isfinite(row.reward) ? fixedNumber(row.reward, 2) : QStringLiteral("–");
    case Verdict:
        return verdictOf(row);
    case Marks:
        return row.marks;
    default:
        return visibleLine(row.text);
    }
}

QVariant SignalExampleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static constexpr const char* titles[] = { "Step", "Tokens", "Reward", "Verdict", "Odd", "Begins" };
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    return translated(titles[section]);
}

bool SignalExampleModel::hasMarks() const
{
    return std::any_of(
        m_examples.rows.begin(), m_examples.rows.end(), [](const auto& row) { return !row.marks.isEmpty(); });
}

void SignalExampleModel::setExamples(const SignalExamples& examples)
{
    beginResetModel();
    m_examples = examples;
    endResetModel();
}

} // namespace aha
