#pragma once
// What stages share in which the model itself writes: a task, prompts, a verifier, rollouts, and the evaluation on
// held-out problems.

#include "core/engine/step_sampler.h"
#include "core/engine/training_session.h"

namespace aha {

class SamplingSession : public TrainingSession {
public:
    using TrainingSession::TrainingSession;

protected:
    /// For openStage(). Throws Failure.
    void openSampling();
    /// Records where the problems come from: the task's rows, or that they are made. Throws Failure source_changed.
    void recordTask(bool resuming);

    void packWeights() override;
    void evaluateNow() override;
    std::vector<std::vector<SampledCompletion>> sample(
        const std::vector<PromptRequest>& prompts, const std::function<void(double)>& progress) override;
    /// Samples a held-out problem, which is judged and rewarded as in training, a prompt or a conversation; or judges a
    /// text.
    LiveAnswer answerForModel(const Command& command) override;

    LiveAnswer sampleNow(const Command& command);

    std::unique_ptr<Task> m_task;
    std::unique_ptr<CompletionScorer> m_scorer;
    std::optional<PromptBuilder> m_prompts;
    std::unique_ptr<RolloutBackend> m_rollout;
    std::optional<StepRewards> m_rewards;
    std::optional<RewardModelPart> m_rewardModel;
    std::optional<StepSampler> m_sampler;
};

} // namespace aha
