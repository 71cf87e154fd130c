#pragma once
// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1), as training computes it: keys and values
// are expanded from the latents of all tokens ("naive"). The decoder's absorbed form is core/rollout/latent_tile.
//
// Shapes: N tokens, D model width, H heads, Q query rank, R latent width, P plain and A rotary part of a head, S width
// of a value.

#include "core/config/model_config.h"
#include "core/nn/lora.h"
#include "core/nn/packed_batch.h"
#include "core/nn/weight_visitor.h"

namespace aha {

class DeviceOps;

/// The output projection is not among them: every attention has one.
struct LatentAttentionWeights {
    at::Tensor queryDown_QD, queryNorm_Q; ///< undefined when queries come straight from the hidden state
    at::Tensor queryUp; ///< [H (P + A), Q], or [H (P + A), D]
    at::Tensor latentDown; ///< [R + A, D]: the latent, then the shared rotary key
    at::Tensor latentNorm_R;
    at::Tensor latentUp; ///< [H (P + S), R]: for each head its key's plain part, then its value
};

void visitMatrices(const ModelConfig& config, LatentAttentionWeights& weights, const WeightVisitor& visit);
void visitVectors(const ModelConfig& config, LatentAttentionWeights& weights, const WeightVisitor& visit);
/// `at`: "model.layers.3.self_attn."
void appendNamed(const LatentAttentionWeights& weights, const std::string& at, NamedTensors& all);

/// Causal attention of `normed_ND` within each sequence, before the output projection: [N, H S]. `tables_2TA`: cos and
/// sin of each position for A / 2 pairs. The norms of both bottlenecks use 1e-6, whatever rms_norm_eps says.
at::Tensor latentAttention(const ModelConfig& config, const LatentAttentionWeights& weights, const LoraLayer& lora,
    const LoraWeights& adapter, const at::Tensor& normed_ND, const PackedBatch& batch, const at::Tensor& tables_2TA,
    const DeviceOps* device);

} // namespace aha
