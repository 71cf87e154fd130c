#pragma once
// Shape of a decoder-only transformer, read from a Hugging Face style config.json.

#include "core/base/result.h"
#include "core/config/expert_config.h"
#include "core/config/latent_attention_config.h"
#include "core/config/rotary_config.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aha {

/// One file of core/config each (architecture_*.cpp). All share RMSNorm and SwiGLU; all but DeepSeek-V3 have
/// grouped-query attention with RoPE over half-split pairs.
enum class Architecture {
    Llama, ///< Llama 2/3.x, SmolLM2
    Mistral, ///< sliding window
    Qwen2, ///< biases on query, key and value
    Qwen3, ///< norms on every query and key head
    DeepSeekV3, ///< latent attention, mixture of experts, a head that predicts the token after the next
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
    LatentAttentionConfig latent; ///< DeepSeek-V3; headDim is then the rotary width
    ExpertConfig experts; ///< DeepSeek-V3
    int64_t predictLayers = 0; ///< num_nextn_predict_layers: 1 = there is a multi-token prediction layer

    int64_t labels = 0; ///< outputs of a classification head (reward models, critics); 0 = a language model
    bool classifiesTokens = false; ///< a verdict on every token, with biases; else one on the sequence, without

    bool queryKeyValueBias() const { return architecture == Architecture::Qwen2; }
    bool queryKeyNorm() const { return architecture == Architecture::Qwen3; }
    bool latentAttention() const { return architecture == Architecture::DeepSeekV3; }
    /// Layers are counted from 0; the prediction layer is number L.
    bool hasExperts(int64_t layer) const { return experts.routed > 0 && layer >= experts.firstLayer; }
    /// Outputs of all heads side by side, which the output projection takes.
    int64_t attendedWidth() const { return numAttentionHeads * (latentAttention() ? latent.valueWidth : headDim); }
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
