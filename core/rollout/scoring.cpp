#include "core/rollout/scoring.h"

#include "core/rollout/latent_rollout.h"
#include "core/rollout/packed_decoder.h"
#include "core/rollout/rollout_backend.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace aha {

namespace {

struct Scorer {
    const PackedDecoder& decoder;
    double temperature;
    bool keepLogits;
    int64_t longest;

    /// One sequence, `rowsAtOnce` tokens at a time; the threads of a team share every pass.
    void score(const std::vector<int32_t>& ids, size_t rowsAtOnce, KvCache& cache, PassScratch& pass,
        ThreadScratch& own, std::vector<float>& exponentials, const TeamPlace& place, ScoredSequence& result) const
    {
        const size_t vocab = size_t(decoder.config.vocabSize), length = ids.size();
        if (place.index == 0) {
            result.logprob.resize(length - 1);
            result.entropy.resize(length - 1);
            result.logits.resize(keepLogits ? length * vocab : 0);
        }
        std::vector<TileRow> rows;
        for (size_t at = 0; at < length; at += rowsAtOnce) {
            const size_t count = std::min(rowsAtOnce, length - at);
            rows.clear();
            for (size_t r = 0; r < count; ++r)
                rows.push_back({ &cache, int64_t(at + r), ids[at + r] });
            forwardRows(decoder, rows.data(), int(count), pass, own, place);
            for (auto [r, end] = place.part(int64_t(count)); r < end; ++r) {
                const size_t t = at + size_t(r);
                const float* logits = pass.logits.data() + r * decoder.head.paddedOutputs();
                if (keepLogits)
                    std::copy_n(logits, vocab, result.logits.begin() + long(t * vocab));
                if (t + 1 == length)
                    continue;
                const float inverse = float(1.0 / temperature);
                const SoftmaxRow row = softmaxRow(logits, int64_t(vocab), inverse, exponentials.data());
                result.logprob[t] = logits[ids[t + 1]] * inverse - row.largest - std::log(row.sum);
                result.entropy[t] = std::log(row.sum) - row.weighted / row.sum;
            }
            place.wait(); // the logits are read, the next pass may overwrite them
        }
    }
};

} // namespace

std::vector<ScoredSequence> scoreSequences(const DecoderWeights& weights,
    const std::vector<std::vector<int32_t>>& sequences, double temperature, Workers& workers, bool keepLogits,
    WeightFormat format)
{
    const ModelConfig& config = weights.config;
    if (config.latentAttention())
        return scoreLatentSequences(weights, sequences, temperature, workers, keepLogits);
    PackedDecoder decoder(config, format);
    decoder.setWeights(weights, workers);
    checkSequences(config, sequences);
    int64_t longest = 1;
    for (const std::vector<int32_t>& ids : sequences)
        longest = std::max(longest, int64_t(ids.size()));
    decoder.ensurePositions(longest);
    std::vector<ScoredSequence> results(sequences.size());
    const Scorer scorer { decoder, temperature, keepLogits, longest };
    const bool together = sharesPasses(decoder, sequences.size(), workers.size());
    const int rowsAtOnce = together ? kTeamRows : kMaxTileRows;
    KvCache sharedCache;
    PassScratch sharedPass;
    if (together) {
        sharedCache.reserve(config, longest);
        sharedPass.resize(decoder, rowsAtOnce);
    }
    Barrier barrier(workers.size());
    std::atomic<size_t> next { 0 };
    workers.run([&](int w) {
        inTeam(barrier, [&] {
            ThreadScratch own;
            own.resize(decoder, rowsAtOnce, longest);
            std::vector<float> exponentials(size_t(config.vocabSize + 15) / 16 * 16);
            if (together) {
                for (size_t i = 0; i < sequences.size(); ++i)
                    scorer.score(sequences[i], size_t(rowsAtOnce), sharedCache, sharedPass, own, exponentials,
                        { w, workers.size(), &barrier }, results[i]);
                return;
            }
            KvCache cache;
            cache.reserve(config, longest);
            PassScratch pass;
            pass.resize(decoder, rowsAtOnce);
            for (size_t i; (i = next.fetch_add(1)) < sequences.size();)
                scorer.score(
                    sequences[i], size_t(rowsAtOnce), cache, pass, own, exponentials, TeamPlace {}, results[i]);
        });
    });
    return results;
}

} // namespace aha
