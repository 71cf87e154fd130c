#pragma once
// Shape of a decoder-only transformer, read from a Hugging Face style config.json.

#include "core/base/result.h"
#include "core/config/rotary_config.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aha {

/// One file of core/config each (architecture_*.cpp); all share RMSNorm, RoPE over half-split pairs, grouped-query
/// attention and SwiGLU.
enum class Architecture {
    Llama, ///< Llama 2/3.x, SmolLM2
    Mistral, ///< sliding window
    Qwen2, ///< biases on query, key and value
    Qwen3, ///< norms on every query and key head
};

/// Names follow Hugging Face's config.json.
struct ModelConfig {
    Architecture architecture = Architecture::Llama;
    int64_t vocabSize = 0;
    int64_t hiddenSize = 0; ///< D
    int64_t intermediateSize = 0; ///< F, width of the SwiGLU
    int64_t numHiddenLayers = 0; ///< L
    int64_t numAttentionHeads = 0; ///< H
    int64_t numKeyValueHeads = 0; ///< K, divides H
    int64_t headDim = 0; ///< Dh; H * Dh need not be D
    int64_t maxPositionEmbeddings = 0;
    RotaryConfig rotary;
    double rmsNormEps = 1e-6;
    bool tieWordEmbeddings = true;
    int64_t bosTokenId = -1; ///< -1: none
    std::vector<int64_t> eosTokenIds; ///< any of them ends a sequence
    int64_t slidingWindow = 0; ///< tokens that a token sees, itself included; 0 = all
    std::vector<bool> windowedLayers; ///< with a window: the layers that have it, one entry each; empty = all

    bool queryKeyValueBias() const { return architecture == Architecture::Qwen2; }
    bool queryKeyNorm() const { return architecture == Architecture::Qwen3; }
    /// Window of a layer; 0 = none.
    int64_t windowOf(size_t layer) const { return windowedLayers.empty() || windowedLayers[layer] ? slidingWindow : 0; }
    /// The first end token; -1 when there is none.
    int64_t eosTokenId() const { return eosTokenIds.empty() ? -1 : eosTokenIds.front(); }

    /// Exact number of trainable parameters.
    int64_t parameterCount() const;
};

/// config.json of the folder, with the end tokens of generation_config.json where that names some. Errors:
/// model_config_missing, model_config_invalid (names the field), model_architecture_unknown.
Result<ModelConfig> readModelConfig(const std::filesystem::path& folder);
/// The same from the text of a config.json; `source` stands in messages.
Result<ModelConfig> parseModelConfig(const std::string& json, const std::string& source);
/// config.json text for `config`.
std::string modelConfigJson(const ModelConfig& config);
Result<void> validate(const ModelConfig& config);

} // namespace aha
