#include "core/algo/classic_distillation.h"

#include "core/algo/packed_rows.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>

namespace aha {

using at::Tensor;

ClassicDistillationOutput classicDistillation(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& labels_M,
    const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, double updateTokens,
    const ClassicDistillationConfig& config, const DeviceOps* device)
{
    const double t = config.temperature;
    const Tensor hard = -ops::tokenLogProbs(hidden_MD, head_VD, labels_M, 1.0, device).logprob_M.sum();
    const TokenDivergence softened
        = distillationDivergence(hidden_MD, head_VD, teacherHidden_ME, teacherHead_VE, { 0, t, config.logitClip });
    const Tensor soft = t * t * softened.divergence_M.sum();
    return { (config.alpha * hard + (1 - config.alpha) * soft) / updateTokens, total(hard), total(soft),
        softened.entropy_M };
}

} // namespace aha
