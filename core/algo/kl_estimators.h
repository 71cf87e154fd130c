#pragma once
// Estimators of KL(policy || reference) from one sampled token, d = log p - log ref (Schulman 2020, "Approximating KL
// divergence"). In a reward their value counts, in a loss their gradient:
//
//   k1   d                                   unbiased value; gradient 0 in expectation: useless in a loss
//   abs  |d|
//   k2   d² / 2                              biased value, unbiased gradient
//   k3   exp(-d) + d - 1                     unbiased value, >= 0; gradient 1 - exp(-d) (GRPO, arXiv 2402.03300 eq. 4)
//   low_var_kl   k3 with d limited to ±20 and the result to ±10 (verl)
// A trailing + gives the value of the first with the gradient of k2 (verl): k1+, abs+, k3+, low_var_kl+.

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace aha {

const std::vector<std::string>& klEstimators();

/// Throws std::invalid_argument for a name that is not among klEstimators() (a + may follow).
at::Tensor klEstimate(const std::string& estimator, const at::Tensor& logp, const at::Tensor& reference);
/// The value alone.
double klEstimate(const std::string& estimator, double logp, double reference);

} // namespace aha
