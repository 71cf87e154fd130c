#pragma once
// LoRA in the model: the adapter's parameters, its part of every product, and the merge.
//
// Shapes: R rank, D inputs and E outputs of one adapted matrix, L layers, Q adapter parameters.

#include "core/base/result.h"
#include "core/config/lora_config.h"
#include "core/config/model_config.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace aha {

class Transformer;

/// A and B of one matrix; undefined where it is not adapted.
struct LoraPair {
    at::Tensor a_RD, b_ER;
};
struct LoraLayer {
    LoraPair query, key, value, output, gate, up, down;
    LoraPair queryDown, latentDown, latentUp; ///< of latent attention, whose up-projection of queries is `query`
};
/// Views of one set of adapter parameters. No layers: no adapter.
struct LoraWeights {
    std::vector<LoraLayer> layers;
    double scale = 0;
    double dropout = 0; ///< share of A's inputs that are dropped; 0 but in leaves
    uint64_t dropoutSeed = 0; ///< of this pass: the same seed drops the same inputs, also when a layer runs again
};

/// y_NE plus scale · (x·Aᵀ)·Bᵀ for each of the matrices whose outputs lie side by side in y: (pair, outputs). Each has
/// its own dropout on x, as PEFT's modules have.
at::Tensor addLora(const at::Tensor& y_NE, const at::Tensor& x_ND,
    std::initializer_list<std::pair<const LoraPair*, int64_t>> parts, const LoraWeights& lora);

/// Owns the adapter's parameters: all A and B in one flat buffer, the only ones that are trained.
class LoraAdapter {
public:
    /// A uniform in ±1/sqrt(inputs), B zero, as PEFT starts: the adapted model is the base model. Throws Failure
    /// lora_unsupported when `model` lacks a target.
    static LoraAdapter create(const LoraConfig& config, const ModelConfig& model, uint64_t seed);
    /// A PEFT folder. Errors: lora_config_*, lora_unsupported, lora_tensor_missing, lora_tensor_unexpected, lora_shape,
    /// lora_not_finite, and those of parseSafetensors.
    static Result<LoraAdapter> load(const std::filesystem::path& folder, const ModelConfig& model);

    const LoraConfig& config() const { return m_config; }
    /// All parameters, float32 [Q].
    at::Tensor& flat() { return m_flat_Q; }
    const at::Tensor& flat() const { return m_flat_Q; }
    LoraWeights views(const at::Tensor& flat_Q) const;
    /// Leaf views of the parameters whose gradients accumulate into `gradient_Q`, with the configured dropout.
    LoraWeights leaves(const at::Tensor& gradient_Q) const;
    /// Views under PEFT's names.
    std::vector<std::pair<std::string, at::Tensor>> named(const at::Tensor& flat_Q) const;
    /// Writes W + scale · B·A of every adapted matrix of `base` into `merged`, which must be a clone of it, or be it.
    void mergeInto(Transformer& merged, const Transformer& base) const;
    /// adapter_config.json and the bytes of adapter_model.safetensors.
    std::string configJson() const { return loraConfigJson(m_config); }
    std::string toSafetensors() const;

private:
    LoraAdapter(const LoraConfig& config, const ModelConfig& model);
    LoraConfig m_config;
    ModelConfig m_model;
    at::Tensor m_flat_Q;
};

} // namespace aha
