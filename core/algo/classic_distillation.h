#pragma once
// Knowledge distillation as first described (Hinton et al., arXiv 1503.02531):
//
//   loss = α CE(labels) + (1 - α) T² KL(teacher_T ‖ student_T),  p_T = softmax(logits / T), means over tokens
// The cross-entropy is taken at temperature 1; T² keeps the size of the soft term's gradient when T changes.
//
// Deviations: none. The divisor is the tokens of the whole update, so accumulation is exact.

#include "core/algo/distillation_divergence.h"

namespace aha {

class DeviceOps;

struct ClassicDistillationConfig {
    double alpha = 0.5;
    double temperature = 2;
    double logitClip = 0; ///< teacher_logits.h
};

struct ClassicDistillationOutput {
    at::Tensor loss; ///< scalar, differentiable
    double crossEntropy = 0, divergence = 0; ///< sums over tokens; the divergence with its T²
    at::Tensor entropy_M; ///< of the student at the temperature, nats; carries no gradient
};

ClassicDistillationOutput classicDistillation(const at::Tensor& hidden_MD, const at::Tensor& head_VD,
    const at::Tensor& labels_M, const at::Tensor& teacherHidden_ME, const at::Tensor& teacherHead_VE,
    double updateTokens, const ClassicDistillationConfig& config, const DeviceOps* device = nullptr);

} // namespace aha
