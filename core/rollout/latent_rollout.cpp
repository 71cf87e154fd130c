#include "core/rollout/latent_rollout.h"

#include "core/rollout/generation.h"
#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace aha {

namespace {

using LatentSlot = Slot<LatentCache>;

struct WorkerState {
    std::vector<LatentSlot> slots = std::vector<LatentSlot>(kLatentRows);
    LatentScratch scratch;
    SamplerScratch sampler;
};

/// Calls each(row of the pass, its position) after every pass of the sequence; `logits`: for all rows, or the last.
/// `cancel` may be null. Returns how many tokens it read.
template <class Each>
int64_t forSequence(const LatentDecoder& decoder, const std::vector<int32_t>& ids, LatentCache& cache,
    LatentScratch& scratch, bool allLogits, const std::atomic<bool>* cancel, const Each& each)
{
    const int64_t length = int64_t(ids.size());
    for (int64_t at = 0; at < length; at += kLatentRows) {
        if (cancel && cancel->load(std::memory_order_relaxed))
            return at;
        LatentRow rows[kLatentRows];
        const int count = int(std::min<int64_t>(kLatentRows, length - at));
        for (int r = 0; r < count; ++r)
            rows[r] = { &cache, at + r, ids[size_t(at + r)] };
        const int first = allLogits ? 0 : at + count == length ? count - 1 : count;
        latentForward(decoder, rows, count, first, scratch);
        for (int r = first; r < count; ++r)
            each(scratch.logits.data() + r * decoder.head.padded(), at + r);
    }
    return length;
}

} // namespace

struct LatentRollout::State {
    State(const ModelConfig& config, Workers& team, LatentMode mode)
        : decoder(config, mode)
        , workers(team)
        , perWorker(size_t(team.size()))
    {
    }
    LatentDecoder decoder;
    Workers& workers;
    std::vector<WorkerState> perWorker;
    std::vector<PrefilledPrompt<LatentCache>> prompts;
    RolloutStats stats;
};

LatentRollout::LatentRollout(const ModelConfig& config, Workers& workers, LatentMode mode)
    : m_state(std::make_unique<State>(config, workers, mode))
{
}
LatentRollout::~LatentRollout() = default;

void LatentRollout::setWeights(const DecoderWeights& weights) { m_state->decoder.setWeights(weights); }
RolloutStats LatentRollout::lastStats() const { return m_state->stats; }
std::string LatentRollout::description() const { return decoderInstructionSet(); }

std::vector<ScoredSequence> LatentRollout::score(
    const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature)
{
    return scoreLatentSequences(
        weights, sequences, temperature, m_state->workers, /*keepLogits=*/false, m_state->decoder.mode);
}

std::vector<std::vector<SampledCompletion>> LatentRollout::generate(
    const std::vector<PromptRequest>& requests, const SamplingParams& params, const GenerateHooks& hooks)
{
    const auto begin = std::chrono::steady_clock::now();
    State& state = *m_state;
    LatentDecoder& decoder = state.decoder;
    const ModelConfig& config = decoder.config;
    checkRequests(config, requests, params);
    state.stats = {};
    size_t longestPrompt = 1;
    for (const PromptRequest& request : requests)
        longestPrompt = std::max(longestPrompt, request.promptIds.size());
    const int64_t longest = int64_t(longestPrompt) + params.maxNewTokens;
    decoder.ensurePositions(longest);
    state.prompts.resize(std::max(state.prompts.size(), requests.size()));

    std::atomic<size_t> nextPrompt { 0 };
    std::atomic<int64_t> prefilled { 0 };
    state.workers.run([&](int w) {
        LatentScratch& scratch = state.perWorker[size_t(w)].scratch;
        scratch.resize(decoder, longest);
        for (size_t i; (i = nextPrompt.fetch_add(1)) < requests.size();) {
            PrefilledPrompt<LatentCache>& prompt = state.prompts[i];
            prompt.cache.reserve(config, int64_t(requests[i].promptIds.size()));
            prefilled += forSequence(decoder, requests[i].promptIds, prompt.cache, scratch, false, hooks.cancel,
                [&](const float* logits, int64_t) { prompt.logits.assign(logits, logits + config.vocabSize); });
        }
    });
    Generation<LatentCache> work(config, requests, params, hooks, state.prompts, longest);
    state.workers.run([&](int w) {
        WorkerState& worker = state.perWorker[size_t(w)];
        for (LatentSlot& slot : worker.slots)
            slot.busy = false;
        int64_t passes = 0, tokens = 0;
        while (!work.cancelled()) {
            LatentRow rows[kLatentRows];
            LatentSlot* owners[kLatentRows];
            int count = 0;
            for (LatentSlot& slot : worker.slots)
                if (slot.busy || work.refill(slot, worker.sampler, w == 0)) {
                    rows[count] = { &slot.cache, slot.position, slot.token };
                    owners[count++] = &slot;
                }
            if (count == 0)
                break;
            latentForward(decoder, rows, count, 0, worker.scratch);
            ++passes;
            tokens += count;
            for (int r = 0; r < count; ++r) {
                ++owners[r]->position;
                const float* logits = worker.scratch.logits.data() + r * decoder.head.padded();
                work.record(*owners[r], work.draw(*owners[r], logits, worker.sampler), w == 0);
            }
        }
        work.count(passes, tokens);
    });
    auto results = work.takeResults();
    state.stats.prefillTokens = prefilled;
    state.stats.decodedTokens = work.decodedTokens();
    state.stats.meanActiveRows = work.passes() ? double(work.decodedTokens()) / double(work.passes()) : 0;
    state.stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return results;
}

std::vector<ScoredSequence> scoreLatentSequences(const DecoderWeights& weights,
    const std::vector<std::vector<int32_t>>& sequences, double temperature, Workers& workers, bool keepLogits,
    LatentMode mode)
{
    const ModelConfig& config = weights.config;
    LatentDecoder decoder(config, mode);
    decoder.setWeights(weights);
    checkSequences(config, sequences);
    int64_t longest = 1;
    for (const std::vector<int32_t>& ids : sequences)
        longest = std::max(longest, int64_t(ids.size()));
    decoder.ensurePositions(longest);
    std::vector<ScoredSequence> results(sequences.size());
    std::atomic<size_t> next { 0 };
    workers.run([&](int) {
        LatentCache cache;
        cache.reserve(config, longest);
        LatentScratch scratch;
        scratch.resize(decoder, longest);
        std::vector<float> exponentials(size_t(config.vocabSize + 15) / 16 * 16);
        const float inverse = float(1.0 / temperature);
        for (size_t i; (i = next.fetch_add(1)) < sequences.size();) {
            const std::vector<int32_t>& ids = sequences[i];
            ScoredSequence& result = results[i];
            forSequence(decoder, ids, cache, scratch, true, nullptr, [&](const float* logits, int64_t position) {
                if (keepLogits)
                    result.logits.insert(result.logits.end(), logits, logits + config.vocabSize);
                if (size_t(position) + 1 == ids.size())
                    return;
                const SoftmaxRow row = softmaxRow(logits, config.vocabSize, inverse, exponentials.data());
                result.logprob.push_back(logits[ids[size_t(position) + 1]] * inverse - row.largest - std::log(row.sum));
                result.entropy.push_back(std::log(row.sum) - row.weighted / row.sum);
            });
        }
    });
    return results;
}

} // namespace aha
