#pragma once
// What a run of reinforcement learning remembers of its sampling from step to step: success rates of problems, groups
// to replay, unfinished completions, the level of a curriculum. A run that asks for none of them keeps nothing.

#include "core/engine/checkpoint.h"
#include "core/engine/level_curriculum.h"
#include "core/engine/partial_rollouts.h"
#include "core/engine/problem_order.h"
#include "core/engine/replay_buffer.h"

namespace aha {

class SelectionState {
public:
    /// All borrowed; `sampler` asks the order of problems from now on. Throws Failure where a row cannot be read.
    SelectionState(const RunConfig& config, const Task& task, StepSampler& sampler, RolloutBackend& rollout,
        const Tokenizer& tokenizer);

    /// The completions of a step, whole or grown from earlier steps.
    SampledStep sample(int64_t step, const RunConfig& config, const SamplingParams& params,
        const std::function<void(double)>& progress);
    /// After advantages are set: groups that teach nothing give way to earlier ones. Which of them: positions.
    std::vector<size_t> replay(int64_t step, const Advantages& rewards, std::vector<TrainingSample>& samples);

    /// Of the last step.
    const Metrics& metrics() const { return m_metrics; }
    /// A sentence for the run's log when the last step moved the level; else "".
    const std::string& levelNote() const { return m_levelNote; }

    void addFiles(StageFiles& files) const;
    /// Throws Failure checkpoint_invalid.
    void restore(const std::filesystem::path& checkpoint, const RunConfig& config);

private:
    StepSampler& m_sampler;
    void endLevelStep();

    std::unique_ptr<LevelCurriculum> m_curriculum; ///< `m_sampler` points to it
    std::unique_ptr<ProblemOrder> m_order; ///< `m_sampler` points to it
    std::unique_ptr<ReplayBuffer> m_replay;
    std::unique_ptr<PartialRollouts> m_partial;
    Metrics m_metrics;
    std::string m_levelNote;
};

} // namespace aha
