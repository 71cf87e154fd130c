#include "core/rollout/generation.h"

#include "core/rollout/latent_decoder.h"
#include "core/rollout/packed_decoder.h"

#include <algorithm>

namespace aha {

template <class Cache>
Generation<Cache>::Generation(const ModelConfig& config, const std::vector<PromptRequest>& requests,
    const SamplingParams& params, const GenerateHooks& hooks, const std::vector<PrefilledPrompt<Cache>>& prompts,
    int64_t longest)
    : m_config(config)
    , m_requests(requests)
    , m_params(params)
    , m_hooks(hooks)
    , m_prompts(prompts)
    , m_longest(longest)
    , m_results(requests.size())
{
    if (!hooks.onToken)
        m_params.alternatives = 0;
    for (size_t i = 0; i < requests.size(); ++i) {
        m_results[i].resize(requests[i].streams.size());
        for (size_t j = 0; j < requests[i].streams.size(); ++j)
            m_work.emplace_back(i, j);
    }
}

template <class Cache> bool Generation<Cache>::refill(Slot<Cache>& slot, SamplerScratch& scratch, bool onCallingThread)
{
    if (m_params.maxNewTokens <= 0)
        return false;
    for (size_t item; (item = m_next.fetch_add(1)) < m_work.size();) {
        slot.prompt = m_work[item].first;
        slot.sample = m_work[item].second;
        slot.position = int64_t(m_requests[slot.prompt].promptIds.size());
        slot.rng = m_requests[slot.prompt].streams[slot.sample];
        slot.watch = m_hooks.stopWatch ? m_hooks.stopWatch() : StopWatch();
        slot.busy = true;
        record(slot, draw(slot, m_prompts[slot.prompt].logits.data(), scratch), onCallingThread);
        if (!slot.busy)
            continue;
        slot.cache.reserve(m_config, m_longest);
        slot.cache.copyFrom(m_config, m_prompts[slot.prompt].cache, slot.position);
        return true;
    }
    return false;
}

template <class Cache>
Draw Generation<Cache>::draw(Slot<Cache>& slot, const float* logits, SamplerScratch& scratch) const
{
    std::vector<int32_t>& seen = scratch.seen;
    if (m_params.repetitionPenalty != 1.0) {
        const std::vector<int32_t>& own = m_results[slot.prompt][slot.sample].ids;
        seen = m_requests[slot.prompt].promptIds;
        seen.insert(seen.end(), own.begin(), own.end());
    }
    return drawToken({ logits, size_t(m_config.vocabSize) }, m_params, seen, slot.rng, scratch);
}

template <class Cache> void Generation<Cache>::record(Slot<Cache>& slot, const Draw& drawn, bool onCallingThread)
{
    SampledCompletion& completion = m_results[slot.prompt][slot.sample];
    completion.ids.push_back(drawn.token);
    completion.logprob.push_back(drawn.logprob);
    completion.entropy.push_back(drawn.entropy);
    slot.token = drawn.token;
    if (m_hooks.onToken) {
        const std::lock_guard lock(m_reporting);
        m_hooks.onToken({ slot.prompt, slot.sample, drawn.token, drawn.logprob, drawn.entropy, drawn.alternatives });
    }
    if (slot.watch)
        completion.stopText = slot.watch(drawn.token);
    const bool ended = completion.stopText >= 0
        || (!m_params.ignoreEos
            && std::find(m_params.eosIds.begin(), m_params.eosIds.end(), drawn.token) != m_params.eosIds.end());
    if (!ended && int(completion.ids.size()) < m_params.maxNewTokens)
        return;
    completion.finish = ended ? FinishReason::Stop : FinishReason::Length;
    slot.busy = false;
    const size_t done = m_finished.fetch_add(1) + 1;
    if (onCallingThread && m_hooks.progress)
        m_hooks.progress(double(done) / double(m_work.size()));
}

template <class Cache> void Generation<Cache>::count(int64_t passes, int64_t tokens)
{
    m_passes += passes;
    m_tokens += tokens;
}

template <class Cache> std::vector<std::vector<SampledCompletion>> Generation<Cache>::takeResults()
{
    if (cancelled())
        for (auto& group : m_results)
            for (SampledCompletion& completion : group)
                if (completion.finish == FinishReason::Length && int(completion.ids.size()) < m_params.maxNewTokens)
                    completion = {};
    return std::move(m_results);
}

template class Generation<KvCache>;
template class Generation<LatentCache>;

} // namespace aha
