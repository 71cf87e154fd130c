#include "widgets/models/probemodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/models/visibletext.h"

#include <QFont>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>
#include <cstdint>

namespace aha {

namespace {

constexpr size_t kOwnHeading = SIZE_MAX, kProblemHeading = SIZE_MAX - 1;

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

std::string_view ProbeModel::textOf(size_t row) const
{
    return row < m_table.own.size() ? m_table.own[row] : m_table.matrix.rows[row].problem;
}

QVariant ProbeModel::headingData(int shown, int column, int role) const
{
    if (column != Problem)
        return {};
    const bool own = m_rows[size_t(shown)] == kOwnHeading;
    QFont bold;
    bold.setBold(true);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return own ? tr("Your prompts") : tr("Held-out problems");
    case Qt::ToolTipRole:
        return own ? tr("eval.probes of the configuration. Nothing judges the answers.")
                   : tr("What the run's accuracy is measured on");
    case Qt::FontRole:
        return bold;
    case Qt::ForegroundRole: // as readable as a row that can be chosen
        return QGuiApplication::palette().brush(QPalette::Active, QPalette::Text);
    default:
        return {};
    }
}

QVariant ProbeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (isHeading(index.row()))
        return headingData(index.row(), index.column(), role);
    const OutcomeRow& problem = row(index.row());
    const std::string_view text = textOf(m_rows[size_t(index.row())]);
    const bool own = isOwn(index.row());
    if (index.column() == Problem)
        switch (role) {
        case Qt::DisplayRole:
            return visibleLine(text.substr(0, 160));
        case Qt::CheckStateRole:
            if (own)
                return {};
            return m_pinned.contains(keyOf(problem.problem)) ? Qt::Checked : Qt::Unchecked;
        case Qt::AccessibleTextRole:
            return QStringLiteral("%1%2").arg(own               ? tr("your prompt: ")
                    : m_pinned.contains(keyOf(problem.problem)) ? tr("pinned: ")
                                                                : QString(),
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
        return right == kUnjudged ? tr("answered, not judged")
            : right < 0           ? tr("not asked")
                                  : tr("%1 of %2 right").arg(right).arg(samples);
    default:
        return {};
    }
}

Qt::ItemFlags ProbeModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (!index.isValid() || isHeading(index.row()))
        return index.isValid() ? Qt::NoItemFlags : flags;
    return index.column() == Problem && !isOwn(index.row()) ? flags | Qt::ItemIsUserCheckable : flags;
}

bool ProbeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != Problem || role != Qt::CheckStateRole || isHeading(index.row())
        || isOwn(index.row()))
        return false;
    const std::string problem = row(index.row()).problem; // pinning moves the row
    pin(problem, value.toInt() == Qt::Checked);
    return true;
}

void ProbeModel::setTable(const ProbeTable& table)
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

int ProbeModel::shownRow(const std::string& problem, bool own) const
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (!isHeading(int(i)) && isOwn(int(i)) == own && row(int(i)).problem == problem)
            return int(i);
    return -1;
}

int ProbeModel::firstRow() const
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (!isHeading(int(i)))
            return int(i);
    return -1;
}

void ProbeModel::arrange()
{
    m_rows.clear();
    const size_t all = m_table.matrix.rows.size(), own = m_table.own.size();
    const auto isPinned
        = [&](size_t i) { return i >= own && m_pinned.contains(keyOf(m_table.matrix.rows[i].problem)); };
    const auto matches = [&](size_t i) {
        const std::string_view text = textOf(i);
        return m_text.isEmpty()
            || QString::fromUtf8(text.data(), qsizetype(text.size())).contains(m_text, Qt::CaseInsensitive);
    };
    const auto add = [&](size_t heading, size_t from, size_t to, bool pinned) {
        for (size_t i = from; i < to; ++i) {
            if (isPinned(i) != pinned || !(pinned || matches(i)))
                continue;
            if (own > 0 && std::find(m_rows.begin(), m_rows.end(), heading) == m_rows.end())
                m_rows.push_back(heading);
            m_rows.push_back(i);
        }
    };
    add(kOwnHeading, 0, own, false);
    add(kProblemHeading, own, all, true);
    add(kProblemHeading, own, all, false);
}

} // namespace aha
