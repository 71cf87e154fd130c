#pragma once
// Distillation from the teacher's log-probs at a few tokens a position: computed once, kept, and used without the
// teacher. Numerically TRL's (experimental IWOPDTrainer.generalized_jsd_loss with loss_top_k, 1.16).
//
// Both distributions are cut to a support of S tokens and made whole again:
//   tail bucket      one more entry with the remaining mass, log(1 - Σ p)     keeps the confidence; k = 1 still teaches
//   no tail bucket   p / Σ p over the support                                 k = 1 with β 0 or 1 gives loss 0
// and compared with generalizedDivergence(). The support of the reference depends on β: 0 the teacher's top k, 1 the
// student's, otherwise the union. A cache knows the teacher's only, so it serves every β with those (deviation).
//
// The student's log-probs at the support are one node with its own backward pass; logits exist for a chunk of rows at a
// time. M positions, S support, K = k, V tokens.

#include <ATen/core/Tensor.h>

namespace aha {

/// What is known of the teacher: log-probs (at the temperature) at S tokens of each of M positions.
struct TeacherSupport {
    at::Tensor ids_MS; ///< int64
    at::Tensor logp_MS; ///< carries no gradient
    at::Tensor valid_MS; ///< bool; false for an unused place. Undefined: all are used
    bool whole = false; ///< the support is the vocabulary: nothing is left for a tail
};

struct SupportDivergenceConfig {
    double beta = 0.5;
    double temperature = 1;
    bool addTail = true;
};

/// The teacher's k most likely tokens, most likely first: what a cache holds. `clip`: teacher_logits.h.
TeacherSupport teacherTopK(const at::Tensor& teacherHidden_ME, const at::Tensor& teacherHead_VE, int64_t k,
    double temperature, double clip = 0);
/// The reference's support, from both models. Heads of the same vocabulary.
TeacherSupport sharedSupport(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& teacherHidden_ME,
    const at::Tensor& teacherHead_VE, int64_t k, const SupportDivergenceConfig& config);

/// log softmax(hidden · headᵀ / temperature) at ids_MS. Differentiable.
at::Tensor logProbsAt(
    const at::Tensor& hidden_MD, const at::Tensor& head_VD, const at::Tensor& ids_MS, double temperature);

/// Divergence of each position. Differentiable in the student's hidden states and head.
at::Tensor supportDivergence(const at::Tensor& hidden_MD, const at::Tensor& head_VD, const TeacherSupport& teacher,
    const SupportDivergenceConfig& config);

} // namespace aha
