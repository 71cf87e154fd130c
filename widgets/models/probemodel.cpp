#include "widgets/models/probemodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

namespace {

QByteArray keyOf(const std::string& problem) { return QByteArray::fromStdString(problem); }

} // namespace

int ProbeModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int ProbeModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant ProbeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    if (section == Problem)
        return tr("Tick to pin");
    return m_evaluation < int(m_table.sources.size()) ? tr("Step %1").arg(m_table.sources[size_t(m_evaluation)].step)
                                                      : tr("Step");
}

QVariant ProbeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const OutcomeRow& problem = row(index.row());
    const std::string_view text(problem.problem);
    if (index.column() == Problem)
        switch (role) {
        case Qt::DisplayRole:
            return visibleLine(text.substr(0, 160));
        case Qt::CheckStateRole:
            return m_pinned.contains(keyOf(problem.problem)) ? Qt::Checked : Qt::Unchecked;
        case Qt::AccessibleTextRole:
            return QStringLiteral("%1%2").arg(m_pinned.contains(keyOf(problem.problem)) ? tr("pinned: ") : QString(),
                visibleLine(text.substr(0, 160)));
        case Qt::ToolTipRole:
            return plainToolTip(visibleText(text.substr(0, 2000)));
        default:
            return {};
        }
    if (m_evaluation >= int(problem.cells.size()))
        return {};
    const int right = problem.cells[size_t(m_evaluation)].right, samples = m_table.matrix.samples[size_t(m_evaluation)];
    switch (role) {
    case Qt::DisplayRole:
        return right < 0 ? QString() : QStringLiteral("%1/%2").arg(right).arg(samples);
    case OutcomeModel::RightRole:
        return right;
    case OutcomeModel::SamplesRole:
        return samples;
    case Qt::AccessibleTextRole:
        return right < 0 ? tr("not asked") : tr("%1 of %2 right").arg(right).arg(samples);
    default:
        return {};
    }
}

Qt::ItemFlags ProbeModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Problem ? flags | Qt::ItemIsUserCheckable : flags;
}

bool ProbeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != Problem || role != Qt::CheckStateRole)
        return false;
    const std::string problem = row(index.row()).problem; // pinning moves the row
    pin(problem, value.toInt() == Qt::Checked);
    return true;
}

void ProbeModel::setTable(const OutcomeTable& table)
{
    beginResetModel();
    m_table = table;
    m_evaluation = std::clamp(m_evaluation, 0, std::max(0, int(table.sources.size()) - 1));
    arrange();
    endResetModel();
}

void ProbeModel::setEvaluation(int evaluation)
{
    m_evaluation = evaluation;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Outcome), index(rowCount() - 1, Outcome));
    Q_EMIT headerDataChanged(Qt::Horizontal, Outcome, Outcome);
}

void ProbeModel::setText(const QString& text)
{
    beginResetModel();
    m_text = text.trimmed();
    arrange();
    endResetModel();
}

void ProbeModel::pin(const std::string& problem, bool pinned)
{
    beginResetModel();
    if (pinned)
        m_pinned.insert(keyOf(problem));
    else
        m_pinned.remove(keyOf(problem));
    arrange();
    endResetModel();
}

int ProbeModel::shownRow(const std::string& problem) const
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (m_table.matrix.rows[m_rows[i]].problem == problem)
            return int(i);
    return -1;
}

void ProbeModel::arrange()
{
    m_rows.clear();
    const std::vector<OutcomeRow>& rows = m_table.matrix.rows;
    for (const bool pinned : { true, false })
        for (size_t i = 0; i < rows.size(); ++i)
            if (m_pinned.contains(keyOf(rows[i].problem)) == pinned
                && (pinned || m_text.isEmpty()
                    || QString::fromStdString(rows[i].problem).contains(m_text, Qt::CaseInsensitive)))
                m_rows.push_back(i);
}

} // namespace aha
