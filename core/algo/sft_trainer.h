#pragma once
// One optimizer update of supervised fine-tuning: the mean loss over all trained tokens of the batch, in one or many
// passes. TRL's semantics (SFTTrainer, see sft_loss.h).
//
// Deviations, all exact: sequences are packed without padding and never see each other; log-probs exist for trained
// tokens only; the mean is over the batch's trained tokens whatever the passes, so gradient accumulation changes
// nothing but memory.

#include "core/algo/sft_loss.h"
#include "core/algo/sft_sequence.h"
#include "core/algo/update_step.h"

namespace aha {

/// Means over trained tokens.
struct SftScores {
    double nll = 0, entropy = 0, tokenAccuracy = 0; ///< NaN without a trained token
    int64_t trainedTokens = 0, tokens = 0;
};

struct SftUpdate {
    double loss = 0; ///< what was minimised; nll unless DFT, label smoothing or z-loss are on
    SftScores scores; ///< of the weights before the update
    double gradNorm = 0, learningRate = 0;
};

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class SftTrainer {
public:
    /// Policy and workers are borrowed.
    SftTrainer(Policy& policy, Workers& workers);

    /// `totalUpdates` is for the schedule. Errors: not_finite (the weights are those before).
    Result<SftUpdate> update(const std::vector<SftSequence>& batch, const RunConfig& config, int64_t totalUpdates,
        const std::function<void(double)>& progress = {});
    /// Without gradients.
    SftScores evaluate(const std::vector<SftSequence>& sequences, const RunConfig& config,
        const std::function<void(double)>& progress = {});

    AdamW& optimizer() { return m_step.optimizer(); }
    const at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped

private:
    struct Sums;
    Sums pass(const std::vector<SftSequence>& batch, double tokens, bool train, const RunConfig& config,
        const std::function<void(double)>& progress);

    UpdateStep m_step;
};

} // namespace aha
