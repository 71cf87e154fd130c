#pragma once
// One optimizer update from preferences: DPO and its relatives (dpo_loss.h), CPO and SimPO (cpo_loss.h), ORPO
// (orpo_loss.h) on pairs, KTO (kto_loss.h) on single completions that are good or bad.
//
// Deviations from TRL, all exact: no padding, and no token sees another completion; log-probs exist for completion
// tokens only; divisors are those of the whole update, so that accumulation changes nothing but memory. Losses that
// sort over a batch (aot) go through the model in one pass.

#include "core/algo/preference_diagnostics.h"
#include "core/algo/training_sample.h"
#include "core/algo/update_step.h"

#include <functional>

namespace aha {

/// Samples with ids, promptLength, and refLogp where the loss has a reference.
struct PreferencePair {
    TrainingSample chosen, rejected;
    int64_t tokens() const { return int64_t(chosen.ids.size() + rejected.ids.size()); }
};
struct PreferenceExample { ///< kto
    TrainingSample sample;
    bool desirable = false;
    TrainingSample mismatched; ///< this prompt with another row's completion (ktoMismatch), for the reference point
};

struct PreferenceScores {
    double loss = 0; ///< what was minimised; mean over pairs or examples
    double nll = 0; ///< mean over chosen tokens; NaN where the loss has no likelihood term
    PreferenceDiagnostics diagnostics;
    double referencePoint = 0; ///< kto's z
    int64_t tokens = 0; ///< of prompts and completions
};
struct PreferenceUpdate {
    PreferenceScores scores; ///< of the weights before the update
    double gradNorm = 0, learningRate = 0;
};

/// Does the run's loss compare with a reference model?
bool hasReference(const RunConfig& config);
/// Errors: bad_config, where the losses' names or weights make no sense together.
Result<void> checkPreferenceLoss(const RunConfig& config);

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class PreferenceTrainer {
public:
    /// Policy and workers are borrowed.
    PreferenceTrainer(Policy& policy, Workers& workers);

    /// `totalUpdates` is for the schedule. Errors: not_finite (the weights are those before), bad_config.
    Result<PreferenceUpdate> update(const std::vector<PreferencePair>& batch, const RunConfig& config,
        int64_t totalUpdates, const std::function<void(double)>& progress = nullptr);
    Result<PreferenceUpdate> update(const std::vector<PreferenceExample>& batch, const RunConfig& config,
        int64_t totalUpdates, const std::function<void(double)>& progress = nullptr);
    /// Without gradients.
    PreferenceScores evaluate(const std::vector<PreferencePair>& pairs, const RunConfig& config);
    PreferenceScores evaluate(const std::vector<PreferenceExample>& examples, const RunConfig& config);

    AdamW& optimizer() { return m_step.optimizer(); }
    const at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped

private:
    struct Scored;
    struct Sums;
    Scored score(const TransformerWeights& leaves, const std::vector<const TrainingSample*>& samples,
        const RunConfig& config, bool wantSquares) const;
    PreferenceScores pass(const std::vector<PreferencePair>& batch, bool train, const RunConfig& config,
        const std::function<void(double)>& progress);
    PreferenceScores pass(const std::vector<PreferenceExample>& batch, bool train, const RunConfig& config,
        const std::function<void(double)>& progress);
    Result<PreferenceUpdate> apply(const PreferenceScores& scores, const RunConfig& config, int64_t totalUpdates);

    UpdateStep m_step;
};

} // namespace aha
