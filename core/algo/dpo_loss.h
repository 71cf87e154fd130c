#pragma once
// Direct preference optimisation and its relatives, numerically TRL's (DPOTrainer._compute_loss, 1.16).
//
// c = Σ_t log π(y_w) - log π_ref(y_w), r the same of y_l; f' maps a log-ratio to a score (f-DPO, arXiv 2309.16240):
//   reverse_kl        u
//   forward_kl        1 - exp(-u)
//   js_divergence     log 2 + log σ(u)
//   alpha_divergence  (exp((α-1) u) - 1) / (α-1)
// Δ = f'(c) - f'(r); ε = label_smoothing. Per pair:
//   sigmoid       -log σ(βΔ)                                   DPO, arXiv 2305.18290
//   hinge         max(0, 1 - βΔ)                               SLiC, arXiv 2305.10425
//   ipo           (f'(c)/|y_w| - f'(r)/|y_l| - 1/(2β))²        IPO, arXiv 2310.12036, per token
//   robust        (-(1-ε) log σ(βΔ) + ε log σ(-βΔ)) / (1-2ε)   arXiv 2403.00409
//   exo_pair      σ(βΔ)(log σ(βΔ) - log(1-ε)) + σ(-βΔ)(log σ(-βΔ) - log ε)
//                 EXO, arXiv 2402.00856; ε > 0
//   nca_pair      -log σ(βc) - ½ log σ(-βc) - ½ log σ(-βr)     NCA, arXiv 2402.05369
//   bco_pair      -log σ(βc) - log σ(-βr)                      BCO, arXiv 2404.04656, no running mean
//   sppo_hard     (c - 1/(2β))² + (r + 1/(2β))²                SPPO, arXiv 2405.00675
//   aot           -(1-ε) log σ(βδ) - ε log σ(-βδ), δ = sort(log π_w - log π_l) - sort(ref_w - ref_l)
//                 arXiv 2406.05882
//   aot_unpaired  the same with δ = sort(c) - sort(r)
//   apo_zero      1 - σ(βc) + σ(βr)                            winners up, losers down: APO, arXiv 2408.06266
//   apo_down      σ(βc) + 1 - σ(β(c - r))                      winners down, losers further
//   discopop      (1-m)(-log σ(βΔ)) + m exp(-βΔ), m = σ(βΔ/τ)  arXiv 2406.08414
//   sft           -Σ log π(y_w) / tokens                       over all chosen tokens: RPO, arXiv 2404.19733
//   sigmoid_norm  -log σ(β(f'(c)/|y_w| - f'(r)/|y_l|))         length-normalised as SimPO, arXiv 2405.14734
// loss = Σ_k weight_k · mean over pairs (several types together: MPO, arXiv 2411.10442).
//   ld_alpha a    tokens beyond the shorter completion of the pair count a in log π and log π_ref
//                 LD-DPO, arXiv 2409.06411
//   weighting     each pair times w(y_w) w(y_l), w = exp(mean_t(log π - log Σ_v π(v)²)), no gradient
//                 WPO, arXiv 2406.11827
//
// Deviations from TRL. Divisors (pairs, chosen tokens) are those of the whole update, so the loss is a plain sum and
// accumulation is exact; TRL averages the micro-batches' means. aot and aot_unpaired sort over the pairs of a call and
// sft with weighting multiplies two means over them: their definition needs the whole batch (needsWholeBatch()).
// The exponents of forward_kl and alpha_divergence stop at 80 (in TRL: of the latter only). As in TRL, label smoothing
// acts in robust, exo_pair, aot and aot_unpaired only, and f' only where it is written above.

#include "core/algo/preference_diagnostics.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct DpoLossConfig {
    std::vector<std::string> lossType { "sigmoid" };
    std::vector<double> lossWeights {}; ///< one each, or none: 1
    double beta = 0.1;
    double labelSmoothing = 0;
    std::string fDivergence = "reverse_kl"; ///< reverse_kl | forward_kl | js_divergence | alpha_divergence
    double alphaDivergence = 0.5;
    std::optional<double> ldAlpha {};
    bool useWeighting = false;
    double discopopTau = 0.05;
};

/// Errors: bad_config (an unknown name, or a combination that has no meaning).
Result<void> checkDpoLoss(const DpoLossConfig& config);
/// Is the loss more than a sum over pairs, so that the batch must not be cut into micro-batches?
bool needsWholeBatch(const DpoLossConfig& config);

/// P pairs as R = 2P rows of row_positions.h: the chosen ones, then the rejected ones in the same order.
struct DpoLossInput {
    at::Tensor logp_N; ///< differentiable
    at::Tensor refLogp_N; ///< undefined: no reference (all 0)
    at::Tensor row_N; ///< int64
    int64_t pairs = 0; ///< in this call
    double updatePairs = 1; ///< of the whole update
    double updateChosenTokens = 1; ///< of the whole update; for sft
    at::Tensor logSquaredSum_N {}; ///< log Σ_v π(v)² at each token; with weighting only
};

struct DpoLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor pairLoss_P; ///< not divided; undefined where a pair has no loss of its own (sft, aot, aot_unpaired)
    at::Tensor chosenReward_P, rejectedReward_P; ///< βc and βr
    PreferenceDiagnostics diagnostics;
};

/// `config` has passed checkDpoLoss().
DpoLossOutput dpoLoss(const DpoLossInput& input, const DpoLossConfig& config);

} // namespace aha
