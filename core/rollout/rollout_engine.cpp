#include "core/rollout/rollout_engine.h"

#include "core/rollout/generation.h"
#include "core/rollout/packed_decoder.h"
#include "core/rollout/scoring.h"

#include <algorithm>
#include <chrono>

namespace aha {

namespace {

/// Sequences of a thread that works alone: more amortise reading the weights, fewer keep the caches in L2.
constexpr int kTileRows = 12;

struct ThreadState {
    std::vector<Slot<KvCache>> slots;
    PassScratch pass;
    ThreadScratch own;
    SamplerScratch sampler;
};

} // namespace

struct RolloutEngine::State {
    State(const ModelConfig& config, Workers& team, WeightFormat format)
        : decoder(config, format)
        , workers(team)
        , threads(size_t(team.size()))
    {
    }
    PackedDecoder decoder;
    Workers& workers;
    std::vector<ThreadState> threads;
    std::vector<PrefilledPrompt<KvCache>> prompts;
    RolloutStats stats;
    std::atomic<int64_t> prefilled { 0 }; ///< tokens of this generate()

    void alone(Generation<KvCache>& work, int64_t longest);
    void shared(Generation<KvCache>& work, int64_t longest);
    void prefillShared(const Generation<KvCache>& work, PassScratch& pass, ThreadScratch& own, const TeamPlace& place,
        std::vector<TileRow>& rows, std::vector<size_t>& finishing);
};

namespace {

/// Returns how many tokens it read: all, unless the work is cancelled.
int64_t prefillAlone(const PackedDecoder& decoder, const Generation<KvCache>& work, size_t request,
    PrefilledPrompt<KvCache>& prompt, ThreadState& thread)
{
    const std::vector<int32_t>& ids = work.requests()[request].promptIds;
    const int64_t length = int64_t(ids.size());
    prompt.cache.reserve(decoder.config, length);
    thread.pass.resize(decoder, kMaxTileRows);
    thread.own.resize(decoder, kMaxTileRows, length);
    for (int64_t at = 0; at < length; at += kMaxTileRows) {
        if (work.cancelled()) // nothing will be drawn from it
            return at;
        TileRow rows[kMaxTileRows];
        const int count = int(std::min<int64_t>(kMaxTileRows, length - at));
        for (int r = 0; r < count; ++r)
            rows[r] = { &prompt.cache, at + r, ids[size_t(at + r)], at + r + 1 == length };
        forwardRows(decoder, rows, count, thread.pass, thread.own);
    }
    prompt.logits.assign(thread.pass.logits.data(), thread.pass.logits.data() + decoder.config.vocabSize);
    return length;
}

} // namespace

RolloutEngine::RolloutEngine(const ModelConfig& config, Workers& workers, WeightFormat format)
    : m_state(std::make_unique<State>(config, workers, format))
{
}
RolloutEngine::~RolloutEngine() = default;

void RolloutEngine::setWeights(const DecoderWeights& weights)
{
    m_state->decoder.setWeights(weights, m_state->workers);
}
std::vector<ScoredSequence> RolloutEngine::score(
    const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature)
{
    return scoreSequences(weights, sequences, temperature, m_state->workers);
}
RolloutStats RolloutEngine::lastStats() const { return m_state->stats; }
std::string RolloutEngine::instructionSet() { return decoderInstructionSet(); }

/// Every thread makes its own passes with its own sequences.
void RolloutEngine::State::alone(Generation<KvCache>& work, int64_t longest)
{
    std::atomic<size_t> nextPrompt { 0 };
    workers.run([&](int w) {
        for (size_t i; (i = nextPrompt.fetch_add(1)) < work.requests().size();)
            prefilled += prefillAlone(decoder, work, i, prompts[i], threads[size_t(w)]);
    });
    const size_t slots = std::min<size_t>(kTileRows, (work.total() + threads.size() - 1) / threads.size());
    std::atomic<bool> failed { false };
    workers.run([&](int w) {
        ThreadState& thread = threads[size_t(w)];
        try {
            thread.pass.resize(decoder, kMaxTileRows);
            thread.own.resize(decoder, kMaxTileRows, longest);
            thread.slots.resize(std::max(thread.slots.size(), slots));
            for (size_t s = 0; s < slots; ++s)
                thread.slots[s].busy = false;
            int64_t passes = 0, tokens = 0;
            while (!work.cancelled() && !failed.load(std::memory_order_relaxed)) {
                TileRow rows[kMaxTileRows];
                Slot<KvCache>* owners[kMaxTileRows];
                int count = 0;
                for (size_t s = 0; s < slots; ++s) {
                    Slot<KvCache>& slot = thread.slots[s];
                    if (slot.busy || work.refill(slot, thread.sampler, w == 0)) {
                        rows[count] = { &slot.cache, slot.position, slot.token };
                        owners[count++] = &slot;
                    }
                }
                if (count == 0)
                    break;
                forwardRows(decoder, rows, count, thread.pass, thread.own);
                ++passes;
                tokens += count;
                for (int r = 0; r < count; ++r) {
                    ++owners[r]->position;
                    const float* logits = thread.pass.logits.data() + r * decoder.head.paddedOutputs();
                    work.record(*owners[r], work.draw(*owners[r], logits, thread.sampler), w == 0);
                }
            }
            work.count(passes, tokens);
        } catch (...) {
            failed = true;
            throw;
        }
    });
}

/// Prompts' rows one after another, kTeamRows at a time. All threads of the team call it.
void RolloutEngine::State::prefillShared(const Generation<KvCache>& work, PassScratch& pass, ThreadScratch& own,
    const TeamPlace& place, std::vector<TileRow>& rows, std::vector<size_t>& finishing)
{
    const std::vector<PromptRequest>& requests = work.requests();
    size_t prompt = 0, at = 0;
    for (;;) {
        place.wait(); // the logits of the pass before are copied, the rows are free
        if (place.index == 0) {
            rows.clear();
            finishing.clear();
            while (prompt < requests.size() && rows.size() < size_t(kTeamRows) && !work.cancelled()) {
                const std::vector<int32_t>& ids = requests[prompt].promptIds;
                if (at == 0)
                    prompts[prompt].cache.reserve(decoder.config, int64_t(ids.size()));
                const bool last = at + 1 == ids.size();
                rows.push_back({ &prompts[prompt].cache, int64_t(at), ids[at], last });
                if (last)
                    finishing.push_back(prompt++);
                at = last ? 0 : at + 1;
            }
            prefilled += int64_t(rows.size());
        }
        place.wait();
        if (rows.empty()) {
            place.wait(); // the rows are the next stage's only when everyone has seen that there are none
            return;
        }
        forwardRows(decoder, rows.data(), int(rows.size()), pass, own, place);
        for (auto [i, end] = place.part(int64_t(finishing.size())); i < end; ++i) {
            const float* logits = pass.logits.data() + i * decoder.head.paddedOutputs();
            prompts[finishing[size_t(i)]].logits.assign(logits, logits + decoder.config.vocabSize);
        }
    }
}

/// All threads share every pass: worker 0 chooses the rows and books what was drawn.
void RolloutEngine::State::shared(Generation<KvCache>& work, int64_t longest)
{
    ThreadState& leader = threads[0];
    const size_t slots = std::min<size_t>(kTeamRows, work.total());
    leader.slots.resize(std::max(leader.slots.size(), slots));
    for (Slot<KvCache>& slot : leader.slots)
        slot.busy = false;
    leader.pass.resize(decoder, kTeamRows);
    std::vector<TileRow> rows;
    std::vector<size_t> finishing;
    std::vector<Slot<KvCache>*> owners;
    std::vector<Draw> draws;
    const auto chooseRows = [&] {
        rows.clear();
        owners.clear();
        for (size_t s = 0; s < slots && !work.cancelled(); ++s) {
            Slot<KvCache>& slot = leader.slots[s];
            if (slot.busy || work.refill(slot, leader.sampler, true)) {
                rows.push_back({ &slot.cache, slot.position, slot.token });
                owners.push_back(&slot);
            }
        }
        draws.resize(rows.size());
    };
    const auto makePass = [&](ThreadState& thread, const TeamPlace& place) {
        forwardRows(decoder, rows.data(), int(rows.size()), leader.pass, thread.own, place);
        for (auto [r, end] = place.part(int64_t(rows.size())); r < end; ++r)
            draws[size_t(r)] = work.draw(
                *owners[size_t(r)], leader.pass.logits.data() + r * decoder.head.paddedOutputs(), thread.sampler);
    };
    const auto book = [&] {
        work.count(1, int64_t(rows.size()));
        for (size_t r = 0; r < owners.size(); ++r) {
            ++owners[r]->position;
            work.record(*owners[r], draws[r], true);
        }
    };
    Barrier barrier(workers.size());
    TeamPace pace(workers.size());
    workers.run([&](int w) {
        inTeam(barrier, [&] {
            ThreadState& thread = threads[size_t(w)];
            double slept = 0;
            const TeamPlace place { w, workers.size(), &barrier, &slept };
            thread.own.resize(decoder, kTeamRows, longest);
            prefillShared(work, leader.pass, thread.own, place, rows, finishing);
            for (;;) {
                if (w == 0) {
                    chooseRows();
                    while (!rows.empty() && pace.alone()) { // the others sleep at the barrier below
                        makePass(thread, {});
                        book();
                        chooseRows();
                    }
                }
                place.wait();
                if (rows.empty())
                    return;
                slept = 0;
                const auto begin = std::chrono::steady_clock::now();
                makePass(thread, place);
                place.wait();
                if (w == 0) {
                    pace.passed(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), slept);
                    book();
                }
            }
        });
    });
}

std::vector<std::vector<SampledCompletion>> RolloutEngine::generate(
    const std::vector<PromptRequest>& requests, const SamplingParams& params, const GenerateHooks& hooks)
{
    const auto begin = std::chrono::steady_clock::now();
    State& state = *m_state;
    PackedDecoder& decoder = state.decoder;
    checkRequests(decoder.config, requests, params);
    size_t longestPrompt = 0;
    state.stats = {};
    state.prefilled = 0;
    for (const PromptRequest& request : requests)
        longestPrompt = std::max(longestPrompt, request.promptIds.size());
    const int64_t longest = int64_t(longestPrompt) + params.maxNewTokens;
    decoder.ensurePositions(longest);
    if (state.prompts.size() < requests.size())
        state.prompts.resize(requests.size());
    Generation<KvCache> work(decoder.config, requests, params, hooks, state.prompts, longest);
    if (sharesPasses(decoder, work.total(), state.workers.size()))
        state.shared(work, longest);
    else
        state.alone(work, longest);
    auto results = work.takeResults();
    state.stats.prefillTokens = state.prefilled;
    state.stats.decodedTokens = work.decodedTokens();
    state.stats.meanActiveRows = work.passes() ? double(work.decodedTokens()) / double(work.passes()) : 0;
    state.stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return results;
}

} // namespace aha
