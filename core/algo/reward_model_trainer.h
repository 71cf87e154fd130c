#pragma once
// One optimizer update of a reward model: from comparisons or grades (reward_model_loss.h), read at the last token, or
// from labelled steps (process_reward.h), read at the labels.
//
// Deviations from TRL's RewardTrainer and PRMTrainer, all exact: no padding, no token sees another row; divisors are
// those of the whole update. A classifier of tokens has no dropout before its head (transformers: 0.1).

#include "core/algo/process_reward.h"
#include "core/algo/reward_model_loss.h"
#include "core/algo/update_step.h"

namespace aha {

enum class RewardObjective { Pairwise, Outcome, Process };
RewardObjective rewardObjective(const RunConfig& config);
/// What its head has: one output, or two on every token.
int64_t labelsOf(RewardObjective objective);

struct RewardRow {
    std::vector<int32_t> ids, rejected; ///< what is judged; of a pair the winner, and the loser
    double margin = 0; ///< of a pair
    bool good = false; ///< outcome
    std::vector<int32_t> labels; ///< process: one a token of ids, kNoLabel where there is none
    int64_t tokens() const { return int64_t(ids.size() + rejected.size()); }
};

struct RewardModelScores {
    double loss = 0; ///< mean over pairs, rows or labels
    /// Process: comparisons are labels, and a reward is the probability that a step is good.
    RewardDiagnostics diagnostics;
    int64_t tokens = 0; ///< that went through the model
};
struct RewardModelUpdate {
    RewardModelScores scores; ///< of the weights before the update
    double gradNorm = 0, learningRate = 0;
};

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class RewardModelTrainer {
public:
    /// The model has the objective's head. Model and workers are borrowed.
    RewardModelTrainer(Policy& model, Workers& workers, RewardObjective objective);

    /// `totalUpdates` is for the schedule. Errors: not_finite (the weights are those before).
    Result<RewardModelUpdate> update(const std::vector<RewardRow>& rows, const RunConfig& config, int64_t totalUpdates,
        const std::function<void(double)>& progress = nullptr);
    /// Without gradients.
    RewardModelScores evaluate(const std::vector<RewardRow>& rows, const RunConfig& config);

    AdamW& optimizer() { return m_step.optimizer(); }
    const at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped

private:
    RewardModelScores pass(const std::vector<RewardRow>& rows, bool train, const RunConfig& config,
        const std::function<void(double)>& progress);
    RewardLossOutput lossOf(const at::Tensor& scores_MC, const std::vector<const RewardRow*>& rows, double divisor,
        const RunConfig& config) const;

    const RewardObjective m_objective;
    UpdateStep m_step;
};

} // namespace aha
