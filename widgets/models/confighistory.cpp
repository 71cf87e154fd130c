#include "widgets/models/confighistory.h"

#include <utility>

namespace aha {

void ConfigHistory::reset(const RunConfig& config, const ConfigOrigin& origin)
{
    m_states.assign(1, { config, std::make_shared<ConfigOrigin>(origin) });
    m_at = 0;
    m_path.clear();
}

void ConfigHistory::startFrom(const RunConfig& config, const ConfigOrigin& origin)
{
    seal();
    const State& now = m_states[m_at];
    if (differences(now.config, config).empty() && (m_at == 0 || now.origin->title == origin.title))
        return setOrigin(origin); // nothing that could be brought back
    push({ config, std::make_shared<ConfigOrigin>(origin) });
}

void ConfigHistory::push(State state)
{
    m_states.resize(m_at + 1);
    m_states.push_back(std::move(state));
    if (m_states.size() > kMost)
        m_states.erase(m_states.begin());
    m_at = m_states.size() - 1;
}

void ConfigHistory::record(const RunConfig& config, const QString& path)
{
    if (differences(m_states[m_at].config, config).empty())
        return;
    if (m_at > 0 && !path.isEmpty() && path == m_path) {
        m_states.resize(m_at + 1);
        m_states[m_at].config = config;
        return;
    }
    push({ config, m_states[m_at].origin });
    m_path = path;
}

void ConfigHistory::setOrigin(const ConfigOrigin& origin)
{
    const std::shared_ptr<const ConfigOrigin> was = m_states[m_at].origin;
    const auto made = std::make_shared<const ConfigOrigin>(origin);
    for (State& state : m_states)
        if (state.origin == was)
            state.origin = made;
}

const RunConfig& ConfigHistory::undo()
{
    seal();
    return m_states[--m_at].config;
}

const RunConfig& ConfigHistory::redo()
{
    seal();
    return m_states[++m_at].config;
}

} // namespace aha
