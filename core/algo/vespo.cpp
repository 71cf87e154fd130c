// VESPO: variational sequence-level soft policy optimisation (arXiv 2602.10693) eq. 20. A sequence's weight W = Π w is
// shaped by a gamma kernel with its top near W = k/λ, and every token keeps the gradient of its log-prob:
//
//   log W = clip( Σ_t clip(log w_t, ±20) + Σ_t clip(log ρ_t, log 1e-8, 20), log 1e-8, 20 )
//   s = -sg(φ) A log p,   φ = exp(λ + k log W - λ W)      (φ(1) = 1);  k, λ by the sign of A
//
// ρ is the sampler's correction, folded in here and not multiplied again: one token masked to 0 wipes out its row.
// Numerically TRL's. Defaults: k 2, λ 3 for A >= 0; k 3, λ 2 below.

#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/where.h>

#include <cmath>

namespace aha {

using at::Tensor;

Tensor vespoSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double smallest = std::log(1e-8), largest = 20;
    const PolicyLossConfig& c = t.config;
    Tensor phi_N;
    {
        const at::NoGradGuard noGrad;
        Tensor logWeight_R = sumPerRow(at::clamp(t.logRatio_N, -largest, largest), t.in.row_N, t.rows);
        if (t.in.correction_N.defined()) {
            const Tensor logCorrection_N = at::clamp(t.in.correction_N.log(), smallest, largest);
            logWeight_R = logWeight_R
                + (c.correctionPerSequence ? meanPerRow(logCorrection_N, t.in.row_N, t.length_R)
                                           : sumPerRow(logCorrection_N, t.in.row_N, t.rows));
        }
        const Tensor logWeight_N = t.spread(at::clamp(logWeight_R, smallest, largest));
        const auto bySign = [&](double positive, double negative) {
            return at::where(
                t.advantage_N.ge(0), at::full_like(t.advantage_N, positive), at::full_like(t.advantage_N, negative));
        };
        const Tensor k_N = bySign(c.vespoKPos, c.vespoKNeg), lambda_N = bySign(c.vespoLambdaPos, c.vespoLambdaNeg);
        phi_N = (lambda_N + k_N * logWeight_N - lambda_N * logWeight_N.exp()).exp();
    }
    addAverage(diagnostics, "vespo/phi_seq_mean", t, phi_N, !t.in.advantage_N.defined(), 1);
    return -phi_N * t.advantage_N * t.in.logp_N;
}

} // namespace aha
