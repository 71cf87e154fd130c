#pragma once
// The divergence between a student's and a teacher's next-token distributions over the whole vocabulary, as GKD
// (arXiv 2306.13649; TRL's GKDTrainer.generalized_jsd_loss) and TRL's DistillationTrainer use it, both 1.16.
//
//   S, T = softmax(logits / temperature)
//   β = 0        KL(T ‖ S)        forward KL: the student covers what the teacher does
//   β = 1        KL(S ‖ T)        reverse KL: the student keeps to what the teacher would do
//   otherwise    β KL(T ‖ M) + (1 - β) KL(S ‖ M),  M = (1 - β) S + β T
// β → 0 tends to 0 and not to forward KL: 0 and 1 are cases of their own. No factor temperature².
// The loss of GKD and of DistillationTrainer is the sum over tokens divided by the tokens of the whole update.
// The teacher's logits may be clipped: teacher_logits.h.
//
// One node with its own backward pass: logits of both models exist for a chunk of rows at a time, forward and backward,
//   g = dD/dlog S:  -T | S (log S - log T) | (1 - β) S (log S - log M)      dD/dlogits = (g - S Σ g) / temperature
// Numerically TRL's; deviations: none. The teacher gets no gradient. Both must have the same tokens; the width may differ. M rows, D and E widths, V tokens.

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

namespace aha {

struct DivergenceConfig {
    double beta = 0.5;
    double temperature = 1;
    double logitClip = 0; ///< of the teacher
};

/// Errors: other_vocabulary (the heads have different numbers of tokens).
Result<void> checkSameVocabulary(int64_t studentTokens, int64_t teacherTokens);

struct TokenDivergence {
    at::Tensor divergence_M; ///< differentiable in the student's hidden states and head
    at::Tensor entropy_M; ///< of the student at the temperature, nats; carries no gradient
};

/// Throws Failure where checkSameVocabulary() has an error.
TokenDivergence distillationDivergence(const at::Tensor& hidden_MD, const at::Tensor& head_VD,
    const at::Tensor& teacherHidden_ME, const at::Tensor& teacherHead_VE, const DivergenceConfig& config);

/// The divergence of given log-probs, summed over the last dimension. Differentiable in both.
at::Tensor generalizedDivergence(const at::Tensor& student_MV, const at::Tensor& teacher_MV, double beta);

} // namespace aha
