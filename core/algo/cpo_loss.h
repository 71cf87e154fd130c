#pragma once
// Preference losses without a reference model: CPO (arXiv 2401.08417), SimPO (arXiv 2405.14734), and AlphaPO's reward
// (arXiv 2501.03884). Numerically TRL's (experimental CPOTrainer, 1.16).
//
// s = Σ_t log π(y), for ipo and simpo its mean over tokens; ε = label_smoothing. Rewards of winner and loser
//   g(s) = s,  or with α ≠ 0  (1 - exp(-α s)) / α                       and Δ = g(s_w) - g(s_l):
//   sigmoid   -(1-ε) log σ(βΔ) - ε log σ(-βΔ)                           CPO
//   hinge     max(0, 1 - βΔ)
//   ipo       (Δ - 1/(2β))²
//   simpo     -(1-ε) log σ(βΔ - γ) - ε log σ(γ - βΔ)                    SimPO
// loss = mean over pairs + cpo_alpha · (mean over chosen tokens of -log π)
//
// Deviations from TRL: the divisors (pairs, chosen tokens) are those of the whole update, so accumulation is exact.

#include "core/algo/preference_diagnostics.h"

#include <string>

namespace aha {

struct CpoLossConfig {
    std::string lossType = "sigmoid"; ///< sigmoid | hinge | ipo | simpo
    double beta = 0.1;
    double labelSmoothing = 0; ///< sigmoid and simpo
    double cpoAlpha = 1; ///< weight of the likelihood term
    double simpoGamma = 0.5; ///< target margin
    double alpha = 0; ///< AlphaPO; 0 = the log-prob itself
};

/// P pairs as 2P rows of row_positions.h: the chosen ones, then the rejected ones in the same order.
struct CpoLossInput {
    at::Tensor logp_N; ///< differentiable
    at::Tensor row_N;
    int64_t pairs = 0; ///< in this call
    double updatePairs = 1, updateChosenTokens = 1; ///< of the whole update
};

struct CpoLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor pairLoss_P; ///< not divided, without the likelihood term
    at::Tensor chosenReward_P, rejectedReward_P; ///< β g(s)
    double chosenNll = 0; ///< Σ -log π over chosen tokens
    PreferenceDiagnostics diagnostics;
};

CpoLossOutput cpoLoss(const CpoLossInput& input, const CpoLossConfig& config);

} // namespace aha
