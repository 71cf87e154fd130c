#pragma once
// log Σ_v π(v)² at each position: how concentrated a distribution is, for WPO's weights (arXiv 2406.11827, in
// dpo_loss.h).

#include <ATen/core/Tensor.h>

namespace aha {

/// Of softmax(hidden · headᵀ). No gradient; logits exist for a chunk of rows at a time.
at::Tensor logSquaredProbability(const at::Tensor& hidden_MD, const at::Tensor& head_VD);

} // namespace aha
