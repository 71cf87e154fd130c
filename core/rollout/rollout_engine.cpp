#include "core/rollout/rollout_engine.h"

#include "core/rollout/packed_decoder.h"
#include "core/rollout/sampler.h"
#include "core/rollout/scoring.h"

#include <algorithm>
#include <chrono>
#include <mutex>

namespace aha {

namespace {

/// Rows per tile. More rows amortise reading the weights, fewer keep the caches in L2.
constexpr int kTileRows = 12;

struct PrefilledPrompt {
    KvCache cache;
    std::vector<float> logits; ///< after the last prompt token
};

struct Slot {
    KvCache cache;
    size_t prompt = 0, sample = 0;
    int64_t position = 0; ///< of the next token to feed
    int32_t token = 0;
    Rng rng { 0, Purpose::Sampling };
    bool busy = false;
};

struct WorkerState {
    std::vector<Slot> slots;
    TileScratch scratch;
    SamplerScratch sampler;
    std::vector<int32_t> seen;
    int64_t decodedTokens = 0, tiles = 0, rows = 0;
};

} // namespace

struct RolloutEngine::State {
    State(const ModelConfig& config, Workers& team)
        : decoder(config)
        , workers(team)
        , perWorker(size_t(team.size()))
    {
        for (WorkerState& worker : perWorker)
            worker.slots.resize(kTileRows);
    }
    PackedDecoder decoder;
    Workers& workers;
    std::vector<WorkerState> perWorker;
    std::vector<PrefilledPrompt> prompts;
    RolloutStats stats;
};

namespace {

void prefill(
    const PackedDecoder& decoder, const std::vector<int32_t>& ids, PrefilledPrompt& prompt, TileScratch& scratch)
{
    const int64_t length = int64_t(ids.size());
    prompt.cache.reserve(decoder.config, length);
    scratch.resize(decoder, kMaxTileRows, length);
    for (int64_t at = 0; at < length; at += kMaxTileRows) {
        TileRow rows[kMaxTileRows];
        const int count = int(std::min<int64_t>(kMaxTileRows, length - at));
        for (int r = 0; r < count; ++r)
            rows[r] = { &prompt.cache, at + r, ids[size_t(at + r)] };
        const bool last = at + count == length;
        forwardTile(decoder, rows, count, last ? count - 1 : count, scratch);
        if (last) {
            const float* row = scratch.logits.data() + (count - 1) * decoder.head.paddedOutputs();
            prompt.logits.assign(row, row + decoder.config.vocabSize);
        }
    }
}

} // namespace

RolloutEngine::RolloutEngine(const ModelConfig& config, Workers& workers)
    : m_state(std::make_unique<State>(config, workers))
{
}
RolloutEngine::~RolloutEngine() = default;

void RolloutEngine::setWeights(const DecoderWeights& weights) { m_state->decoder.setWeights(weights); }
std::vector<ScoredSequence> RolloutEngine::score(
    const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature)
{
    return scoreSequences(weights, sequences, temperature, m_state->workers);
}
RolloutStats RolloutEngine::lastStats() const { return m_state->stats; }
std::string RolloutEngine::instructionSet() { return decoderInstructionSet(); }

std::vector<std::vector<SampledCompletion>> RolloutEngine::generate(
    const std::vector<PromptRequest>& requests, const SamplingParams& params, const GenerateHooks& hooks)
{
    const auto begin = std::chrono::steady_clock::now();
    State& state = *m_state;
    PackedDecoder& decoder = state.decoder;
    const ModelConfig& config = decoder.config;
    checkRequests(config, requests, params);
    size_t longestPrompt = 0, total = 0;
    std::vector<std::vector<SampledCompletion>> results(requests.size());
    std::vector<std::pair<size_t, size_t>> work; // prompt, sample
    state.stats = {};
    for (size_t i = 0; i < requests.size(); ++i) {
        longestPrompt = std::max(longestPrompt, requests[i].promptIds.size());
        results[i].resize(requests[i].streams.size());
        total += requests[i].streams.size();
        state.stats.prefillTokens += int64_t(requests[i].promptIds.size());
        for (size_t j = 0; j < requests[i].streams.size(); ++j)
            work.emplace_back(i, j);
    }
    const int64_t longest = int64_t(longestPrompt) + params.maxNewTokens;
    decoder.ensurePositions(longest);
    if (state.prompts.size() < requests.size())
        state.prompts.resize(requests.size());

    std::atomic<size_t> nextPrompt { 0 };
    state.workers.run([&](int w) {
        for (size_t i; (i = nextPrompt.fetch_add(1)) < requests.size();)
            prefill(decoder, requests[i].promptIds, state.prompts[i], state.perWorker[size_t(w)].scratch);
    });

    const std::atomic<bool>* cancel = hooks.cancel;
    SamplingParams drawing = params;
    if (!hooks.onToken)
        drawing.alternatives = 0;
    std::mutex reporting;
    std::atomic<size_t> next { 0 }, finished { 0 };
    const auto isEnd = [&](int32_t token) {
        return !params.ignoreEos && std::find(params.eosIds.begin(), params.eosIds.end(), token) != params.eosIds.end();
    };
    state.workers.run([&](int w) {
        WorkerState& worker = state.perWorker[size_t(w)];
        worker.scratch.resize(decoder, kMaxTileRows, longest);
        worker.decodedTokens = worker.tiles = worker.rows = 0;
        /// Draws the next token of a slot; true while the sequence goes on.
        const auto draw = [&](Slot& slot, const float* logits) {
            SampledCompletion& completion = results[slot.prompt][slot.sample];
            if (params.repetitionPenalty != 1.0) {
                worker.seen = requests[slot.prompt].promptIds;
                worker.seen.insert(worker.seen.end(), completion.ids.begin(), completion.ids.end());
            }
            const Draw drawn
                = drawToken({ logits, size_t(config.vocabSize) }, drawing, worker.seen, slot.rng, worker.sampler);
            completion.ids.push_back(drawn.token);
            completion.logprob.push_back(drawn.logprob);
            completion.entropy.push_back(drawn.entropy);
            slot.token = drawn.token;
            if (hooks.onToken) {
                const std::lock_guard lock(reporting);
                hooks.onToken({ slot.prompt, slot.sample, drawn.token, drawn.logprob, drawn.entropy,
                    worker.sampler.alternatives });
            }
            const bool ended = isEnd(drawn.token);
            if (ended || int(completion.ids.size()) >= params.maxNewTokens) {
                completion.finish = ended ? FinishReason::Stop : FinishReason::Length;
                slot.busy = false;
                const size_t done = finished.fetch_add(1) + 1;
                if (w == 0 && hooks.progress)
                    hooks.progress(double(done) / double(total));
            }
            return slot.busy;
        };
        /// Gives a free slot its next sequence; false when there is no more work.
        const auto refill = [&](Slot& slot) {
            for (size_t item; (item = next.fetch_add(1)) < work.size();) {
                slot.prompt = work[item].first;
                slot.sample = work[item].second;
                slot.position = int64_t(requests[slot.prompt].promptIds.size());
                slot.rng = requests[slot.prompt].streams[slot.sample];
                slot.busy = true;
                if (params.maxNewTokens > 0 && !draw(slot, state.prompts[slot.prompt].logits.data()))
                    continue;
                slot.cache.reserve(config, longest);
                slot.cache.copyFrom(config, state.prompts[slot.prompt].cache, slot.position);
                return true;
            }
            return false;
        };
        for (Slot& slot : worker.slots)
            slot.busy = false;
        for (;;) {
            if (cancel && cancel->load(std::memory_order_relaxed))
                return;
            TileRow rows[kMaxTileRows];
            Slot* owners[kMaxTileRows];
            int count = 0;
            for (Slot& slot : worker.slots)
                if (slot.busy || refill(slot)) {
                    rows[count] = { &slot.cache, slot.position, slot.token };
                    owners[count++] = &slot;
                }
            if (count == 0)
                return;
            forwardTile(decoder, rows, count, 0, worker.scratch);
            worker.decodedTokens += count;
            worker.rows += count;
            ++worker.tiles;
            for (int r = 0; r < count; ++r) {
                ++owners[r]->position;
                draw(*owners[r], worker.scratch.logits.data() + r * decoder.head.paddedOutputs());
            }
        }
    });
    int64_t tiles = 0, rows = 0;
    for (const WorkerState& worker : state.perWorker) {
        state.stats.decodedTokens += worker.decodedTokens;
        tiles += worker.tiles;
        rows += worker.rows;
    }
    if (cancel && cancel->load())
        for (auto& group : results)
            for (SampledCompletion& completion : group)
                if (completion.finish == FinishReason::Length && int(completion.ids.size()) < params.maxNewTokens)
                    completion = {};
    state.stats.meanActiveRows = tiles ? double(rows) / double(tiles) : 0;
    state.stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return results;
}

} // namespace aha
