// GMPO: geometric-mean policy optimisation (arXiv 2507.20673) eq. 4. One weight a sequence, the geometric mean of its
// tokens' ratios, each clipped in log space on the side that its advantage would push it out of:
//
//   s = -A · exp( mean_t clip1(log w_t, -ε, ε_high) ),   clip1 = min(·, ε_high) where A > 0, else max(·, -ε)
//
// Numerically TRL's: tokens below the entropy threshold leave the geometric mean (of a row with none left the weight
// is 1); neither bias correction of the KL nor sampler correction nor off-policy mask applies. The paper's ε is 0.4.
// Deviation: a fully masked row adds nothing, where TRL adds the constant -A / rows.

#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/where.h>

namespace aha {

using at::Tensor;

Tensor gmpoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double low = -t.config.epsilon, high = t.config.epsilonHigh;
    Tensor logRatio_N = at::where(
        t.advantage_N.gt(0), at::clamp(t.logRatio_N, std::nullopt, high), at::clamp(t.logRatio_N, low, std::nullopt));
    Tensor count_R = t.length_R;
    if (t.highEntropy_N.defined()) {
        logRatio_N = logRatio_N * t.highEntropy_N;
        count_R = sumPerRow(t.highEntropy_N, t.in.row_N, t.rows);
    }
    const Tensor weight_R = meanPerRow(logRatio_N, t.in.row_N, count_R).exp();
    countClipped(diagnostics, t, t.logRatio_N.lt(low) & t.advantage_N.lt(0),
        t.logRatio_N.gt(high) & t.advantage_N.gt(0), /*byRow=*/false);
    return -t.spread(weight_R) * t.advantage_N;
}

} // namespace aha
