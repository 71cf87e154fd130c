#include "core/rollout/scoring.h"

#include "core/rollout/latent_rollout.h"
#include "core/rollout/packed_decoder.h"
#include "core/rollout/rollout_backend.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace aha {

std::vector<ScoredSequence> scoreSequences(const DecoderWeights& weights,
    const std::vector<std::vector<int32_t>>& sequences, double temperature, Workers& workers, bool keepLogits)
{
    const ModelConfig& config = weights.config;
    if (config.latentAttention())
        return scoreLatentSequences(weights, sequences, temperature, workers, keepLogits);
    PackedDecoder decoder(config);
    decoder.setWeights(weights);
    checkSequences(config, sequences);
    int64_t longest = 1;
    for (const std::vector<int32_t>& ids : sequences)
        longest = std::max(longest, int64_t(ids.size()));
    decoder.ensurePositions(longest);
    std::vector<ScoredSequence> results(sequences.size());
    std::atomic<size_t> next { 0 };
    workers.run([&](int) {
        KvCache cache;
        cache.reserve(config, longest);
        TileScratch scratch;
        scratch.resize(decoder, kMaxTileRows, longest);
        std::vector<float> exponentials(size_t(config.vocabSize + 15) / 16 * 16);
        for (size_t i; (i = next.fetch_add(1)) < sequences.size();) {
            const std::vector<int32_t>& ids = sequences[i];
            for (size_t at = 0; at < ids.size(); at += kMaxTileRows) {
                TileRow rows[kMaxTileRows];
                const int count = int(std::min<size_t>(kMaxTileRows, ids.size() - at));
                for (int r = 0; r < count; ++r)
                    rows[r] = { &cache, int64_t(at) + r, ids[at + size_t(r)] };
                forwardTile(decoder, rows, count, 0, scratch);
                for (int r = 0; r < count; ++r) {
                    const float* logits = scratch.logits.data() + r * decoder.head.paddedOutputs();
                    if (keepLogits)
                        results[i].logits.insert(results[i].logits.end(), logits, logits + config.vocabSize);
                    if (at + size_t(r) + 1 == ids.size())
                        continue;
                    const float inverse = float(1.0 / temperature);
                    const SoftmaxRow row = softmaxRow(logits, config.vocabSize, inverse, exponentials.data());
                    results[i].logprob.push_back(
                        logits[ids[at + size_t(r) + 1]] * inverse - row.largest - std::log(row.sum));
                    results[i].entropy.push_back(std::log(row.sum) - row.weighted / row.sum);
                }
            }
        }
    });
    return results;
}

} // namespace aha
