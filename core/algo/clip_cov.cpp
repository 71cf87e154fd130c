// Clip-Cov (arXiv 2505.22617 eq. 11-12): PPO's clipped term, and none for the tokens that chooseClipCov() picked
// (covariance.h). No dual clip. Numerically verl's.

#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>

#include <stdexcept>

namespace aha {

using at::Tensor;

Tensor clipCovSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    if (!t.in.selected_N.defined())
        throw std::invalid_argument("clip_cov needs the tokens that were chosen from the whole micro-batch.");
    const double least = 1 - t.config.epsilon, most = 1 + t.config.epsilonHigh;
    countClipped(diagnostics, t, t.ratio_N.lt(least) & t.advantage_N.lt(0), t.ratio_N.gt(most) & t.advantage_N.gt(0),
        t.oneRatioPerRow());
    addAverage(diagnostics, "clip_cov/share", t, t.in.selected_N, /*byRow=*/false, 0);
    const Tensor loss_N = -at::minimum(t.ratio_N * t.advantage_N, at::clamp(t.ratio_N, least, most) * t.advantage_N);
    return loss_N.masked_fill(t.in.selected_N, 0);
}

} // namespace aha
