#pragma once
// The first half of a step: problems, their completions, verdicts and reward parts; with dynamic sampling over again,
// until enough groups are worth training on.

#include "core/base/workers.h"
#include "core/engine/completion_scorer.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/reward_model_part.h"
#include "core/engine/step_rewards.h"
#include "core/rollout/rollout_backend.h"

#include <functional>
#include <set>

namespace aha {

class LevelCurriculum;
class ProblemOrder;

/// Groups of one size, one prompt each.
struct SampledStep {
    std::vector<TaskItem> items; ///< a group
    std::vector<std::vector<int32_t>> promptIds; ///< a group
    std::vector<SampledCompletion> completions; ///< group by group
    std::vector<CompletionScorer::Scored> scored; ///< a completion
    std::vector<int64_t> earlierTokens; ///< a completion: how many of its tokens earlier steps drew; empty: none

    int64_t generatedGroups = 0; ///< sampled in all; those above are the ones that train
    int64_t generatedTokens = 0;
    int64_t rounds = 0;
    double seconds = 0; ///< of sampling alone
};

class StepSampler {
public:
    /// What it works with; all borrowed.
    struct Parts {
        const Task& task;
        const PromptBuilder& prompts;
        const CompletionScorer& scorer;
        StepRewards& rewards;
        RolloutBackend& rollout;
        Workers& workers;
        RewardModelPart& rewardModel;
    };
    explicit StepSampler(const Parts& parts)
        : m_parts(parts)
    {
    }

    /// Problems come in this order from now on, and it is told what they came out as; null: one after the other.
    void setOrder(ProblemOrder* order) { m_order = order; }
    /// Problems come from its level from now on, and it is told what they came out as; null: as the task is configured.
    void setCurriculum(LevelCurriculum* curriculum) { m_curriculum = curriculum; }

    struct Problem {
        TaskItem item; ///< with the prompt as the model reads it
        std::vector<int32_t> promptIds;
    };
    /// Training problem of this number.
    Problem problem(uint64_t number, const RunConfig& config) const;
    /// Verdicts and reward parts of completions of the groups' prompts, `groupSize` each.
    std::vector<CompletionScorer::Scored> score(const SampledStep& sampled, size_t groupSize,
        const std::vector<SampledCompletion>& completions, const RunConfig& config) const;
    /// Tells order and curriculum what the groups of these problems came out as.
    void record(const std::vector<uint64_t>& problems, const std::vector<CompletionScorer::Scored>& scored) const;

    /// Depends on the weights, the configuration, the step and the order alone. `progress`: share of the first round's
    /// completions, then 1.
    SampledStep sample(int64_t step, const RunConfig& config, const SamplingParams& params,
        const std::function<void(double)>& progress) const;

    /// Total rewards of one greedy completion of each group's prompt (ReMax's baseline), by the weights of
    /// rewardParts(). Counts every part that a completion can have alone and some of the group have, the user's program
    /// and expression included; NaN where the greedy completion lacks one of them. Kimi's length reward compares a
    /// group and cannot be had alone: its baseline is 0, about its mean in a group.
    std::vector<double> greedyRewards(const SampledStep& sampled, const RunConfig& config,
        const std::vector<double>& weights, const SamplingParams& params) const;

private:
    SampledStep round(int64_t step, int64_t first, const std::vector<uint64_t>& problems, const RunConfig& config,
        const SamplingParams& params, const std::function<void(double)>& progress) const;

    Parts m_parts;
    ProblemOrder* m_order = nullptr;
    LevelCurriculum* m_curriculum = nullptr;
};

/// Share of a group's completions that are right; those whose verdict is a failure of ours do not count. NaN for none.
double passRate(const CompletionScorer::Scored* group, size_t size);

} // namespace aha
