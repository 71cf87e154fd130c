#include "core/rollout/latent_rollout.h"

#include "core/rollout/packed_decoder.h"
#include "core/rollout/sampler.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace aha {

namespace {

struct Prompt {
    LatentCache cache;
    std::vector<float> logits; ///< after the last token
};

struct Slot {
    LatentCache cache;
    size_t prompt = 0, sample = 0;
    int64_t position = 0; ///< of the next token to feed
    int32_t token = 0;
    Rng rng { 0, Purpose::Sampling };
    bool busy = false;
};

struct WorkerState {
    std::vector<Slot> slots = std::vector<Slot>(kLatentRows);
    LatentScratch scratch;
    SamplerScratch sampler;
    std::vector<int32_t> seen;
    int64_t rows = 0, passes = 0;
};

/// Calls each(row of the pass, its position) after every pass of the sequence; `logits`: for all rows, or the last.
template <class Each>
void forSequence(const LatentDecoder& decoder, const std::vector<int32_t>& ids, LatentCache& cache,
    LatentScratch& scratch, bool allLogits, const Each& each)
{
    const int64_t length = int64_t(ids.size());
    for (int64_t at = 0; at < length; at += kLatentRows) {
        LatentRow rows[kLatentRows];
        const int count = int(std::min<int64_t>(kLatentRows, length - at));
        for (int r = 0; r < count; ++r)
            rows[r] = { &cache, at + r, ids[size_t(at + r)] };
        const int first = allLogits ? 0 : at + count == length ? count - 1 : count;
        latentForward(decoder, rows, count, first, scratch);
        for (int r = first; r < count; ++r)
            each(scratch.logits.data() + r * decoder.head.padded(), at + r);
    }
}

/// One call of generate(): what is asked, what is next, what came of it.
struct Generation {
    const std::vector<PromptRequest>& requests;
    const SamplingParams& params;
    int64_t vocab;
    std::vector<std::vector<SampledCompletion>> results;
    std::vector<std::pair<size_t, size_t>> work; ///< prompt, sample
    std::atomic<size_t> next { 0 }, finished { 0 };

    /// Draws the next token of a slot; the slot is free when its sequence has ended.
    void draw(Slot& slot, const float* logits, WorkerState& worker)
    {
        SampledCompletion& completion = results[slot.prompt][slot.sample];
        if (params.repetitionPenalty != 1.0) {
            worker.seen = requests[slot.prompt].promptIds;
            worker.seen.insert(worker.seen.end(), completion.ids.begin(), completion.ids.end());
        }
        const Draw drawn = drawToken({ logits, size_t(vocab) }, params, worker.seen, slot.rng, worker.sampler);
        completion.ids.push_back(drawn.token);
        completion.logprob.push_back(drawn.logprob);
        completion.entropy.push_back(drawn.entropy);
        slot.token = drawn.token;
        const bool ended = !params.ignoreEos
            && std::find(params.eosIds.begin(), params.eosIds.end(), drawn.token) != params.eosIds.end();
        if (ended || int(completion.ids.size()) >= params.maxNewTokens) {
            completion.finish = ended ? FinishReason::Stop : FinishReason::Length;
            slot.busy = false;
            finished.fetch_add(1);
        }
    }

    /// Gives a free slot its next sequence and that its first token; false when there is no more work.
    bool refill(
        Slot& slot, const std::vector<Prompt>& prompts, const ModelConfig& config, int64_t longest, WorkerState& worker)
    {
        for (size_t item; (item = next.fetch_add(1)) < work.size();) {
            std::tie(slot.prompt, slot.sample) = work[item];
            slot.position = int64_t(requests[slot.prompt].promptIds.size());
            slot.rng = requests[slot.prompt].streams[slot.sample];
            slot.busy = params.maxNewTokens > 0;
            if (slot.busy)
                draw(slot, prompts[slot.prompt].logits.data(), worker);
            if (!slot.busy)
                continue;
            slot.cache.reserve(config, longest);
            slot.cache.copyFrom(config, prompts[slot.prompt].cache, slot.position);
            return true;
        }
        return false;
    }
};

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
    std::vector<Prompt> prompts;
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

std::vector<std::vector<SampledCompletion>> LatentRollout::generate(const std::vector<PromptRequest>& requests,
    const SamplingParams& params, const std::function<void(double)>& progress, const std::atomic<bool>* cancel)
{
    const auto begin = std::chrono::steady_clock::now();
    State& state = *m_state;
    LatentDecoder& decoder = state.decoder;
    const ModelConfig& config = decoder.config;
    checkRequests(config, requests, params);
    state.stats = {};
    Generation generation { requests, params, config.vocabSize, {}, {} };
    generation.results.resize(requests.size());
    size_t longestPrompt = 1;
    for (size_t i = 0; i < requests.size(); ++i) {
        longestPrompt = std::max(longestPrompt, requests[i].promptIds.size());
        state.stats.prefillTokens += int64_t(requests[i].promptIds.size());
        generation.results[i].resize(requests[i].streams.size());
        for (size_t j = 0; j < requests[i].streams.size(); ++j)
            generation.work.emplace_back(i, j);
    }
    const int64_t longest = int64_t(longestPrompt) + params.maxNewTokens;
    decoder.ensurePositions(longest);
    state.prompts.resize(std::max(state.prompts.size(), requests.size()));

    std::atomic<size_t> nextPrompt { 0 };
    state.workers.run([&](int w) {
        LatentScratch& scratch = state.perWorker[size_t(w)].scratch;
        scratch.resize(decoder, longest);
        for (size_t i; (i = nextPrompt.fetch_add(1)) < requests.size();) {
            Prompt& prompt = state.prompts[i];
            prompt.cache.reserve(config, int64_t(requests[i].promptIds.size()));
            forSequence(decoder, requests[i].promptIds, prompt.cache, scratch, false,
                [&](const float* logits, int64_t) { prompt.logits.assign(logits, logits + config.vocabSize); });
        }
    });
    state.workers.run([&](int w) {
        WorkerState& worker = state.perWorker[size_t(w)];
        worker.rows = worker.passes = 0;
        for (Slot& slot : worker.slots)
            slot.busy = false;
        while (!cancel || !cancel->load(std::memory_order_relaxed)) {
            LatentRow rows[kLatentRows];
            Slot* owners[kLatentRows];
            int count = 0;
            for (Slot& slot : worker.slots)
                if (slot.busy || generation.refill(slot, state.prompts, config, longest, worker)) {
                    rows[count] = { &slot.cache, slot.position, slot.token };
                    owners[count++] = &slot;
                }
            if (count == 0)
                return;
            latentForward(decoder, rows, count, 0, worker.scratch);
            worker.rows += count;
            ++worker.passes;
            for (int r = 0; r < count; ++r) {
                ++owners[r]->position;
                generation.draw(*owners[r], worker.scratch.logits.data() + r * decoder.head.padded(), worker);
            }
            if (w == 0 && progress)
                progress(double(generation.finished.load()) / double(generation.work.size()));
        }
    });
    int64_t passes = 0;
    for (const WorkerState& worker : state.perWorker) {
        state.stats.decodedTokens += worker.rows;
        passes += worker.passes;
    }
    if (cancel && cancel->load())
        for (auto& group : generation.results)
            for (SampledCompletion& completion : group)
                if (completion.finish == FinishReason::Length && int(completion.ids.size()) < params.maxNewTokens)
                    completion = {};
    state.stats.meanActiveRows = passes ? double(state.stats.decodedTokens) / double(passes) : 0;
    state.stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(generation.results);
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
            forSequence(decoder, ids, cache, scratch, true, [&](const float* logits, int64_t position) {
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
