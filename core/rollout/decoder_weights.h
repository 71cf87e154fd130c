#pragma once
// Float32 weights of a decoder as raw rows: what a rollout backend packs.

#include "core/config/model_config.h"
#include "core/rollout/latent_weights.h"

#include <vector>

namespace aha {

/// Row-major [out][in] matrices, as in safetensors. Pointers are borrowed; they must outlive the call that reads them.
struct DecoderWeights {
    ModelConfig config;
    const float* embedding = nullptr; ///< [V][D]
    const float* finalNorm = nullptr; ///< [D]
    const float* head = nullptr; ///< [V][D]; equal to `embedding` when tied
    struct Layer {
        const float *attentionNorm, *query, *key, *value, *output; ///< [D], [H*Dh][D], [K*Dh][D], [K*Dh][D], [D][H*Dh]
        const float *mlpNorm, *gate, *up, *down; ///< [D], [F][D], [F][D], [D][F]
        const float* qkvBias = nullptr; ///< [(H + 2K) * Dh]; null without biases
        const float *queryNorm = nullptr, *keyNorm = nullptr; ///< [Dh]; null without norms on the heads
    };
    std::vector<Layer> layers;
    std::vector<LatentLayerWeights> latentLayers; ///< instead of `layers` with latent attention
};

} // namespace aha
