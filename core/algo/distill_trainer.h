#pragma once
// One optimizer update of distillation: the student's next-token distributions are drawn towards a teacher's on the
// trained tokens of some sequences, whoever wrote them.
//
//   data's sequences        off-policy logit distillation (Hinton et al. 2015, arXiv 1503.02531, without its T²)
//   the student's own       on-policy distillation, GKD (Agarwal et al. 2023, arXiv 2306.13649)
//   jsd      distillation_divergence.h, over the whole vocabulary or the teacher's top k with a tail (topk_teacher.h)
//   minillm  reverse KL as a reward for the student's own completions, first term exact (minillm.h)
//
// Exact under accumulation: divisors are those of the whole update. The teacher computes each pass beside the student;
// logits of neither are ever whole.

#include "core/algo/sft_sequence.h"
#include "core/algo/update_step.h"

#include <functional>

namespace aha {

struct DistillScores {
    double loss = 0; ///< what was minimised
    double divergence = 0; ///< mean over trained tokens, of the configured kind; minillm: KL(student || teacher)
    double entropy = 0; ///< of the student, nats
    double agreement = 0; ///< share of trained tokens where both have the same most likely token
    int64_t trainedTokens = 0, tokens = 0;
};
struct DistillUpdate {
    DistillScores scores; ///< of the weights before the update
    double gradNorm = 0, learningRate = 0;
};

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class DistillTrainer {
public:
    /// All borrowed; the teacher lies where the policy computes. Throws Failure other_vocabulary.
    DistillTrainer(Policy& policy, const Transformer& teacher, Workers& workers);

    /// Errors: not_finite (the weights are those before).
    Result<DistillUpdate> update(const std::vector<SftSequence>& batch, const RunConfig& config, int64_t totalUpdates,
        const std::function<void(double)>& progress = nullptr);
    /// Without gradients.
    DistillScores evaluate(const std::vector<SftSequence>& sequences, const RunConfig& config);

    AdamW& optimizer() { return m_step.optimizer(); }
    const at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped

private:
    struct Sums;
    DistillScores pass(const std::vector<SftSequence>& batch, bool train, const RunConfig& config,
        const std::function<void(double)>& progress);

    const Transformer& m_teacher;
    UpdateStep m_step;
};

} // namespace aha
