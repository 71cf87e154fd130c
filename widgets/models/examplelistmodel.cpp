#include "widgets/models/examplelistmodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

int ExampleListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_examples.size());
}
int ExampleListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ExampleListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_examples.size()))
        return {};
    const TraceExample& example = m_examples[size_t(index.row())];
    const QString verdict = !example.correct ? tr("not judged") : *example.correct ? tr("right") : tr("wrong");
    if (role == Qt::DisplayRole)
        return index.column() == Step   ? QVariant(qint64(example.step))
            : index.column() == Verdict ? QVariant(verdict)
                                        : QVariant(visibleLine(example.excerpt));
    if (role == Qt::TextAlignmentRole)
        return QVariant(int(Qt::AlignVCenter) | int(index.column() == Step ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && index.column() == Excerpt)
        return plainToolTip(visibleText(example.excerpt));
    if (role == Qt::AccessibleTextRole && index.column() == Excerpt)
        return tr("step %1, %2: %3").arg(example.step).arg(verdict, visibleLine(example.excerpt));
    return {};
}

QVariant ExampleListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static constexpr const char* titles[] = { "Step", "Verdict", "In the trace" };
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    return translated(titles[section]);
}

void ExampleListModel::setExamples(std::vector<TraceExample> examples)
{
    const auto same = [](const TraceExample& a, const TraceExample& b) { // an id is one of its evaluation alone
        return a.id == b.id && a.kind == b.kind && a.step == b.step && a.excerpt == b.excerpt;
    };
    if (std::equal(examples.begin(), examples.end(), m_examples.begin(), m_examples.end(), same))
        return;
    beginResetModel();
    m_examples = std::move(examples);
    endResetModel();
}

} // namespace aha
