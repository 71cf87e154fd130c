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
    // A run that is opened later has earlier lines.
    const bool inOrder
        = std::is_sorted(m_lines.begin() + std::ptrdiff_t(told > 0 ? told - 1 : 0), m_lines.end(), earlier);
    if (!inOrder)
        std::stable_sort(m_lines.begin(), m_lines.end(), earlier);
    const QStringList texts = [&] {
        QStringList all;
        for (size_t i = told; inOrder && i < m_lines.size(); ++i)
            all << m_lines[i].text;
        return all;
    }();
    while (m_lines.size() > kMost)
        m_lines.pop_front();
    if (!inOrder)
        Q_EMIT reordered();
    for (const QString& text : texts)
        Q_EMIT added(folder, text);
}

} // namespace aha
