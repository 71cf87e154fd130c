// CISPO: MiniMax-M1 (arXiv 2506.13585) eq. 4-5. The ratio is cut and detached, and every token keeps the gradient of
// its log-prob: s = -sg(min(w, ε_high)) A log p. Numerically TRL's, whose ε_high is the cap itself and not 1 + ε_high
// (verl), and which has no lower cap; the metric counts positive advantages only. ScaleRL uses ε_high = 5.

#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>

namespace aha {

using at::Tensor;

Tensor cispoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double cap = t.config.epsilonHigh;
    const Tensor weight_N = at::clamp(t.ratio_N, std::nullopt, cap).detach();
    addAverage(diagnostics, "cispo_clip_ratio", t, t.ratio_N.gt(cap) & t.advantage_N.gt(0), t.oneRatioPerRow(), 0);
    return -weight_N * t.advantage_N * t.in.logp_N;
}

} // namespace aha
