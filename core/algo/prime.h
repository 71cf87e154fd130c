#pragma once
// PRIME: a process reward that needs no step labels, because it is the log-ratio of a model trained on outcomes alone
// (arXiv 2502.01456; implicit process rewards, arXiv 2412.01981).
//
//   r_t = β (log π_prm(y_t) - log π_ref(y_t)),   r(y) = Σ_t r_t
//   the reward model learns online:  loss = mean over completions of BCE(σ(r(y)), correct)
// and the policy's advantage, for a group of n completions of one prompt, leave-one-out twice:
//   process  p_t = r_t n/(n-1) - Σ_rows mean_t(r) / (n-1)
//   outcome  o   = y n/(n-1) - Σ_rows y / (n-1), on the last token
//   returns  G_t = Σ_{i>=t} (process_coef p_i + outcome_coef o_i),   A = G whitened over all tokens of the batch
//
// Before that, as in the authors' code and verl's recipe (prime_norm = batch_norm; the paper does not say it), the
// token rewards are divided by the batch's largest |Σ_{i>=t} r_i|: a log-ratio grows with the text and with every
// update of the reward model, and would soon drown the verdict.
//
// Deviations: none from the formulas; the reward model's divisor is the completions of the whole update, so
// accumulation is exact. The advantage needs whole groups, its whitening and that divisor the whole batch.

#include <ATen/core/Tensor.h>

namespace aha {

struct PrimeConfig {
    double beta = 0.05;
    double processCoef = 5, outcomeCoef = 1;
};

/// Packed rows, see row_positions.h.
struct PrimeModelInput {
    at::Tensor logp_N; ///< of the reward model, differentiable
    at::Tensor refLogp_N;
    at::Tensor row_N;
    at::Tensor correct_R; ///< 0 or 1
    double updateRows = 1; ///< of the whole update
};

struct PrimeModelOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor tokenReward_N, sequenceReward_R; ///< r_t and r(y); no gradient
    double right = 0; ///< completions whose r(y) is above 0 exactly when they are correct
};

PrimeModelOutput primeModelLoss(const PrimeModelInput& input, const PrimeConfig& config);

/// r_t over the largest |Σ_{i>=t} r_i| of the batch: no sum of what is left of a row is beyond 1.
at::Tensor primeNormalized(const at::Tensor& tokenReward_N, const at::Tensor& row_N, int64_t rows);

struct PrimeAdvantages {
    at::Tensor process_N, outcome_R, returns_N, advantage_N;
};

/// R rows are groups of `generations` consecutive rows (2 or more). An empty row has no tokens and a mean of 0.
PrimeAdvantages primeAdvantages(const at::Tensor& tokenReward_N, const at::Tensor& row_N, const at::Tensor& correct_R,
    int64_t generations, const PrimeConfig& config);

} // namespace aha
