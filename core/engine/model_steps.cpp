#include "core/engine/model_steps.h"

#include "core/engine/evaluation.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace aha {

ModelSteps::ModelSteps(const Parts& parts, Settings settings, std::vector<std::vector<int32_t>> prompts)
    : m_parts(parts)
    , m_settings(std::move(settings))
    , m_prompts(std::move(prompts))
{
    restart();
}

std::vector<SolutionStep> ModelSteps::extend(
    const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd)
{
    return steps(trees, places, toEnd ? Draw::ToEnd : Draw::Step);
}

std::vector<SolutionStep> ModelSteps::likeliest(
    const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places)
{
    return steps(trees, places, Draw::Likeliest);
}

std::vector<SolutionStep> ModelSteps::steps(
    const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, Draw draw)
{
    const bool toEnd = draw == Draw::ToEnd, greedy = draw == Draw::Likeliest;
    std::vector<std::string> stops;
    if (!toEnd)
        stops.push_back(m_settings.separator);
    if (!m_settings.stop.empty())
        stops.push_back(m_settings.stop);
    const GenerateHooks hooks { .stopWatch = stopWatchFor(stops, m_parts.tokenizer) };

    std::vector<SolutionStep> steps(places.size());
    std::vector<int64_t> room;
    for (const SolutionPlace& place : places)
        room.push_back(m_settings.sampling.maxNewTokens - int64_t(trees[place.tree].ids(place.node).size()));
    std::vector<size_t> pending(places.size());
    std::iota(pending.begin(), pending.end(), size_t(0));
    while (!pending.empty()) {
        // Those with the most room first, and of them those with at least half as much: one call has one limit. Who
        // reaches it without being done goes on in the next.
        int64_t most = 0, least = INT64_MAX;
        for (const size_t i : pending)
            most = std::max(most, room[i]);
        std::vector<size_t> now, later;
        for (const size_t i : pending)
            (2 * room[i] >= most ? now : later).push_back(i);
        for (const size_t i : now)
            least = std::min(least, room[i]);
        SamplingParams params = m_settings.sampling;
        params.maxNewTokens = int(least);
        if (greedy)
            params.temperature = 0;
        std::vector<PromptRequest> requests;
        std::vector<std::vector<size_t>> owners; // of each request's completions
        std::map<std::pair<size_t, std::vector<int32_t>>, size_t> known; // equal prefixes are read once
        for (const size_t i : now) {
            const size_t tree = places[i].tree;
            std::vector<int32_t> ids = m_prompts[tree];
            const std::vector<int32_t> before = trees[tree].ids(places[i].node);
            ids.insert(ids.end(), before.begin(), before.end());
            ids.insert(ids.end(), steps[i].ids.begin(), steps[i].ids.end());
            const auto [at, fresh] = known.try_emplace({ tree, ids }, requests.size());
            if (fresh) {
                requests.push_back({ std::move(ids), {} });
                owners.emplace_back();
            }
            if (greedy && !fresh) { // what is drawn at temperature 0 is the same for all
                owners[at->second].push_back(i);
                continue;
            }
            requests[at->second].streams.emplace_back(
                m_settings.seed, Purpose::Evaluation, uint64_t(tree), greedy ? 0 : m_draws[tree]++);
            owners[at->second].push_back(i);
        }
        const auto completions = m_parts.backend.generate(requests, params, hooks);
        for (size_t r = 0; r < requests.size(); ++r)
            for (size_t j = 0; j < owners[r].size(); ++j) {
                const size_t i = owners[r][j];
                const SampledCompletion& drawn = completions[r][greedy ? 0 : j];
                steps[i].ids.insert(steps[i].ids.end(), drawn.ids.begin(), drawn.ids.end());
                steps[i].logprob = std::accumulate(drawn.logprob.begin(), drawn.logprob.end(), steps[i].logprob);
                room[i] -= int64_t(drawn.ids.size());
                const bool atSeparator = !toEnd && drawn.finish == FinishReason::Stop && drawn.stopText == 0;
                steps[i].cut = room[i] <= 0 && (drawn.finish == FinishReason::Length || atSeparator);
                steps[i].ends = steps[i].cut || (drawn.finish == FinishReason::Stop && !atSeparator);
                if (!steps[i].ends && !atSeparator)
                    later.push_back(i);
            }
        pending = std::move(later);
    }
    return steps;
}

SolutionPath ModelSteps::path(const std::vector<SolutionTree>& trees, SolutionPlace place) const
{
    const SolutionTree& tree = trees[place.tree];
    const SolutionStep& last = tree[place.node].step;
    return { place.tree, m_prompts[place.tree], tree.ids(place.node), last.ends, last.cut };
}

std::vector<double> ModelSteps::score(const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places)
{
    if (!m_parts.scorer)
        return std::vector<double>(places.size(), 0.0);
    std::vector<SolutionPath> paths;
    for (const SolutionPlace& place : places)
        paths.push_back(path(trees, place));
    return m_parts.scorer->score(paths);
}

} // namespace aha
