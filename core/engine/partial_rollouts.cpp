#include "core/engine/partial_rollouts.h"

#include "core/engine/evaluation.h"
#include "core/engine/problem_order.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>

namespace aha {

namespace {

using Json = nlohmann::json;

/// The stream of a completion after it drew `tokens` (drawToken: one number each).
Rng streamAfter(Rng stream, size_t tokens, bool greedy)
{
    for (size_t t = 0; !greedy && t < tokens; ++t)
        stream.uniform();
    return stream;
}

void append(SampledCompletion& to, const SampledCompletion& piece)
{
    to.ids.insert(to.ids.end(), piece.ids.begin(), piece.ids.end());
    to.logprob.insert(to.logprob.end(), piece.logprob.begin(), piece.logprob.end());
    to.entropy.insert(to.entropy.end(), piece.entropy.begin(), piece.entropy.end());
    to.finish = piece.finish;
}

} // namespace

bool PartialRollouts::Group::complete() const
{
    return std::all_of(done.begin(), done.end(), [](bool d) { return d; });
}

PartialRollouts::PartialRollouts(
    const StepSampler& sampler, RolloutBackend& rollout, const Tokenizer& tokenizer, ProblemOrder* order)
    : m_sampler(sampler)
    , m_rollout(rollout)
    , m_tokenizer(tokenizer)
    , m_order(order)
{
}

int64_t PartialRollouts::waiting() const
{
    return std::count_if(m_groups.begin(), m_groups.end(), [](const Group& group) { return group.complete(); });
}

int64_t PartialRollouts::unfinished() const { return int64_t(m_groups.size()) - waiting(); }

void PartialRollouts::open(int64_t step, int64_t pass, const RunConfig& config, std::set<uint64_t>& used)
{
    const int64_t count = config.rollout.promptsPerStep;
    const size_t size = size_t(config.rollout.numGenerations);
    const std::vector<uint64_t> problems
        = m_order ? m_order->draw(step, pass, count, used) : std::vector<uint64_t>(size_t(count));
    for (int64_t i = 0; i < count; ++i) {
        Group group;
        group.problem = m_order ? problems[size_t(i)] : m_next++;
        group.step = step;
        group.number = pass * count + i;
        group.asked = m_sampler.problem(group.problem, config);
        group.completions.resize(size);
        group.done.resize(size);
        group.earlier.resize(size);
        m_groups.push_back(std::move(group));
    }
}

int64_t PartialRollouts::grow(const RunConfig& config, const SamplingParams& params)
{
    const RolloutConfig& r = config.rollout;
    const int64_t most = params.maxNewTokens;
    struct Place {
        Group* group;
        size_t first;
    };
    struct Batch {
        std::vector<PromptRequest> requests;
        std::vector<Place> places; ///< a request: the completion that its first stream belongs to
    };
    std::map<int64_t, Batch> batches; // by how much a completion may grow
    for (Group& group : m_groups)
        for (size_t j = 0; j < group.completions.size(); ++j) {
            const SampledCompletion& sofar = group.completions[j];
            const int64_t left = std::min(r.partialTokens, most - int64_t(sofar.ids.size()));
            if (group.done[j] || left <= 0) { // the longest length may have been changed
                group.done[j] = true;
                continue;
            }
            const Rng stream(uint64_t(config.general.seed), Purpose::Sampling, uint64_t(group.step),
                uint64_t(group.number) << 20 | uint64_t(j));
            Batch& batch = batches[left];
            const bool beside = sofar.ids.empty() && !batch.places.empty() && batch.places.back().group == &group
                && batch.places.back().first + batch.requests.back().streams.size() == j
                && batch.requests.back().promptIds.size() == group.asked.promptIds.size();
            if (!beside) { // new completions of a group share one prompt
                PromptRequest request { group.asked.promptIds, {} };
                request.promptIds.insert(request.promptIds.end(), sofar.ids.begin(), sofar.ids.end());
                batch.requests.push_back(std::move(request));
                batch.places.push_back({ &group, j });
            }
            batch.requests.back().streams.push_back(streamAfter(stream, sofar.ids.size(), params.temperature == 0));
        }
    const GenerateHooks hooks { .stopWatch = stopWatchFor({ r.stop }, m_tokenizer) };
    int64_t drawn = 0;
    for (const auto& [left, batch] : batches) {
        SamplingParams piece = params;
        piece.maxNewTokens = int(left);
        const auto pieces = m_rollout.generate(batch.requests, piece, hooks);
        for (size_t k = 0; k < pieces.size(); ++k)
            for (size_t j = 0; j < pieces[k].size(); ++j) {
                Group& group = *batch.places[k].group;
                SampledCompletion& whole = group.completions[batch.places[k].first + j];
                drawn += int64_t(pieces[k][j].ids.size());
                append(whole, pieces[k][j]);
                cutAtStop(whole, hooks); // a stop text may begin in one piece and end in the next
                group.done[batch.places[k].first + j]
                    = whole.finish == FinishReason::Stop || int64_t(whole.ids.size()) >= most;
            }
    }
    return drawn;
}

SampledStep PartialRollouts::sample(
    int64_t step, const RunConfig& config, const SamplingParams& params, const std::function<void(double)>& progress)
{
    const int64_t wanted = config.rollout.promptsPerStep;
    const size_t groupSize = size_t(config.rollout.numGenerations);
    const auto begin = std::chrono::steady_clock::now();
    SampledStep sampled;
    for (Group& group : m_groups)
        for (size_t j = 0; j < groupSize; ++j)
            group.earlier[j] = int64_t(group.completions[j].ids.size());
    std::set<uint64_t> used;
    for (; waiting() < wanted; ++sampled.rounds) {
        open(step, sampled.rounds, config, used);
        sampled.generatedGroups += wanted;
        sampled.generatedTokens += grow(config, params);
        progress(std::min(1.0, double(waiting()) / double(wanted)));
    }
    sampled.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::vector<uint64_t> problems;
    std::deque<Group> rest;
    for (Group& group : m_groups) {
        if (int64_t(problems.size()) == wanted || !group.complete()) {
            rest.push_back(std::move(group));
            continue;
        }
        problems.push_back(group.problem);
        sampled.items.push_back(std::move(group.asked.item));
        sampled.promptIds.push_back(std::move(group.asked.promptIds));
        for (size_t j = 0; j < groupSize; ++j) {
            sampled.earlierTokens.push_back(std::min(group.earlier[j], int64_t(group.completions[j].ids.size())));
            sampled.completions.push_back(std::move(group.completions[j]));
        }
    }
    m_groups = std::move(rest);
    sampled.scored = m_sampler.score(sampled, groupSize, sampled.completions, config);
    m_sampler.record(problems, sampled.scored);
    return sampled;
}

std::string PartialRollouts::state() const
{
    Json groups = Json::array();
    for (const Group& group : m_groups) {
        Json completions = Json::array();
        for (size_t j = 0; j < group.completions.size(); ++j) {
            const SampledCompletion& c = group.completions[j];
            completions.push_back({ { "ids", c.ids }, { "logprob", c.logprob }, { "entropy", c.entropy },
                { "done", bool(group.done[j]) }, { "stopped", c.finish == FinishReason::Stop } });
        }
        groups.push_back({ { "problem", group.problem }, { "step", group.step }, { "number", group.number },
            { "completions", completions } });
    }
    return Json { { "next", m_next }, { "groups", groups } }.dump() + "\n";
}

Result<void> PartialRollouts::restore(const std::string& json, const RunConfig& config)
{
    const Error bad { "checkpoint_invalid", "The checkpoint's unfinished completions cannot be read.",
        "Use an earlier checkpoint." };
    try {
        const Json stored = Json::parse(json);
        std::deque<Group> groups;
        for (const Json& one : stored.at("groups")) {
            Group group;
            group.problem = one.at("problem").get<uint64_t>();
            group.step = one.at("step").get<int64_t>();
            group.number = one.at("number").get<int64_t>();
            for (const Json& text : one.at("completions")) {
                SampledCompletion c;
                c.ids = text.at("ids").get<std::vector<int32_t>>();
                c.logprob = text.at("logprob").get<std::vector<float>>();
                c.entropy = text.at("entropy").get<std::vector<float>>();
                c.finish = text.at("stopped").get<bool>() ? FinishReason::Stop : FinishReason::Length;
                if (c.logprob.size() != c.ids.size() || c.entropy.size() != c.ids.size())
                    return bad;
                group.completions.push_back(std::move(c));
                group.done.push_back(text.at("done").get<bool>());
            }
            if (group.completions.size() != size_t(config.rollout.numGenerations))
                return bad;
            group.earlier.resize(group.completions.size());
            group.asked = m_sampler.problem(group.problem, config);
            groups.push_back(std::move(group));
        }
        m_next = stored.at("next").get<uint64_t>();
        m_groups = std::move(groups);
        return {};
    } catch (const Json::exception&) {
        return bad;
    }
}

} // namespace aha
