// The GRPO family's clipped surrogate: DeepSeekMath (arXiv 2402.03300) eq. 3, DeepSeek-R1 (arXiv 2501.12948) eq. 1,
// with DAPO's clip-higher (arXiv 2503.14476 eq. 8) and INTELLECT-2's two-sided clip δ (arXiv 2505.07291).
//
//   s = -min( min(w, δ) A, clip(w, 1 - ε, 1 + ε_high) A ),   w = exp(log p - log old)
//
// w per token, or one for a sequence (GSPO). grpo, bnpo, dr_grpo, dapo and luspo share it and differ in their weights
// (reduction_weights.h). Numerically TRL's; δ limits the ratio before the minimum, and clip metrics see the limited
// one. Defaults: ε = ε_high = 0.2, no δ.

#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>

namespace aha {

using at::Tensor;

Tensor grpoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double least = 1 - t.config.epsilon, most = 1 + t.config.epsilonHigh;
    const Tensor clipped_N = at::clamp(t.ratio_N, least, most);
    const Tensor ratio_N = t.config.delta ? at::clamp(t.ratio_N, std::nullopt, *t.config.delta) : t.ratio_N;
    countClipped(diagnostics, t, ratio_N.lt(least) & t.advantage_N.lt(0), ratio_N.gt(most) & t.advantage_N.gt(0),
        t.oneRatioPerRow());
    return -at::minimum(ratio_N * t.advantage_N, clipped_N * t.advantage_N);
}

} // namespace aha
