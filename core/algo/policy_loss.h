#pragma once
// The loss of a policy update, whatever the algorithm: what all of them share, around the one term in which they
// differ. Numerically TRL's (GRPOTrainer._compute_loss, 1.16) where TRL has the algorithm.
//
//   loss = Σ_tokens weight_row ( m · s(token) + β KL )  -  c · Σ_tokens H / (tokens of the bonus)
//
// s: the surrogate that `lossType` names, each in its own file: grpo bnpo dr_grpo dapo luspo (grpo_loss), cispo, sapo,
// vespo, gmpo, ppo (ppo_loss: dual clip too), reinforce, rloo, kimi (kimi_mirror_descent), clip_cov, kl_cov.
// weight_row: reduction_weights.h. m: the sampler's correction (sampler_correction.h), the off-policy sequence mask and
// the high-entropy token mask (entropy_bonus.h). KL: kl_estimators.h; masks and correction leave it alone.
//
// Tokens are packed: N completion tokens of R rows, row_N says which row a token belongs to, all tokens of a row are
// here. Masked tokens are left out by the caller. Pure: no state, no random numbers. The loss is a plain sum, so the
// parts of a micro-batch that different workers compute add up to the exact whole; what needs the whole micro-batch
// (weights, the entropy threshold, the bonus's denominator, selected tokens) is worked out before and passed in.

#include "core/algo/policy_tokens.h"

namespace aha {

struct PolicyLossOutput {
    at::Tensor loss;
    double policyLoss = 0; ///< the value of `loss` without the entropy bonus
    PolicyLossDiagnostics diagnostics;
    at::Tensor ratio_N; ///< importance ratios at the configured level, detached
};

/// Throws std::invalid_argument for an unknown loss type, level or estimator, and for a missing tensor.
PolicyLossOutput policyLoss(const PolicyLossInput& input, const PolicyLossConfig& config);

/// The loss types that there are.
const std::vector<std::string>& policyLossTypes();

} // namespace aha
