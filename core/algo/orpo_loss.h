#pragma once
// Odds-ratio preference optimisation: fine-tuning on the winners with a term that widens the odds between winner and
// loser, no reference model (ORPO, arXiv 2403.07691). Numerically TRL's (experimental ORPOTrainer, 1.16).
//
// p = exp(mean_t log π(y)), odds(y) = p / (1 - p):
//   loss = NLL(y_w) - mean over pairs of β log σ(log(odds(y_w) / odds(y_l)))
//
// Deviations from TRL: NLL is the mean over the completion tokens of the winners (the paper's; TRL takes the prompt's
// tokens too), and the divisors (pairs, chosen tokens) are those of the whole update, so accumulation is exact.

#include "core/algo/preference_diagnostics.h"

namespace aha {

struct OrpoLossConfig {
    double beta = 0.1; ///< the paper's λ
};

/// P pairs as 2P rows of row_positions.h: the chosen ones, then the rejected ones in the same order.
struct OrpoLossInput {
    at::Tensor logp_N; ///< differentiable
    at::Tensor row_N;
    int64_t pairs = 0; ///< in this call
    double updatePairs = 1, updateChosenTokens = 1; ///< of the whole update
};

struct OrpoLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor logSigmoidOdds_P; ///< log σ(log odds ratio) of each pair
    at::Tensor chosenReward_P, rejectedReward_P; ///< β mean_t log π
    double logOdds = 0; ///< Σ over pairs of the log odds ratio
    double chosenNll = 0; ///< Σ -log π over chosen tokens
    PreferenceDiagnostics diagnostics;
};

OrpoLossOutput orpoLoss(const OrpoLossInput& input, const OrpoLossConfig& config);

} // namespace aha
