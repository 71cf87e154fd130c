#include "widgets/models/outcomemodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

int OutcomeModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int OutcomeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_table.sources.size());
}

QVariant OutcomeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0 || section >= (orientation == Qt::Horizontal ? columnCount() : rowCount()))
        return {};
    if (orientation == Qt::Vertical) {
        const OutcomeRow& problem = row(section);
        const std::string_view text(problem.problem);
        switch (role) {
        case Qt::DisplayRole:
            return QStringLiteral("%1  %2").arg(outcomeMark(problem.outcome), visibleLine(text.substr(0, 160)));
        case Qt::AccessibleTextRole:
            return QStringLiteral("%1: %2").arg(
                outcomeName(problem.outcome, m_table.acrossRuns, m_table.samples().second),
                visibleLine(text.substr(0, 160)));
        case Qt::ToolTipRole:
            return plainToolTip(
                QStringLiteral("%1: %2").arg(outcomeName(problem.outcome, m_table.acrossRuns, m_table.samples().second),
                    visibleText(text.substr(0, 2000))));
        case Qt::TextAlignmentRole:
            return int(Qt::AlignLeft | Qt::AlignVCenter);
        default:
            return {};
        }
    }
    const OutcomeSource& source = m_table.sources[size_t(section)];
    switch (role) {
    case Qt::DisplayRole:
        return m_table.acrossRuns ? source.run.label : QString::number(source.step);
    case Qt::AccessibleTextRole:
        return m_table.columnName(size_t(section));
    case Qt::ToolTipRole:
        return plainToolTip(tr("%1, step %2: pass@1 %3 % (95 %: %4 – %5), n = %6 problems × %7")
                                .arg(source.run.label)
                                .arg(source.step)
                                .arg(100 * source.pass1, 0, 'f', 1)
                                .arg(100 * source.low, 0, 'f', 1)
                                .arg(100 * source.high, 0, 'f', 1)
                                .arg(source.problems)
                                .arg(source.samples)
            + (source.sampling.isEmpty() ? QString() : QLatin1Char('\n') + source.sampling));
    default:
        return {};
    }
}

QVariant OutcomeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const OutcomeRow& problem = row(index.row());
    const int right = problem.cells[size_t(index.column())].right,
              samples = m_table.matrix.samples[size_t(index.column())];
    const auto words = [&] { return right < 0 ? tr("not asked") : tr("%1 of %2 right").arg(right).arg(samples); };
    switch (role) {
    case Qt::DisplayRole:
        return right < 0 ? QString() : QStringLiteral("%1/%2").arg(right).arg(samples);
    case RightRole:
        return right;
    case SamplesRole:
        return samples;
    case OutcomeRole:
        return int(problem.outcome);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2: %3")
            .arg(visibleLine(std::string_view(problem.problem).substr(0, 160)),
                m_table.columnName(size_t(index.column())), words());
    case Qt::ToolTipRole:
        return plainToolTip(QStringLiteral("%1: %2").arg(m_table.columnName(size_t(index.column())), words()));
    case Qt::TextAlignmentRole:
        return int(Qt::AlignCenter);
    default:
        return {};
    }
}

void OutcomeModel::setTable(const OutcomeTable& table)
{
    beginResetModel();
    m_table = table;
    arrange();
    endResetModel();
}

void OutcomeModel::setShown(OutcomeClass outcome, bool shown)
{
    beginResetModel();
    m_shown[size_t(outcome)] = shown;
    arrange();
    endResetModel();
}

void OutcomeModel::setText(const QString& text)
{
    beginResetModel();
    m_text = text.trimmed();
    arrange();
    endResetModel();
}

void OutcomeModel::setOrder(Order order)
{
    beginResetModel();
    m_order = order;
    arrange();
    endResetModel();
}

int OutcomeModel::shownRow(const std::string& problem) const
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (m_table.matrix.rows[m_rows[i]].problem == problem)
            return int(i);
    return -1;
}

void OutcomeModel::arrange()
{
    const std::vector<OutcomeRow>& rows = m_table.matrix.rows;
    m_rows.clear();
    for (size_t i = 0; i < rows.size(); ++i)
        if (m_shown[size_t(rows[i].outcome)]
            && (m_text.isEmpty() || QString::fromStdString(rows[i].problem).contains(m_text, Qt::CaseInsensitive)))
            m_rows.push_back(i);
    const auto by = [&](auto&& key) {
        std::stable_sort(m_rows.begin(), m_rows.end(), [&](size_t a, size_t b) { return key(rows[a]) < key(rows[b]); });
    };
    switch (m_order) {
    case AsAsked:
        break;
    case ByClass:
        by([](const OutcomeRow& row) { return double(row.outcome); });
        break;
    case MostGained:
        by([](const OutcomeRow& row) { return row.first - row.last; });
        break;
    case MostLost:
        by([](const OutcomeRow& row) { return row.last - row.first; });
        break;
    case HardestFirst:
        by([](const OutcomeRow& row) { return row.last; });
        break;
    case EasiestFirst:
        by([](const OutcomeRow& row) { return -row.last; });
        break;
    }
}

} // namespace aha
