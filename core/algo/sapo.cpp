// SAPO: soft adaptive policy optimisation (arXiv 2511.20347) eq. 5-6. A sigmoid gate in the place of the hard clip,
// steeper for negative advantages:
//
//   s = -A · 4/τ · sigmoid(τ (w - 1)),   τ = τ_pos where A > 0, else τ_neg
//
// At w = 1 value and slope are those of a plain ratio but for a constant. Numerically TRL's. Defaults: τ_pos 1,
// τ_neg 1.05.

#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/where.h>

namespace aha {

using at::Tensor;

Tensor sapoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics&)
{
    const Tensor tau_N = at::where(t.advantage_N.gt(0), at::full_like(t.advantage_N, t.config.sapoTemperaturePos),
        at::full_like(t.advantage_N, t.config.sapoTemperatureNeg));
    const Tensor gate_N = at::sigmoid(tau_N * (t.ratio_N - 1)) * 4 / tau_N;
    return -gate_N * t.advantage_N;
}

} // namespace aha
