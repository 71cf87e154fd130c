#include "widgets/models/tracelistmodel.h"

#include <algorithm>
#include <cmath>

namespace aha {

int TraceListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_hits.size()); }
int TraceListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant TraceListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const titles[] = { "Step", "Group", "#", "Reward", "Advantage", "Verdict", "Tokens", "End", "Reflects", "Language" };
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    return QString::fromLatin1(titles[section]);
}

QVariant TraceListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_hits.size()))
        return {};
    const TraceHit& hit = m_hits[size_t(index.row())];
    const CompletionRow& row = hit.completion;
    if (role == BarRole)
        return row.advantage / m_largest;
    if (role == Qt::TextAlignmentRole && index.column() != Verdict && index.column() != Finish && index.column() != Languages)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        QString parts = hit.promptText.empty() ? QString() : QString::fromStdString(hit.promptText) + QLatin1Char('\n');
        for (const auto& [name, value] : row.parts)
            parts += QStringLiteral("%1 %2   ").arg(QString::fromStdString(name)).arg(value, 0, 'f', 3);
        return parts.toHtmlEscaped();
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Step: return qint64(row.step);
    case Group: return hit.groupPosition + 1;
    case Sample: return row.position + 1;
    case Reward: return row.reward ? QString::number(*row.reward, 'f', 2) : QStringLiteral("–");
    case Advantage: return QString::number(row.advantage, 'f', 2);
    case Verdict: return row.correct ? QStringLiteral("correct") : QString::fromStdString(row.reason).replace(QLatin1Char('_'), QLatin1Char(' '));
    case Length: return row.tokens;
    case Finish: return QString::fromStdString(row.finishReason);
    case Reflections: return row.reflections;
    case Languages: return row.mixesLanguage ? QStringLiteral("mixed") : row.languageShare >= 0.999 ? QStringLiteral("target") : row.languageShare <= 0.001 ? QStringLiteral("other") : QStringLiteral("–");
    default: return {};
    }
}

void TraceListModel::setHits(std::vector<TraceHit> hits)
{
    beginResetModel();
    m_hits = std::move(hits);
    m_largest = 1e-9;
    for (const TraceHit& hit : m_hits)
        m_largest = std::max(m_largest, std::abs(hit.completion.advantage));
    endResetModel();
}

void TraceListModel::append(std::vector<TraceHit> hits)
{
    if (hits.empty())
        return;
    beginInsertRows({}, int(m_hits.size()), int(m_hits.size() + hits.size()) - 1);
    for (TraceHit& hit : hits) {
        m_largest = std::max(m_largest, std::abs(hit.completion.advantage));
        m_hits.push_back(std::move(hit));
    }
    endInsertRows();
}

} // namespace aha
