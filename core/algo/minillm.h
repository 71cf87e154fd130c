#pragma once
// MiniLLM (arXiv 2306.08543): reverse KL as a reward that the student maximises by policy gradient, with the first step
// of the sum taken exactly. Numerically TRL's (experimental MiniLLMTrainer, 1.10).
//
//   R_t = log q(y_t) - log p(y_t)                                   teacher q, student p; no gradient
//   A_t = Σ_{i>=t} γ^i R_i;   with length normalisation  A_t / Σ_{i>=t} γ^i;   γ = 0: A_t = R_t
//   single step: mean over tokens of KL(p(. | y_<t) ‖ q(. | y_<t)), whole vocabulary
// A_t is added to the advantage of the completion in a clipped policy-gradient loss (policy_loss.h), the single step is
// added to that loss. γ^i counts from the start of the completion and is not divided back, as in TRL: without length
// normalisation later tokens shrink.
//
// Deviation from TRL: there every padded position counts as 1e-4 of a token in the discounted length; `paddedWidth`
// reproduces that, 0 leaves it out.

#include "core/algo/distillation_divergence.h"

namespace aha {

struct MinillmConfig {
    double gamma = 0;
    bool lengthNormalization = true;
    int64_t paddedWidth = 0; ///< tokens to which TRL would pad every row
};

/// Of packed rows (row_positions.h). Carries no gradient.
at::Tensor minillmAdvantages(const at::Tensor& logp_N, const at::Tensor& teacherLogp_N, const at::Tensor& row_N,
    int64_t rows, const MinillmConfig& config);

/// Sum of the single-step term over the M given positions, divided by the tokens of the whole update.
/// `clip`: teacher_logits.h.
at::Tensor minillmSingleStep(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& teacherHidden_ME,
    const at::Tensor& teacherHead_VE, double temperature, double updateTokens, double clip = 0);

} // namespace aha
