#pragma once
// Shape of a decoder-only transformer, read from a Hugging Face style config.json.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace aha {

/// Llama architecture, no biases: RMSNorm, RoPE (half-split pairs), grouped-query attention, SwiGLU.
/// Names follow Hugging Face's config.json.
struct ModelConfig {
    int64_t vocabSize = 0;
    int64_t hiddenSize = 0; ///< D
    int64_t intermediateSize = 0; ///< F, width of the SwiGLU
    int64_t numHiddenLayers = 0; ///< L
    int64_t numAttentionHeads = 0; ///< H
    int64_t numKeyValueHeads = 0; ///< K, divides H
    int64_t headDim = 0; ///< Dh; H * Dh need not be D
    int64_t maxPositionEmbeddings = 0;
    double ropeTheta = 10000.0;
    double rmsNormEps = 1e-6;
    bool tieWordEmbeddings = true;
    int64_t bosTokenId = -1;
    int64_t eosTokenId = -1;

    /// Exact number of trainable parameters.
    int64_t parameterCount() const;
};

/// Errors: model_config_missing, model_config_invalid (names the field), model_architecture_unknown.
Result<ModelConfig> readModelConfig(const std::filesystem::path& folder);
/// config.json text for `config`.
std::string modelConfigJson(const ModelConfig& config);
Result<void> validate(const ModelConfig& config);

} // namespace aha
