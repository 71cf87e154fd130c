#pragma once
// Supervised fine-tuning's loss on the trained tokens, numerically TRL's (SFTTrainer.compute_loss, 1.16).
//
//   nll   l = -log p(token)
//   dft   l = -sg(p(token)) log p(token)                       (Wu et al. 2025, arXiv 2508.05629)
//   with label smoothing e:  l = (1 - e) nll + e mean_v(-log p(v))      (transformers' LabelSmoother; nll only)
//   with z-loss c:           l + c log(Z)², Z = Σ_v exp(logit(v))       (PaLM, arXiv 2204.02311; TRL has none)
//   loss = Σ l / tokens
//
// `tokens` is the count of trained tokens of the whole optimizer update: because the loss is a plain sum, the parts
// that different passes and workers compute add up to the exact mean. Logits are never formed: the mean over the
// vocabulary is one product with the mean row of the head, and log Z is the token's logit minus its log-prob.

#include "core/nn/ops.h"

#include <string>

namespace aha {

struct SftLossConfig {
    std::string lossType = "nll"; ///< nll | dft
    double labelSmoothing = 0, zLoss = 0;
};

struct SftLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    double nll = 0, entropy = 0, right = 0; ///< sums over the tokens: -log p, nats, most likely token was the right one
    int64_t count = 0;
};

/// hidden_MD: the states that predict targets_M; head_VD: the model's head. `tokens` > 0.
SftLossOutput sftLoss(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& targets_M,
    double tokens, const SftLossConfig& config, const DeviceOps* device = nullptr);

} // namespace aha
