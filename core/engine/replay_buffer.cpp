#include "core/engine/replay_buffer.h"

#include "core/base/rng.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

using Json = nlohmann::json;

constexpr double kNoSpread = 1e-12; // as advantages.cpp
constexpr uint64_t kStream = 1; // of Purpose::Prompt; the order of problems has another

Json toJson(const TrainingSample& s)
{
    return { { "ids", s.ids }, { "prompt", s.promptLength }, { "old", s.oldLogp }, { "ref", s.refLogp },
        { "advantage", s.advantage }, { "masked", s.masked }, { "correction", s.correction },
        { "sampling", s.samplingLogp }, { "tokens", s.tokenAdvantage } };
}

TrainingSample sampleOf(const Json& json)
{
    TrainingSample s;
    s.ids = json.at("ids").get<std::vector<int32_t>>();
    s.promptLength = json.at("prompt").get<int64_t>();
    s.oldLogp = json.at("old").get<std::vector<float>>();
    s.refLogp = json.at("ref").get<std::vector<float>>();
    s.advantage = json.at("advantage").get<double>();
    s.masked = json.at("masked").get<bool>();
    s.correction = json.at("correction").get<std::vector<float>>();
    s.samplingLogp = json.at("sampling").get<std::vector<float>>();
    s.tokenAdvantage = json.at("tokens").get<std::vector<float>>();
    s.stale = true;
    return s;
}

} // namespace

ReplayBuffer::ReplayBuffer(const RunConfig& config)
    : m_most(size_t(config.selection.replayGroups))
    , m_groupSize(size_t(config.rollout.numGenerations))
    , m_seed(uint64_t(config.general.seed))
{
}

void ReplayBuffer::add(Group group)
{
    if (m_groups.size() < m_most)
        return m_groups.push_back(std::move(group));
    const auto lowest = std::min_element(
        m_groups.begin(), m_groups.end(), [](const Group& a, const Group& b) { return a.score < b.score; });
    if (lowest == m_groups.end() || group.score <= lowest->score)
        return;
    m_groups.erase(lowest);
    m_groups.push_back(std::move(group));
}

ReplayBuffer::Exchange ReplayBuffer::exchange(
    int64_t step, const Advantages& rewards, std::vector<TrainingSample>& samples)
{
    std::vector<size_t> empty; // groups without variance
    for (size_t g = 0; g < rewards.groupStd.size(); ++g) {
        if (!(rewards.groupStd[g] > kNoSpread)) {
            empty.push_back(g);
            continue;
        }
        const auto begin = samples.begin() + long(g * m_groupSize);
        Group group { 0, step, { begin, begin + long(m_groupSize) } };
        for (TrainingSample& sample : group.samples) {
            group.score += std::abs(sample.advantage) * rewards.groupStd[g];
            sample.stale = true;
        }
        if (group.score > 0)
            add(std::move(group));
    }
    Exchange exchange;
    if (m_groups.empty()) {
        exchange.meanAge = std::nan("");
        return exchange;
    }
    Rng rng(m_seed, Purpose::Prompt, uint64_t(step), kStream << 32);
    const bool puttingBack = empty.size() > m_groups.size();
    std::vector<bool> taken(m_groups.size());
    double ages = 0;
    for (const size_t g : empty) {
        double sum = 0;
        for (size_t i = 0; i < m_groups.size(); ++i)
            sum += taken[i] ? 0 : m_groups[i].score;
        double at = rng.uniform() * sum;
        size_t chosen = 0;
        for (size_t i = 0; i < m_groups.size(); ++i)
            if (!taken[i]) {
                chosen = i; // the last of them where rounding leaves a rest
                if ((at -= m_groups[i].score) < 0)
                    break;
            }
        taken[chosen] = !puttingBack;
        std::copy(
            m_groups[chosen].samples.begin(), m_groups[chosen].samples.end(), samples.begin() + long(g * m_groupSize));
        ages += double(step - m_groups[chosen].step);
        ++exchange.replayed;
        exchange.groups.push_back(g);
    }
    exchange.meanAge = exchange.replayed > 0 ? ages / double(exchange.replayed) : std::nan("");
    return exchange;
}

std::string ReplayBuffer::state() const
{
    Json groups = Json::array();
    for (const Group& group : m_groups) {
        Json samples = Json::array();
        for (const TrainingSample& sample : group.samples)
            samples.push_back(toJson(sample));
        groups.push_back({ { "score", group.score }, { "step", group.step }, { "samples", samples } });
    }
    return Json { { "groups", groups } }.dump() + "\n";
}

Result<void> ReplayBuffer::restore(const std::string& json)
{
    const Error bad { "checkpoint_invalid", "The checkpoint's replay buffer cannot be read.",
        "Use an earlier checkpoint." };
    try {
        std::vector<Group> groups;
        const Json stored = Json::parse(json);
        for (const Json& one : stored.at("groups")) {
            Group group { one.at("score").get<double>(), one.at("step").get<int64_t>(), {} };
            for (const Json& sample : one.at("samples"))
                group.samples.push_back(sampleOf(sample));
            for (const TrainingSample& sample : group.samples) {
                const size_t tokens = size_t(std::max<int64_t>(sample.completionLength(), 0));
                const auto fits
                    = [&](const std::vector<float>& values) { return values.empty() || values.size() == tokens; };
                if (sample.promptLength < 0 || sample.completionLength() < 0 || sample.oldLogp.size() != tokens
                    || !fits(sample.refLogp) || !fits(sample.correction) || !fits(sample.samplingLogp)
                    || !fits(sample.tokenAdvantage))
                    return bad;
            }
            if (group.samples.size() != m_groupSize)
                return bad;
            groups.push_back(std::move(group));
        }
        if (groups.size() > m_most)
            return bad;
        m_groups = std::move(groups);
        return {};
    } catch (const Json::exception&) {
        return bad;
    }
}

} // namespace aha
