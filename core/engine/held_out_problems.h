#pragma once
// The held-out problems of a run: a task, its prompts and its verifier. Of a run that trains on rows they stand beside
// its data set.

#include "core/engine/evaluation.h"

#include <memory>

namespace aha {

/// Of a step of a run: at step 0 and at the end with the problems and samples of eval.final_….
EvaluationRequest evaluationAt(int64_t step, const RunConfig& config, const ModelConfig& model);

class HeldOutProblems {
public:
    /// Those of task.name; of fine-tuning only where data.verifier is task, else the data set's held-out rows. Throws
    /// Failure: those of makeRunTask() and PromptBuilder::open().
    HeldOutProblems(const RunConfig& config, const std::filesystem::path& modelSource,
        const std::shared_ptr<const Tokenizer>& tokenizer);

    /// What the weights of `rollout` answer at this step of the run; see evaluate().
    EvaluationRow solve(RolloutBackend& rollout, const RunConfig& config, const ModelConfig& model, int64_t step,
        const std::function<void(double)>& progress) const;

private:
    std::unique_ptr<Task> m_task;
    PromptBuilder m_prompts;
    CompletionScorer m_scorer;
};

} // namespace aha
