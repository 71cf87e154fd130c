#include "core/cuda/cuda_rollout.h"

#include "core/cuda/feed.cuh"
#include "core/cuda/slot_kernels.cuh"
#include "core/cuda/step_graphs.cuh"

#include <algorithm>
#include <chrono>
#include <optional>

namespace aha::cuda {

namespace {

/// Decode steps between two looks at the counters.
constexpr int kStepsPerLook = 8;
/// Sequences scored together.
constexpr size_t kScoredTogether = 64;
/// Share of the free memory that caches may take: the rest is for training.
constexpr double kCacheShare = 0.6;

SamplerSettings settingsOf(const SamplingParams& p)
{
    SamplerSettings s {};
    s.greedy = p.temperature <= 0;
    s.inverseTemperature = s.greedy ? 1.0f : float(1.0 / p.temperature);
    s.penalty = float(p.repetitionPenalty);
    s.minP = float(p.minP);
    s.topP = p.topP;
    s.topK = p.topK;
    s.maxNewTokens = p.maxNewTokens;
    s.alternatives = p.alternatives;
    if (p.ignoreEos)
        return s;
    if (p.eosIds.size() > size_t(kMaxEnds))
        throw Failure({ "cuda_unsupported",
            "The model has " + std::to_string(p.eosIds.size()) + " end tokens; the GPU's sampler takes "
                + std::to_string(kMaxEnds) + ".",
            "Set general.device to cpu." });
    s.endCount = int(p.eosIds.size());
    std::copy(p.eosIds.begin(), p.eosIds.end(), s.ends);
    return s;
}

class CudaRollout final : public RolloutBackend {
public:
    explicit CudaRollout(const ModelConfig& config)
        : m_decoder(config)
        , m_graphs(m_stream.get())
    {
    }

    void setWeights(const DecoderWeights& weights) override { m_decoder.setWeights(weights, m_stream.get()); }
    RolloutStats lastStats() const override { return m_stats; }
    std::string description() const override
    {
        cudaDeviceProp properties {};
        check(cudaGetDeviceProperties(&properties, 0), "Asking for the GPU's name");
        return properties.name;
    }

    std::vector<std::vector<SampledCompletion>> generate(
        const std::vector<PromptRequest>& prompts, const SamplingParams& params, const GenerateHooks& hooks) override
    {
        const auto begin = std::chrono::steady_clock::now();
        checkRequests(m_decoder.config(), prompts, params);
        m_stats = {};
        m_steps = m_rows = 0;
        std::vector<std::vector<SampledCompletion>> results(prompts.size());
        size_t longest = 1, total = 0, done = 0;
        for (size_t i = 0; i < prompts.size(); ++i) {
            longest = std::max(longest, prompts[i].promptIds.size());
            total += prompts[i].streams.size();
            results[i].resize(prompts[i].streams.size());
            m_stats.prefillTokens += int64_t(prompts[i].promptIds.size());
        }
        const size_t together = promptsTogether(int64_t(longest));
        for (size_t from = 0; from < prompts.size() && !(hooks.cancel && hooks.cancel->load()); from += together) {
            const size_t to = std::min(prompts.size(), from + together);
            done += wave(
                prompts, from, to, int64_t(longest), params, results,
                [&](size_t finished) {
                    if (hooks.progress && total)
                        hooks.progress(double(done + finished) / double(total));
                },
                hooks);
        }
        m_stats.decodedTokens = m_rows;
        m_stats.meanActiveRows = m_steps ? double(m_rows) / double(m_steps) : 0;
        m_stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return results;
    }

    std::vector<ScoredSequence> score(
        const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature) override
    {
        checkSequences(m_decoder.config(), sequences);
        if (!m_scorer)
            m_scorer.emplace(m_decoder.config());
        m_scorer->setWeights(weights, m_stream.get());
        std::vector<ScoredSequence> results(sequences.size());
        for (size_t from = 0; from < sequences.size(); from += kScoredTogether)
            scoreSome(sequences, from, std::min(sequences.size(), from + kScoredTogether), temperature, results);
        return results;
    }

private:
    size_t budget() const
    {
        size_t free = 0, total = 0;
        check(cudaMemGetInfo(&free, &total), "Asking for the GPU's memory");
        return size_t(kCacheShare * double(free + m_prompts.bytes() + m_slots.bytes()));
    }
    /// Prompts whose caches fit a third of the budget.
    size_t promptsTogether(int64_t longest) const
    {
        return std::max<size_t>(
            1, budget() / 3 / std::max<size_t>(1, CacheMemory::bytesFor(m_decoder.config(), 1, longest)));
    }
    int slotsFor(size_t work, int64_t capacity) const
    {
        const ModelConfig& c = m_decoder.config();
        const size_t each = CacheMemory::bytesFor(c, 1, capacity) + size_t(c.vocabSize) * sizeof(float);
        return int(std::clamp<size_t>(budget() / 3 * 2 / each, 1, std::min(work, size_t(kMaxSlots))));
    }

    /// Prompts [from, to) of the request; returns the number of finished completions.
    size_t wave(const std::vector<PromptRequest>& prompts, size_t from, size_t to, int64_t longestPrompt,
        const SamplingParams& params, std::vector<std::vector<SampledCompletion>>& results,
        const std::function<void(size_t)>& progress, const GenerateHooks& hooks)
    {
        const ModelConfig& c = m_decoder.config();
        std::vector<const std::vector<int32_t>*> ids;
        std::vector<int64_t> prefilled;
        std::vector<int> length, last, workPrompt;
        std::vector<philox::State> streams;
        std::vector<SampledCompletion*> answers;
        for (size_t i = from; i < to; ++i) {
            ids.push_back(&prompts[i].promptIds);
            length.push_back(int(prompts[i].promptIds.size()));
            prefilled.push_back(length.back() - 1);
            last.push_back(prompts[i].promptIds.back());
            for (size_t j = 0; j < prompts[i].streams.size(); ++j) {
                workPrompt.push_back(int(i - from));
                streams.push_back(prompts[i].streams[j].state());
                answers.push_back(&results[i][j]);
            }
        }
        const size_t work = answers.size();
        if (work == 0)
            return 0;
        // A capacity in steps of 64 keeps captured graphs valid while prompts differ a little in length.
        const int64_t capacity = (longestPrompt + params.maxNewTokens + 63) / 64 * 64,
                      promptCapacity = (longestPrompt + 63) / 64 * 64;
        const int slots = slotsFor(work, capacity),
                  seenWords = params.repetitionPenalty != 1.0 ? int((c.vocabSize + 31) / 32) : 0;
        cudaStream_t stream = m_stream.get();

        bool moved = m_prompts.reserve(c, int64_t(to - from), promptCapacity);
        moved |= m_slots.reserve(c, slots, capacity);
        moved |= m_decoder.reserve(
            std::max<int64_t>(slots, Feeder::rowsPerPass(c)), std::max<int64_t>(slots, 1), capacity, stream);
        m_feeder.run(m_decoder, ids, prefilled, m_prompts.view(), false, stream);

        SamplerSettings settings = settingsOf(params);
        if (!hooks.onToken)
            settings.alternatives = 0;
        moved |= reserveTable(slots, to - from, work, size_t(params.maxNewTokens), seenWords, settings.alternatives);
        const Counters zero {};
        const std::vector<int> free(size_t(slots), -1);
        const std::vector<uint32_t> seen = promptSets(ids, seenWords);
        m_settings.copyFrom(&settings, 1, stream);
        m_counters.copyFrom(&zero, 1, stream);
        m_owner.copyFrom(free.data(), free.size(), stream);
        m_promptLength.copyFrom(length.data(), length.size(), stream);
        m_promptLast.copyFrom(last.data(), last.size(), stream);
        m_promptSeen.copyFrom(seen.data(), seen.size(), stream);
        m_workPrompt.copyFrom(workPrompt.data(), work, stream);
        m_streams.copyFrom(streams.data(), work, stream);
        m_outLength.clear(work, stream);
        check(cudaStreamSynchronize(stream), "Preparing the rollout");

        const SlotTable table = tableOf(slots, int(work));
        const StepShape shape { slots, int(work), seenWords, capacity };
        if (moved || !(shape == m_shape))
            m_graphs.clear();
        m_shape = shape;
        int rows = slots;
        std::vector<int> reported(hooks.onToken ? work : 0);
        std::vector<StopWatch> watches(reported.size());
        for (Counters seenNow {}; size_t(seenNow.finished) < work;) {
            if (hooks.cancel && hooks.cancel->load(std::memory_order_relaxed))
                break;
            const int bucket = StepGraphs::bucketFor(rows, slots);
            for (int step = 0; step < kStepsPerLook; ++step)
                m_graphs.replay(bucket, [&] { recordStep(table, bucket, seenWords); });
            seenNow = m_counters.toHost(1, stream)[0];
            if (size_t(seenNow.nextWork) == work) // the queue is empty: from here on rows only become fewer
                rows = std::max(1, seenNow.liveRows);
            if (hooks.onToken)
                reportTokens(from, workPrompt, settings, slots, reported, watches, hooks);
            progress(size_t(seenNow.finished));
        }
        return collect(work, params, answers, hooks);
    }

    void recordStep(const SlotTable& table, int rows, int seenWords)
    {
        cudaStream_t stream = m_stream.get();
        const ModelConfig& c = m_decoder.config();
        AHA_LAUNCH(assignWork, 1, blocksFor(table.slots, kWarp) * kWarp, stream, table);
        AHA_LAUNCH(copyPrompts, unsigned(rows), 128, stream, table, m_prompts.view(), m_slots.view(), seenWords);
        m_decoder.forward({ &m_counters.data()->liveRows, table.rowSlot, table.rowToken, table.rowPosition }, rows,
            m_slots.view(), true, stream);
        AHA_LAUNCH(drawTokens, unsigned(rows), softmaxThreads(c.vocabSize), stream, table, m_settings.data(),
            c.vocabSize, seenWords, m_decoder.logits());
    }

    /// Tells what the steps since the last look have drawn.
    void reportTokens(size_t firstPrompt, const std::vector<int>& workPrompt, const SamplerSettings& settings,
        int slots, std::vector<int>& reported, std::vector<StopWatch>& watches, const GenerateHooks& hooks)
    {
        cudaStream_t stream = m_stream.get();
        const size_t work = workPrompt.size(), width = size_t(settings.maxNewTokens),
                     listed = size_t(settings.alternatives);
        std::vector<int> drawn = m_outLength.toHost(work, stream);
        const std::vector<int> owner = m_owner.toHost(size_t(slots), stream),
                               produced = m_produced.toHost(size_t(slots), stream);
        for (size_t s = 0; s < owner.size(); ++s)
            if (owner[s] >= 0)
                drawn[size_t(owner[s])] = produced[s];
        const std::vector<int> id = m_outId.toHost(work * width, stream),
                               other = m_outAlternative.toHost(work * width * listed, stream);
        const std::vector<float> logprob = m_outLogprob.toHost(work * width, stream),
                                 entropy = m_outEntropy.toHost(work * width, stream),
                                 otherLogprob = m_outAlternativeLogprob.toHost(work * width * listed, stream);
        for (size_t w = 0, sample = 0; w < work; ++w) { // a prompt's completions lie together
            sample = w > 0 && workPrompt[w] == workPrompt[w - 1] ? sample + 1 : 0;
            for (; reported[w] < drawn[w]; ++reported[w]) {
                const size_t at = w * width + size_t(reported[w]);
                TokenReport report { firstPrompt + size_t(workPrompt[w]), sample, id[at], logprob[at], entropy[at],
                    {} };
                for (size_t a = at * listed; a < (at + 1) * listed && other[a] >= 0; ++a)
                    report.alternatives.push_back({ other[a], otherLogprob[a] });
                hooks.onToken(report);
                if (hooks.stopWatch && !watches[w])
                    watches[w] = hooks.stopWatch();
                if (watches[w] && watches[w](report.id) >= 0) {
                    reported[w] = INT32_MAX; // what is drawn behind the stop is nobody's
                    break;
                }
            }
        }
    }

    static std::vector<uint32_t> promptSets(const std::vector<const std::vector<int32_t>*>& ids, int seenWords)
    {
        std::vector<uint32_t> sets(ids.size() * size_t(seenWords));
        for (size_t i = 0; seenWords && i < ids.size(); ++i)
            for (const int32_t id : *ids[i])
                sets[i * size_t(seenWords) + size_t(id) / 32] |= 1u << (id % 32);
        return sets;
    }

    bool reserveTable(int slots, size_t prompts, size_t work, size_t maxNewTokens, int seenWords, int alternatives)
    {
        bool moved = m_settings.reserve(1) | m_counters.reserve(1);
        for (DeviceArray<int>* array :
            { &m_owner, &m_token, &m_position, &m_produced, &m_fresh, &m_rowSlot, &m_rowToken, &m_rowPosition })
            moved |= array->reserve(size_t(slots));
        moved |= m_seen.reserve(size_t(slots) * size_t(seenWords)) | m_promptSeen.reserve(prompts * size_t(seenWords));
        moved |= m_promptLength.reserve(prompts) | m_promptLast.reserve(prompts);
        moved |= m_workPrompt.reserve(work) | m_streams.reserve(work) | m_outLength.reserve(work)
            | m_outEnded.reserve(work);
        moved |= m_outId.reserve(work * maxNewTokens) | m_outLogprob.reserve(work * maxNewTokens)
            | m_outEntropy.reserve(work * maxNewTokens);
        moved |= m_outAlternative.reserve(work * maxNewTokens * size_t(alternatives))
            | m_outAlternativeLogprob.reserve(work * maxNewTokens * size_t(alternatives));
        return moved;
    }

    SlotTable tableOf(int slots, int work)
    {
        SlotTable t {};
        t.slots = slots;
        t.work = work;
        t.owner = m_owner.data();
        t.token = m_token.data();
        t.position = m_position.data();
        t.produced = m_produced.data();
        t.fresh = m_fresh.data();
        t.seen = m_seen.data();
        t.rowSlot = m_rowSlot.data();
        t.rowToken = m_rowToken.data();
        t.rowPosition = m_rowPosition.data();
        t.counters = m_counters.data();
        t.promptLength = m_promptLength.data();
        t.promptLast = m_promptLast.data();
        t.promptSeen = m_promptSeen.data();
        t.workPrompt = m_workPrompt.data();
        t.stream = m_streams.data();
        t.outLength = m_outLength.data();
        t.outEnded = m_outEnded.data();
        t.outId = m_outId.data();
        t.outLogprob = m_outLogprob.data();
        t.outEntropy = m_outEntropy.data();
        t.outAlternative = m_outAlternative.data();
        t.outAlternativeLogprob = m_outAlternativeLogprob.data();
        return t;
    }

    size_t collect(size_t work, const SamplingParams& params, const std::vector<SampledCompletion*>& answers,
        const GenerateHooks& hooks)
    {
        cudaStream_t stream = m_stream.get();
        const size_t width = size_t(params.maxNewTokens);
        const std::vector<int> length = m_outLength.toHost(work, stream), ended = m_outEnded.toHost(work, stream),
                               id = m_outId.toHost(work * width, stream);
        const std::vector<float> logprob = m_outLogprob.toHost(work * width, stream),
                                 entropy = m_outEntropy.toHost(work * width, stream);
        const Counters counters = m_counters.toHost(1, stream)[0];
        m_steps += counters.steps;
        m_rows += counters.rows;
        for (size_t w = 0; w < work; ++w) { // length 0: cancelled before its end
            const size_t at = w * width, end = at + size_t(length[w]);
            const auto part = [&](const auto& values) {
                return std::vector(values.begin() + long(at), values.begin() + long(end));
            };
            answers[w]->ids = part(id);
            answers[w]->logprob = part(logprob);
            answers[w]->entropy = part(entropy);
            answers[w]->finish = length[w] > 0 && ended[w] ? FinishReason::Stop : FinishReason::Length;
            cutAtStop(*answers[w], hooks);
        }
        return size_t(counters.finished);
    }

    void scoreSome(const std::vector<std::vector<int32_t>>& sequences, size_t from, size_t to, double temperature,
        std::vector<ScoredSequence>& results)
    {
        const ModelConfig& c = m_decoder.config();
        cudaStream_t stream = m_stream.get();
        std::vector<const std::vector<int32_t>*> ids;
        std::vector<int64_t> lengths, targets; // per row; -1 after a sequence's last token
        for (size_t i = from; i < to; ++i) {
            ids.push_back(&sequences[i]);
            lengths.push_back(int64_t(sequences[i].size()));
            targets.insert(targets.end(), sequences[i].begin() + 1, sequences[i].end());
            targets.push_back(-1);
        }
        m_scoreCache.reserve(c, int64_t(ids.size()), *std::max_element(lengths.begin(), lengths.end()));
        const size_t pass = size_t(Feeder::rowsPerPass(c));
        m_targets.reserve(pass);
        m_scoreLogprob.reserve(pass);
        m_scoreEntropy.reserve(pass);
        std::vector<float> logprob, entropy;
        m_feeder.run(*m_scorer, ids, lengths, m_scoreCache.view(), true, stream, [&](int64_t at, int64_t count) {
            m_targets.copyFrom(targets.data() + at, size_t(count), stream);
            AHA_LAUNCH(softmaxStatistics, unsigned(count), softmaxThreads(c.vocabSize), stream, m_scorer->logits(),
                m_targets.data(), float(1.0 / temperature), c.vocabSize, static_cast<float*>(nullptr),
                m_scoreLogprob.data(), m_scoreEntropy.data());
            for (const auto& [array, all] :
                { std::pair { &m_scoreLogprob, &logprob }, std::pair { &m_scoreEntropy, &entropy } }) {
                const std::vector<float> part = array->toHost(size_t(count), stream);
                all->insert(all->end(), part.begin(), part.end());
            }
        });
        size_t at = 0;
        for (size_t i = from; i < to; ++i) {
            const size_t count = sequences[i].size() - 1;
            results[i].logprob.assign(logprob.begin() + long(at), logprob.begin() + long(at + count));
            results[i].entropy.assign(entropy.begin() + long(at), entropy.begin() + long(at + count));
            at += count + 1;
        }
    }

    /// What a captured step depends on besides where the memory lies.
    struct StepShape {
        int slots = 0, work = 0, seenWords = 0;
        int64_t capacity = 0;
        bool operator==(const StepShape&) const = default;
    };

    Stream m_stream;
    Decoder m_decoder;
    std::optional<Decoder> m_scorer;
    Feeder m_feeder;
    StepGraphs m_graphs;
    StepShape m_shape;
    CacheMemory m_prompts, m_slots, m_scoreCache;
    RolloutStats m_stats;
    int64_t m_steps = 0, m_rows = 0;
    DeviceArray<SamplerSettings> m_settings;
    DeviceArray<Counters> m_counters;
    DeviceArray<int> m_owner, m_token, m_position, m_produced, m_fresh, m_rowSlot, m_rowToken, m_rowPosition;
    DeviceArray<int> m_promptLength, m_promptLast, m_workPrompt, m_outLength, m_outEnded, m_outId, m_outAlternative;
    DeviceArray<uint32_t> m_seen, m_promptSeen;
    DeviceArray<philox::State> m_streams;
    DeviceArray<float> m_outLogprob, m_outEntropy, m_outAlternativeLogprob, m_scoreLogprob, m_scoreEntropy;
    DeviceArray<int64_t> m_targets;
};

} // namespace

std::unique_ptr<RolloutBackend> makeCudaRollout(const ModelConfig& config)
{
    return std::make_unique<CudaRollout>(config);
}

} // namespace aha::cuda
