// PPO's clipped policy term (Schulman et al. 2017, arXiv 1707.06347, eq. 7), with Ye et al.'s dual clip (arXiv
// 1912.09729, eq. 5): a token with A < 0 and an exploding ratio costs at most c |A|.
//
//   s = max( -A w, -A clip(w, 1 - ε, 1 + ε_high) );   where A < 0 and there is a c: min(s, -A c)
//
// Ratios are per token. Numerically TRL's PPOTrainer without logRatioLimit and c, verl's vanilla loss with 20 and 3.

#include "core/algo/ppo_loss.h"

#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/where.h>

#include <limits>

namespace aha {

using at::Tensor;

Tensor ppoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double least = 1 - t.config.epsilon, most = 1 + t.config.epsilonHigh;
    const Tensor logRatio_N = t.config.logRatioLimit
        ? at::clamp(t.logRatio_N, -*t.config.logRatioLimit, *t.config.logRatioLimit)
        : t.logRatio_N;
    const Tensor ratio_N = logRatio_N.exp(), negative_N = t.advantage_N.lt(0);
    const Tensor plain_N = -t.advantage_N * ratio_N, clipped_N = -t.advantage_N * at::clamp(ratio_N, least, most);
    Tensor loss_N = at::maximum(plain_N, clipped_N);
    addAverage(diagnostics, "policy/clipfrac", t, clipped_N.gt(plain_N), /*byRow=*/false, 0);
    addAverage(diagnostics, "policy/approxkl", t, 0.5 * logRatio_N * logRatio_N, /*byRow=*/false, 0); // TRL's
    addAverage(diagnostics, "policy/ppo_kl", t, -logRatio_N, /*byRow=*/false, 0); // verl's
    countClipped(diagnostics, t, ratio_N.lt(least) & negative_N, ratio_N.gt(most) & t.advantage_N.gt(0),
        /*byRow=*/false);
    if (t.config.dualClip) {
        const Tensor most_N = -t.advantage_N * *t.config.dualClip;
        addAverage(diagnostics, "policy/clipfrac_lower", t, loss_N.gt(most_N) & negative_N, /*byRow=*/false, 0);
        loss_N = at::where(negative_N, at::minimum(most_N, loss_N), loss_N);
    }
    return loss_N;
}

ValueLossOutput valueLoss(const ValueLossInput& in, std::optional<double> clip)
{
    const Tensor error_M = in.value_M - in.return_M, squared_M = error_M * error_M;
    Tensor loss_M = squared_M;
    ValueLossOutput out;
    out.count = double(squared_M.size(0));
    out.squaredError = total(squared_M);
    if (clip) {
        const Tensor near_M = at::minimum(at::maximum(in.value_M, in.oldValue_M - *clip), in.oldValue_M + *clip);
        const Tensor nearSquared_M = (near_M - in.return_M) * (near_M - in.return_M);
        loss_M = at::maximum(squared_M, nearSquared_M);
        out.clipped = total(nearSquared_M.detach().gt(squared_M.detach()));
    }
    out.loss = 0.5 * loss_M.sum() * in.weight;
    return out;
}

double explainedVariance(const Tensor& value_M, const Tensor& return_M)
{
    const at::NoGradGuard noGrad;
    const auto variance = [](const Tensor& x) { return x.to(at::kDouble).var(/*unbiased=*/false).item<double>(); };
    const double whole = variance(return_M);
    return whole > 0 ? 1 - variance(return_M - value_M) / whole : std::numeric_limits<double>::quiet_NaN();
}

} // namespace aha
