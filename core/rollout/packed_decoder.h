#pragma once
// Weights laid out for the fused decoder, and what a pass of rows through the layers needs.

#include "core/base/workers.h"
#include "core/rollout/decoder_weights.h"
#include "core/rollout/packed_matrix.h"
#include "core/rollout/team.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace aha {

struct PackedDecoder {
    struct Layer {
        AlignedFloats attentionNorm, mlpNorm, qkvBias, queryNorm, keyNorm; ///< the last three: where the model has them
        PackedMatrix qkv, output, gateUp, down; ///< gateUp: a panel of gate, its panel of up, the next of gate, …
    };
    ModelConfig config;
    WeightFormat format;
    AlignedFloats finalNorm;
    PackedMatrix head, ownEmbedding; ///< tied embeddings are read from the head
    std::vector<Layer> layers;
    std::vector<float> cosines, sines; ///< [positions][Dh / 2]
    int64_t positions = 0;

    explicit PackedDecoder(const ModelConfig& config, WeightFormat format = WeightFormat::Float32);
    void setWeights(const DecoderWeights& weights, Workers& workers);
    const PackedMatrix& embedding() const { return config.tieWordEmbeddings ? head : ownEmbedding; }
    /// Of all matrices.
    size_t bytes() const;
    /// Makes sure the rotary tables cover positions below `count`. With a dynamic scaling beyond the trained context
    /// they are those of sequences of `count` tokens from then on.
    void ensurePositions(int64_t count);
    int64_t paddedGate() const;
};

/// Keys and values of one sequence. Keys lie in blocks of 16 positions, [block][Dh][16], so that scores of 16
/// positions come from one pass over Dh; values lie as [position][Dh]. Both per layer and key/value head.
struct KvCache {
    static constexpr int64_t kBlock = 16;
    AlignedFloats keys, values;
    int64_t capacity = 0; ///< positions, a multiple of kBlock

    void reserve(const ModelConfig& config, int64_t positions);
    /// Copies the first `positions` of `source`.
    void copyFrom(const ModelConfig& config, const KvCache& source, int64_t positions);
};

/// One row of a pass: a token at a position of a sequence.
struct TileRow {
    KvCache* cache = nullptr;
    int64_t position = 0;
    int32_t token = 0;
    bool wantsLogits = true;
};

/// Rows rounded to int8 by groups of inputs, each with its own scale.
struct QuantizedRows {
    AlignedArray<int8_t> values; ///< [row][groups][kGroup]
    AlignedFloats scales; ///< [row][groups]
    AlignedArray<int32_t> offsets; ///< [row][groups], -128 * sum of the values: weights are stored with 128 added
    int64_t groups = 0;
};

/// What a pass leaves for its next stage; one for all threads that share the pass.
struct PassScratch {
    AlignedFloats x, qkv, attended, hidden, logits;
    void resize(const PackedDecoder& decoder, int64_t rows);
};
/// What one thread needs for itself.
struct ThreadScratch {
    AlignedFloats normed, pair, scores;
    QuantizedRows quantized;
    void resize(const PackedDecoder& decoder, int64_t rows, int64_t longest);
};

/// Rows of a pass that one thread makes alone: more amortise reading the weights, fewer keep the caches in L2.
inline constexpr int kMaxTileRows = 16;
/// Rows of a pass that a team shares.
inline constexpr int kTeamRows = 64;

/// Whether all threads share every pass, or each makes its own passes with its own sequences. The latter needs no
/// barriers, but reads all weights once a thread and leaves threads idle when there are too few sequences. A fixed
/// rule; the results are the same.
bool sharesPasses(const PackedDecoder& decoder, size_t sequences, int threads);

/// Passes `count` rows through all layers, appending their keys and values; rows of the same cache must come in order
/// of position (a prompt's tokens see each other causally). Leaves the logits of the i-th row that wants them at
/// pass.logits + i * decoder.head.paddedOutputs(). A row's arithmetic depends neither on the other rows nor on the
/// team. All threads of the team call this with the same rows and `pass`; when it returns, the pass is complete.
void forwardRows(const PackedDecoder& decoder, const TileRow* rows, int count, PassScratch& pass, ThreadScratch& own,
    const TeamPlace& place = {});

/// Softmax of logits * inverseTemperature over `vocab` entries.
struct SoftmaxRow {
    float largest = 0; ///< of the scaled logits
    float sum = 0; ///< of exp(scaled - largest)
    float weighted = 0; ///< of exp(scaled - largest) * (scaled - largest)
};
/// Writes exp(scaled - largest) to `exponentials` (room for vocab rounded up to 16).
SoftmaxRow softmaxRow(const float* logits, int64_t vocab, float inverseTemperature, float* exponentials);

/// Name of the instruction set that forwardRows runs on.
const char* decoderInstructionSet();
/// Takes better instruction sets than `name` ("AVX2", "SSE4", …) away from this process, for comparisons. Call it
/// before the first forwardRows. Error: instruction_set_unknown names those there are.
Result<void> restrictInstructionSet(const std::string& name);

} // namespace aha
