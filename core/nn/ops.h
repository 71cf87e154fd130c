#pragma once
// Differentiable building blocks. Each is one fused loop with its own backward: the CPU's, or those of `device` where
// the CUDA plug-in gave some. Without (other dtypes, other devices) it is composed of ATen operators, which are also
// the reference in tests (`reference::`).
//
// Shapes: N tokens (packed sequences), D model width, H heads, K key/value heads, A head width, F SwiGLU width,
// V vocabulary, M selected tokens.

#include "core/nn/packed_batch.h"

namespace aha {
class DeviceOps;
}

namespace aha::ops {

/// x_ND / sqrt(mean(x²) + eps) * weight_D (Zhang & Sennrich 2019).
at::Tensor rmsNorm(const at::Tensor& x_ND, const at::Tensor& weight_D, double eps, const DeviceOps* device = nullptr);

struct AttentionShape {
    int64_t heads, keyValueHeads, headDim;
    at::Tensor tables_2TR; ///< cos and sin for at least as many positions as the longest sequence; R = A / 2
    int64_t window = 0; ///< tokens that a token sees, itself included; 0 = all before it
};
/// Causal attention within each sequence. qkv_NE holds H query, K key and K value heads side by side; queries and keys
/// are rotated first (RoPE over half-split pairs, Su et al. 2021). Result: heads side by side, [N, H * A].
at::Tensor causalAttention(
    const at::Tensor& qkv_NE, const PackedBatch& batch, const AttentionShape& shape, const DeviceOps* device = nullptr);

/// qkv_NE with every query head normed by `queryNorm_A` and every key head by `keyNorm_A` (Qwen3).
at::Tensor normHeads(const at::Tensor& qkv_NE, const at::Tensor& queryNorm_A, const at::Tensor& keyNorm_A, double eps,
    const AttentionShape& shape, const DeviceOps* device = nullptr);

/// silu(gate) * up, where gateUp_N2F holds gate and up side by side (Shazeer 2020).
at::Tensor swiGlu(const at::Tensor& gateUp_N2F, const DeviceOps* device = nullptr);

struct TokenLogProbs {
    at::Tensor logprob_M; ///< differentiable
    at::Tensor entropy_M; ///< nats; carries a gradient only where asked for
    at::Tensor top_M; ///< bool: is the target the most likely token; undefined unless asked for
};
/// log softmax(hidden · headᵀ / temperature) at `targets_M`. Logits exist only for a chunk of rows at a time, forward
/// and backward (as in chunked linear cross-entropy). The entropy's gradient costs a second chunk in the backward pass.
TokenLogProbs tokenLogProbs(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& targets_M,
    double temperature, const DeviceOps* device = nullptr, bool wantTop = false, bool entropyGradient = false);

namespace reference {
at::Tensor rmsNorm(const at::Tensor& x_ND, const at::Tensor& weight_D, double eps);
at::Tensor causalAttention(const at::Tensor& qkv_NE, const PackedBatch& batch, const AttentionShape& shape);
at::Tensor swiGlu(const at::Tensor& gateUp_N2F);
TokenLogProbs tokenLogProbs(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& targets_M,
    double temperature, bool entropyGradient = false);
} // namespace reference

} // namespace aha::ops
