// Kimi k1.5 (arXiv 2501.12599) §2.3.2 eq. 3: policy mirror descent, off-policy, one squared log-ratio a completion in
// the place of a clip.
//
//   s = -(r - mean r) log p(y) + τ/2 (log p(y) - log old(y))²,   log p(y) = Σ_t log p_t, mean over the prompt's group
//
// A is r - mean r (advantages.h with scaling none). The squared term is the paper's, with its gradient
// τ (log p - log old) ∇log p. Default here: τ = 1; the paper gives none. Deviations: none
// from the loss; the paper's optimizer is reset when the reference moves, ours goes on.

#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>

namespace aha {

using at::Tensor;

Tensor kimiSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const Tensor logp_N = t.spread(sumPerRow(t.in.logp_N, t.in.row_N, t.rows));
    const Tensor distance_N = t.spread(sumPerRow(t.logRatio_N, t.in.row_N, t.rows));
    const Tensor squared_N = distance_N * distance_N;
    addAverage(diagnostics, "kimi/squared_log_ratio", t, squared_N, /*byRow=*/true, 0);
    return -t.advantage_N * logp_N + t.config.mirrorDescentTau / 2 * squared_N;
}

} // namespace aha
