#pragma once
// Weights laid out for the fused decoder, and what one tile of rows needs while it passes through the layers.

#include "core/rollout/decoder_weights.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace aha {

/// 64-byte aligned float buffer.
class AlignedFloats {
public:
    void resize(size_t count);
    float* data() { return m_begin; }
    const float* data() const { return m_begin; }
    size_t size() const { return m_size; }

private:
    std::vector<float> m_storage;
    float* m_begin = nullptr;
    size_t m_size = 0;
};

/// A matrix [N][K] as panels of 32 outputs: panel p holds [K][32], so one load serves 32 outputs for one input.
/// Outputs beyond N are zero rows.
struct PackedMatrix {
    static constexpr int64_t kPanel = 32;
    int64_t inputs = 0, outputs = 0, panels = 0;
    AlignedFloats values;

    int64_t paddedOutputs() const { return panels * kPanel; }
    void reshape(int64_t outputCount, int64_t inputCount);
    /// Copies `rows` rows of [..][inputs] to outputs starting at `firstOutput`.
    void setRows(int64_t firstOutput, const float* source, int64_t rows);
};

struct PackedDecoder {
    struct Layer {
        AlignedFloats attentionNorm, mlpNorm, qkvBias, queryNorm, keyNorm; ///< the last three: where the model has them
        PackedMatrix qkv, output, gateUp, down; ///< gate rows first, then up, each padded to whole panels
    };
    ModelConfig config;
    AlignedFloats embedding, finalNorm;
    PackedMatrix head;
    std::vector<Layer> layers;
    std::vector<float> cosines, sines; ///< [positions][Dh / 2]
    int64_t positions = 0;

    explicit PackedDecoder(const ModelConfig& config);
    void setWeights(const DecoderWeights& weights);
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

/// One row of a tile: a token at a position of a sequence.
struct TileRow {
    KvCache* cache = nullptr;
    int64_t position = 0;
    int32_t token = 0;
};

struct TileScratch {
    AlignedFloats x, normed, qkv, attended, gateUp, hidden, projected, logits, scores;
    void resize(const PackedDecoder& decoder, int64_t rows, int64_t longest);
};

inline constexpr int kMaxTileRows = 16;

/// Passes `count` rows (<= kMaxTileRows) through all layers, appending their keys and values; rows of the same cache
/// must come in order of position (a prompt's tokens see each other causally). Leaves logits in scratch.logits, row r
/// at r * decoder.head.paddedOutputs(), for rows from `firstLogitRow` on. A row's arithmetic does not depend on the
/// others.
void forwardTile(const PackedDecoder& decoder, const TileRow* rows, int count, int firstLogitRow, TileScratch& scratch);

/// Softmax of logits * inverseTemperature over `vocab` entries.
struct SoftmaxRow {
    float largest = 0; ///< of the scaled logits
    float sum = 0; ///< of exp(scaled - largest)
    float weighted = 0; ///< of exp(scaled - largest) * (scaled - largest)
};
/// Writes exp(scaled - largest) to `exponentials` (room for vocab rounded up to 16).
SoftmaxRow softmaxRow(const float* logits, int64_t vocab, float inverseTemperature, float* exponentials);

/// Name of the instruction set that forwardTile runs on.
const char* decoderInstructionSet();
/// Takes better instruction sets than `name` ("AVX2", "SSE4", …) away from this process, for comparisons. Call it
/// before the first forwardTile. Error: instruction_set_unknown names those there are.
Result<void> restrictInstructionSet(const std::string& name);

} // namespace aha
