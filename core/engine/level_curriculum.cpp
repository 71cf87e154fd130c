#include "core/engine/level_curriculum.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

LevelCurriculum::LevelCurriculum(const TaskConfig& config, int levels)
    : m_promoteAt(config.promoteAt)
    , m_demoteAt(config.demoteAt)
    , m_window(size_t(std::max<int64_t>(config.promoteAfter, 1)))
    , m_levels(levels)
    , m_level(int(config.level))
{
}

void LevelCurriculum::record(int64_t right, int64_t judged)
{
    m_right += right;
    m_judged += judged;
}

void LevelCurriculum::endStep()
{
    if (m_judged == 0)
        return;
    m_shares.push_back(double(m_right) / double(m_judged));
    m_right = m_judged = 0;
    if (m_shares.size() > m_window)
        m_shares.pop_front();
    if (m_shares.size() < m_window)
        return;
    const double rate = successRate();
    const int next = rate >= m_promoteAt ? m_level + 1 : rate < m_demoteAt ? m_level - 1 : m_level;
    if (next == m_level || next < 1 || next > m_levels)
        return;
    m_level = next;
    m_shares.clear();
}

double LevelCurriculum::successRate() const
{
    return m_shares.empty() ? std::nan("")
                            : std::accumulate(m_shares.begin(), m_shares.end(), 0.0) / double(m_shares.size());
}

std::string LevelCurriculum::state() const
{
    return nlohmann::ordered_json { { "level", m_level }, { "shares", m_shares } }.dump();
}

Result<void> LevelCurriculum::restore(const std::string& text)
{
    const auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto refuse = [] {
        return Error { "checkpoint_invalid", "The checkpoint's curriculum state is not one of this task.",
            "Resume from another checkpoint." };
    };
    if (!json.is_object() || !json.contains("level") || !json["level"].is_number_integer() || !json.contains("shares")
        || !json["shares"].is_array())
        return refuse();
    const int64_t level = json["level"].get<int64_t>();
    std::deque<double> shares;
    for (const auto& share : json["shares"]) {
        if (!share.is_number() || !(share.get<double>() >= 0 && share.get<double>() <= 1))
            return refuse();
        shares.push_back(share.get<double>());
    }
    if (level < 1 || level > m_levels || shares.size() > m_window)
        return refuse();
    m_level = int(level);
    m_shares = std::move(shares);
    m_right = m_judged = 0;
    return {};
}

} // namespace aha
