#pragma once
// One optimizer update of distillation: the student's next-token distributions are drawn towards a teacher's on the
// trained tokens of some sequences, whoever wrote them.
//
//   data's sequences        off-policy logit distillation (Hinton et al. 2015, arXiv 1503.02531, without its T²)
//   the student's own       on-policy distillation, GKD (Agarwal et al. 2023, arXiv 2306.13649)
//   jsd         distillation_divergence.h, over the whole vocabulary or the teacher's top k with a tail
//               (topk_teacher.h)
//   minillm     reverse KL as a reward for the student's own completions, first term exact (minillm.h)
//   reverse_kl  the sampled tokens alone, early ones weighted (on_policy_distillation.h); the sampler's log-probs are
//               the policy's own of this update
//   classic     labels and a softened teacher, on data (classic_distillation.h)
//
// Exact under accumulation: divisors are those of the whole update. The teacher computes each pass beside the student,
// or what it says was kept (DistillBatch::known); logits of neither are ever whole.

#include "core/algo/sft_sequence.h"
#include "core/algo/topk_teacher.h"
#include "core/algo/update_step.h"

#include <functional>

namespace aha {

struct PackedTargets;

struct DistillScores {
    double loss = 0; ///< what was minimised
    /// Mean over trained tokens, of the configured kind. minillm: KL(student || teacher); reverse_kl: the same by the
    /// sampled tokens alone; classic: KL(teacher || student) at the temperature, without T².
    double divergence = 0;
    double entropy = 0; ///< of the student, nats
    double agreement = 0; ///< share of trained tokens where both have the same most likely token
    int64_t trainedTokens = 0, tokens = 0;
};
struct DistillUpdate {
    DistillScores scores; ///< of the weights before the update
    double gradNorm = 0, learningRate = 0;
};

struct DistillBatch {
    std::vector<SftSequence> sequences;
    /// What the teacher says at each sequence's trained tokens, on the CPU; empty: it is asked in the pass.
    std::vector<TeacherSupport> known {};
};

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class DistillTrainer {
public:
    /// All borrowed; the teacher lies where the policy computes; null where all batches know what it says. Throws
    /// Failure other_vocabulary.
    DistillTrainer(Policy& policy, const Transformer* teacher, Workers& workers);

    /// Errors: not_finite (the weights are those before).
    Result<DistillUpdate> update(const DistillBatch& batch, const RunConfig& config, int64_t totalUpdates,
        const std::function<void(double)>& progress = nullptr);
    /// Without gradients.
    DistillScores evaluate(const DistillBatch& batch, const RunConfig& config);

    AdamW& optimizer() { return m_step.optimizer(); }
    const at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped

private:
    struct Sums;
    struct Teaching; // what the teacher says in a pass
    DistillScores pass(
        const DistillBatch& batch, bool train, const RunConfig& config, const std::function<void(double)>& progress);
    Teaching ask(const DistillBatch& batch, const UpdateStep::Pass& rows, const PackedTargets& packed,
        const TransformerWeights* teacher, const DistillConfig& config) const;

    const Transformer* m_teacher;
    UpdateStep m_step;
};

} // namespace aha
