#pragma once
// On-policy distillation on the sampled tokens alone: the teacher scores what the student wrote. Reverse KL per token
// (Agarwal et al., arXiv 2306.13649; TRL's sampled-token form in sdpo.loss_utils) and its importance-weighted variant
// (IW-OPD, arXiv 2606.22600; TRL's IWOPDTrainer._compute_iw_opd_loss, both 1.16).
//
//   a_t = log q(y_t) - log p_old(y_t)          teacher against the student that sampled; no gradient
//   w_t = 1 + γ (1 - Σ_{i<t} |a_i| / max(Σ_i |a_i|, ε))          early tokens, where prefixes agree, count more
//   loss = -Σ w_t a_t log p(y_t) / tokens
// γ = 0 with p_old = p is sg(log p - log q) log p, whose gradient is that of KL(p ‖ q) in expectation; its value is not
// the KL, which `reverseKl` samples.
//
// Deviations from TRL: the divisor is the tokens of the whole update, so accumulation is exact.

#include <ATen/core/Tensor.h>

namespace aha {

struct OnPolicyDistillationConfig {
    double gamma = 0; ///< weight of early tokens; IW-OPD's default is 0.5
    double epsilon = 1e-8;
};

/// Packed rows, see row_positions.h.
struct OnPolicyDistillationInput {
    at::Tensor logp_N; ///< the student's, differentiable
    at::Tensor teacherLogp_N;
    at::Tensor rolloutLogp_N; ///< of the student that sampled; undefined: sg(logp)
    at::Tensor row_N;
    int64_t rows = 0; ///< in this call
    double updateTokens = 1; ///< of the whole update
};

struct OnPolicyDistillationOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor tokenLoss_N; ///< not divided
    /// Sums over tokens, but for the extremes.
    double tokens = 0, reverseKl = 0, advantage = 0, absoluteAdvantage = 0, weight = 0, minWeight = 0, maxWeight = 0;
};

OnPolicyDistillationOutput onPolicyDistillation(
    const OnPolicyDistillationInput& input, const OnPolicyDistillationConfig& config);

} // namespace aha
