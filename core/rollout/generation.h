#pragma once
// The bookkeeping of one generate(): which completion is next, what was drawn, who is told. How the passes are made is
// the engine's business.

#include "core/config/model_config.h"
#include "core/rollout/sampler.h"

#include <atomic>
#include <mutex>

namespace aha {

// `Cache` is what a decoder keeps of a sequence (KvCache, LatentCache): reserve(), copyFrom().

template <class Cache> struct PrefilledPrompt {
    Cache cache;
    std::vector<float> logits; ///< after the last prompt token
};

/// Room for one sequence in progress.
template <class Cache> struct Slot {
    Cache cache;
    size_t prompt = 0, sample = 0;
    int64_t position = 0; ///< of the next token to feed
    int32_t token = 0;
    Rng rng { 0, Purpose::Sampling };
    StopWatch watch; ///< may be empty
    bool busy = false;
};

/// Threads may call it at once, each with its own slots and sampler scratch.
template <class Cache> class Generation {
public:
    /// All are borrowed. `longest`: positions that a slot's cache must hold.
    Generation(const ModelConfig& config, const std::vector<PromptRequest>& requests, const SamplingParams& params,
        const GenerateHooks& hooks, const std::vector<PrefilledPrompt<Cache>>& prompts, int64_t longest);

    const std::vector<PromptRequest>& requests() const { return m_requests; }
    size_t total() const { return m_work.size(); }
    bool cancelled() const { return m_hooks.cancel && m_hooks.cancel->load(std::memory_order_relaxed); }

    /// Gives a free slot its next sequence and that its first token; false when there is no more work.
    bool refill(Slot<Cache>& slot, SamplerScratch& scratch, bool onCallingThread);
    /// The slot's next token.
    Draw draw(Slot<Cache>& slot, const float* logits, SamplerScratch& scratch) const;
    /// Books it and tells the hooks; the slot becomes free when its sequence has ended.
    void record(Slot<Cache>& slot, const Draw& drawn, bool onCallingThread);
    /// Adds to the statistics.
    void count(int64_t passes, int64_t tokens);

    int64_t passes() const { return m_passes; }
    int64_t decodedTokens() const { return m_tokens; }
    /// Completions that were cancelled are empty.
    std::vector<std::vector<SampledCompletion>> takeResults();

private:
    const ModelConfig& m_config;
    const std::vector<PromptRequest>& m_requests;
    SamplingParams m_params;
    const GenerateHooks& m_hooks;
    const std::vector<PrefilledPrompt<Cache>>& m_prompts;
    const int64_t m_longest;
    std::vector<std::pair<size_t, size_t>> m_work; ///< prompt, sample
    std::vector<std::vector<SampledCompletion>> m_results;
    std::atomic<size_t> m_next { 0 }, m_finished { 0 };
    std::atomic<int64_t> m_passes { 0 }, m_tokens { 0 };
    std::mutex m_reporting;
};

} // namespace aha
