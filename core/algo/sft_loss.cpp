#include "core/algo/sft_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>

namespace aha {

using at::Tensor;

SftLossOutput sftLoss(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& targets_M, double tokens,
    const SftLossConfig& config, const DeviceOps* device)
{
    const ops::TokenLogProbs scored = ops::tokenLogProbs(hidden_MD, head_VD, targets_M, 1.0, device, true);
    const Tensor& logp_M = scored.logprob_M;
    Tensor loss_M = config.lossType == "dft" ? -logp_M.detach().exp() * logp_M : -logp_M;
    const double e = config.lossType == "nll" ? config.labelSmoothing : 0;
    if (e != 0 || config.zLoss != 0) {
        const Tensor logZ_M = (hidden_MD * head_VD.index_select(0, targets_M)).sum(-1) - logp_M;
        if (e != 0)
            loss_M = (1 - e) * loss_M + e * (logZ_M - at::matmul(hidden_MD, head_VD.mean(0)));
        if (config.zLoss != 0)
            loss_M = loss_M + config.zLoss * logZ_M * logZ_M;
    }
    SftLossOutput out;
    out.loss = loss_M.sum() / tokens;
    out.nll = -logp_M.detach().sum().item<double>();
    out.entropy = scored.entropy_M.sum().item<double>();
    out.right = scored.top_M.sum().item<double>();
    out.count = targets_M.numel();
    return out;
}

} // namespace aha
