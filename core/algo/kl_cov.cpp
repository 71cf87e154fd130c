// KL-Cov (arXiv 2505.22617 eq. 13): no clip, and a penalty on how far the tokens that chooseKlCov() picked
// (covariance.h) have moved:
//   s = -A w + β_cov |log w| on chosen tokens,   -A w on the others
// Numerically verl's. Default: β_cov = 1.

#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>

#include <stdexcept>

namespace aha {

using at::Tensor;

Tensor klCovSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    if (!t.in.selected_N.defined())
        throw std::invalid_argument("kl_cov needs the tokens that were chosen from the whole micro-batch.");
    addAverage(diagnostics, "kl_cov/share", t, t.in.selected_N, /*byRow=*/false, 0);
    const Tensor chosen_N = t.in.selected_N.to(t.in.logp_N.scalar_type());
    return -t.advantage_N * t.ratio_N + t.config.klCovCoef * chosen_N * t.logRatio_N.abs();
}

} // namespace aha
