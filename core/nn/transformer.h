#pragma once
// The decoder-only transformer: weights as one flat buffer with named views, forward over packed sequences.

#include "core/base/result.h"
#include "core/config/model_config.h"
#include "core/nn/lora.h"
#include "core/nn/mixture_of_experts.h"
#include "core/nn/mla.h"
#include "core/nn/packed_batch.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

class DeviceOps;

/// Views of one set of weights. Query, key and value share a matrix, as do gate and up (one product instead of three).
/// E = (H + 2K) * A, C = outputs of all heads.
struct TransformerWeights {
    struct Layer {
        at::Tensor attentionNorm_D, output_DC, mlpNorm_D;
        at::Tensor qkv_ED; ///< undefined with latent attention
        at::Tensor qkvBias_E; ///< undefined without biases
        at::Tensor queryNorm_A, keyNorm_A; ///< undefined without norms on the heads
        at::Tensor gateUp_2FD, down_DF; ///< undefined with experts
        LatentAttentionWeights latent; ///< instead of qkv_ED
        MixtureWeights experts; ///< instead of gateUp_2FD and down_DF
    };
    /// Multi-token prediction; undefined without.
    struct Prediction {
        at::Tensor embeddingNorm_D, hiddenNorm_D, joined_D2D, headNorm_D;
        Layer layer;
    };
    at::Tensor embedding_VD, finalNorm_D;
    at::Tensor headBias_V; ///< of a classifier of tokens; else undefined
    at::Tensor head_VD; ///< the embedding when tied; [labels, D] of a classifier
    std::vector<Layer> layers;
    Prediction prediction;
    LoraWeights lora; ///< an adapter beside them; no layers: none
    const DeviceOps* device = nullptr; ///< fused loops where the weights are; null on the CPU
};

/// Owns the parameters. Matrices come first in the flat buffer, then norms and biases: weight decay is one slice.
class Transformer {
public:
    /// Random weights: normal(0, 0.02), residual outputs scaled by 1/sqrt(2L), norms 1. Same seed, same weights.
    static Transformer create(const ModelConfig& config, uint64_t seed);
    /// A Hugging Face style folder (safetensors, whole or in shards), or a GGUF file; every stored format is turned
    /// into float32. Missing, unexpected or misshaped tensors are named. Errors: model_*, and those of openWeights().
    static Result<Transformer> load(const std::filesystem::path& path);
    /// What load() would make, without reading the weights.
    static Result<ModelConfig> configOf(const std::filesystem::path& path);

    const ModelConfig& config() const { return m_config; }
    /// All parameters as one float32 vector [P].
    at::Tensor& flat() { return m_flat_P; }
    const at::Tensor& flat() const { return m_flat_P; }
    /// Number of leading elements of flat() that weight decay applies to.
    int64_t matrixElements() const { return m_matrixElements; }
    /// The experts' balancing biases of all layers, one after the other: saved and loaded, but no parameters. Undefined
    /// in models without experts.
    at::Tensor& buffers() { return m_buffers_E; }
    const at::Tensor& buffers() const { return m_buffers_E; }
    /// Views of any buffer laid out like flat() (parameters, gradients, moments), with those of buffers().
    TransformerWeights views(const at::Tensor& flat_P) const;
    /// Leaf views of the parameters whose gradients accumulate into `gradient_P` (laid out like flat()). Each worker
    /// has its own leaves, so that several can run backward at once.
    TransformerWeights leaves(const at::Tensor& gradient_P) const;
    /// A copy there. `ops`: that device's fused loops (borrowed), which the copy's views and leaves name.
    Transformer to(at::Device device, const DeviceOps* ops = nullptr) const;
    Transformer clone() const;
    /// The same backbone with a head of so many outputs in the place of the vocabulary's, all zero: a reward model or
    /// critic in the making. `tokens`: one that classifies tokens. On the CPU.
    Transformer withHead(int64_t labels, bool tokens = false) const;

    /// Named views in Hugging Face's naming, of a buffer laid out like flat().
    NamedTensors named(const at::Tensor& flat_P) const;
    /// The same of buffers().
    NamedTensors namedBuffers() const;
    /// Bytes of model.safetensors.
    std::string toSafetensors() const;

private:
    explicit Transformer(const ModelConfig& config);
    void attachBuffers(TransformerWeights& weights) const;
    ModelConfig m_config;
    at::Tensor m_flat_P, m_buffers_E;
    int64_t m_matrixElements = 0;
    const DeviceOps* m_device = nullptr;
};

/// cos and sin for positions 0 … longest-1, [2, T, A/2] float32.
at::Tensor rotaryTables(const ModelConfig& config, int64_t longest, at::Device device);

/// Called with the number of a layer that has experts and with where its tokens went.
using RoutingObserver = std::function<void(int64_t layer, const Routing& routing)>;

/// Final-normed hidden states [N, D]. Logits are never formed here (see ops::tokenLogProbs). `checkpointLayers`: keeps
/// each layer's input alone for the backward pass (see block_checkpoint.h); the same bits either way.
at::Tensor hiddenStates(const ModelConfig& config, const TransformerWeights& weights, const PackedBatch& batch,
    const RoutingObserver& observer = nullptr, bool checkpointLayers = false);

/// One layer, number `number`: attention and MLP, each with its norm before and the residual around it.
at::Tensor decoderLayer(const ModelConfig& config, const TransformerWeights::Layer& layer, int64_t number,
    const TransformerWeights& weights, const at::Tensor& x_ND, const PackedBatch& batch, const at::Tensor& tables_2TR,
    const RoutingObserver& observer = nullptr);

} // namespace aha
