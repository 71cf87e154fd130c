#include "widgets/models/confighistory.h"

namespace aha {

void ConfigHistory::reset(const RunConfig& config)
{
    m_states.assign(1, config);
    m_at = 0;
    m_path.clear();
}

void ConfigHistory::record(const RunConfig& config, const QString& path)
{
    if (differences(m_states[m_at], config).empty())
        return;
    m_states.resize(m_at + 1);
    if (m_at > 0 && !path.isEmpty() && path == m_path) {
        m_states[m_at] = config;
        return;
    }
    m_states.push_back(config);
    if (m_states.size() > kMost)
        m_states.erase(m_states.begin());
    m_at = m_states.size() - 1;
    m_path = path;
}

const RunConfig& ConfigHistory::undo()
{
    seal();
    return m_states[--m_at];
}

const RunConfig& ConfigHistory::redo()
{
    seal();
    return m_states[++m_at];
}

} // namespace aha
