#pragma once
// Muon (Jordan et al. 2024; Liu et al. 2025, arXiv 2502.16982): the momentum of every hidden matrix, made orthogonal.
// Numerically torch.optim.Muon (2.11) with adjust_lr_fn "match_rms_adamw", so that AdamW's learning rates serve:
//
//   B = μ B + (1 - μ) g,   U = (1 - μ) g + μ B   (Nesterov)
//   X = U / ‖U‖_F, then 5 times (Newton-Schulz): A = X Xᵀ, X = a X + (b A + c A²) X,   a, b, c = 3.4445,
//   -4.7750, 2.0315 W = (1 - η λ) W - η · 0.2 sqrt(max(rows, columns)) · X
// Embeddings, head, norms and biases are AdamW's. Matrices are those of Hugging Face's names: query, key and value, and
// gate and up, are orthogonalised apart though they lie side by side here.
//
// Deviation from torch: the iteration is in float32 and not in bfloat16, which only serves a GPU's speed.

#include "core/algo/adamw.h"
#include "core/base/workers.h"
#include "core/nn/policy.h"

namespace aha {

/// Rows and columns of a matrix that begins at `from` of the flat vector.
struct MuonMatrix {
    int64_t from = 0, rows = 0, columns = 0;
};

/// The matrices of the layers, in order. None beside an adapter: its factors are not what Muon is made for.
std::vector<MuonMatrix> muonMatrices(const Policy& policy);

/// U after the Newton-Schulz iterations. [rows, columns]
at::Tensor orthogonalized(const at::Tensor& update_RC);

/// One update in place of matrices by Muon, of the rest by AdamW. Momentum is kept where AdamW keeps its first moment;
/// the second of those elements stays 0: checkpoints hold the same tensors. Matrices are spread over the workers (on a
/// GPU all are the first one's). The gradient must already be clipped.
/// `decayed`: leading elements that weight decay applies to (Policy::decayedElements()).
void muonUpdate(AdamWState& state, const std::vector<MuonMatrix>& matrices, at::Tensor& parameters_P,
    const at::Tensor& gradient_P, int64_t decayed, const OptimizerConfig& config, double rate, Workers& workers);

} // namespace aha
