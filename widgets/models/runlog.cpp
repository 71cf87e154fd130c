#include "widgets/models/runlog.h"

#include <algorithm>

namespace aha {

void RunLog::add(const QString& folder, const QString& name, const QDateTime& at, const QString& text)
{
    add(folder, name, { { at, text } });
}

void RunLog::add(const QString& folder, const QString& name, const std::vector<RunHistory::Line>& lines)
{
    const auto earlier = [](const Line& a, const Line& b) { return a.at < b.at; };
    const size_t told = m_lines.size();
    for (const RunHistory::Line& line : lines)
        m_lines.push_back({ folder,
            line.at.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss  "))
                + (name.isEmpty() ? QString() : name + QStringLiteral(": ")) + line.text,
            line.at });
    if (m_lines.size() == told)
        return;
    const auto first = m_lines.begin() + std::ptrdiff_t(told);
    std::stable_sort(first, m_lines.end(), earlier);
    // A run that is opened later has earlier lines: only what is later than these moves.
    const auto place = std::upper_bound(m_lines.begin(), first, *first, earlier);
    const bool inOrder = place == first;
    std::inplace_merge(place, first, m_lines.end(), earlier);
    QStringList texts;
    for (size_t i = told; inOrder && i < m_lines.size(); ++i)
        texts << m_lines[i].text;
    while (m_lines.size() > kMost)
        m_lines.pop_front();
    if (!inOrder)
        Q_EMIT reordered();
    for (const QString& text : texts)
        Q_EMIT added(folder, text);
}

} // namespace aha
