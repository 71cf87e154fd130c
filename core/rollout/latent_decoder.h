#pragma once
// Weights of a model with latent attention and experts as its decoder wants them, its cache, and one pass of rows.
//
// Shapes as in latent_weights.h.

#include "core/rollout/decoder_weights.h"

#include <cstdint>
#include <vector>

namespace aha {

/// A matrix [N][K] as panels of 32 outputs: panel p holds [K][32]. Outputs beyond N are zero rows.
struct LatentMatrix {
    static constexpr int64_t kPanel = 32;
    int64_t inputs = 0, outputs = 0, panels = 0;
    std::vector<float> values;

    int64_t padded() const { return panels * kPanel; }
    void reshape(int64_t outputCount, int64_t inputCount);
    /// Element (output, input).
    float& at(int64_t output, int64_t input)
    {
        return values[size_t(((output / kPanel) * inputs + input) * kPanel + output % kPanel)];
    }
    void setRows(int64_t firstOutput, const float* source, int64_t rows);
};

/// How a cached latent becomes attention (DeepSeek-V2, arXiv 2405.04434, section 2.1.2).
enum class LatentMode {
    Absorbed, ///< the up-projections are folded into query and output: a head works on the latents as they lie
    Naive, ///< every step expands keys and values of all tokens from their latents, as training does
};

/// SwiGLU of `width`: gate outputs first, then up, each padded to whole panels.
struct LatentMlp {
    LatentMatrix gateUp, down;
    void set(const float* gateUpRows, const float* downRows, int64_t modelWidth, int64_t width);
    int64_t paddedWidth() const { return gateUp.padded() / 2; }
};

struct LatentDecoder {
    struct Layer {
        std::vector<float> attentionNorm, mlpNorm, queryNorm, latentNorm, bias;
        LatentMatrix queryDown, queryUp, latentDown, output, router;
        LatentMatrix latentUp; ///< naive
        std::vector<LatentMatrix> absorbedKey, absorbedValue; ///< absorbed, a head each: [R][P] and [S][R]
        LatentMlp mlp; ///< of a layer without experts, else the shared experts (may be empty)
        std::vector<LatentMlp> experts;
    };
    ModelConfig config;
    LatentMode mode;
    std::vector<float> embedding, finalNorm;
    LatentMatrix head;
    std::vector<Layer> layers;
    std::vector<float> cosines, sines; ///< [positions][A / 2]
    int64_t positions = 0;
    float scoreScale = 1;

    explicit LatentDecoder(const ModelConfig& config, LatentMode mode = LatentMode::Absorbed);
    void setWeights(const DecoderWeights& weights);
    /// Makes sure the rotary tables cover positions below `count`.
    void ensurePositions(int64_t count);
};

/// Latents and rotary keys of one sequence, and nothing else: per layer in blocks of 16 positions, [block][R + A][16],
/// so that scores of 16 positions come from one pass over R + A.
struct LatentCache {
    static constexpr int64_t kBlock = 16;
    std::vector<float> values;
    int64_t capacity = 0; ///< positions, a multiple of kBlock

    void reserve(const ModelConfig& config, int64_t positions);
    /// Copies the first `positions` of `source`.
    void copyFrom(const ModelConfig& config, const LatentCache& source, int64_t positions);
    static int64_t bytesPerToken(const ModelConfig& config);
};

/// A token at a position of a sequence.
struct LatentRow {
    LatentCache* cache = nullptr;
    int64_t position = 0;
    int32_t token = 0;
};

inline constexpr int kLatentRows = 16;

/// What a pass needs for itself; one per thread.
struct LatentScratch {
    std::vector<float> x, normed, narrow, query, absorbed, cached, attended, projected, gateUp, hidden, router, logits,
        scores, latents, expanded, values;
    void resize(const LatentDecoder& decoder, int64_t longest);
};

/// Passes `count` rows (<= kLatentRows) through all layers, appending to their caches; rows of the same cache must come
/// in order of position. Leaves logits in scratch.logits, row r at r * decoder.head.padded(), for rows from
/// `firstLogitRow` on. A row's arithmetic does not depend on the others.
void latentForward(
    const LatentDecoder& decoder, const LatentRow* rows, int count, int firstLogitRow, LatentScratch& scratch);

} // namespace aha
