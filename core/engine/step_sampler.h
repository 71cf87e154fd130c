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

namespace aha {

/// Groups of one size, one prompt each.
struct SampledStep {
    std::vector<TaskItem> items; ///< a group
    std::vector<std::vector<int32_t>> promptIds; ///< a group
    std::vector<SampledCompletion> completions; ///< group by group
    std::vector<CompletionScorer::Scored> scored; ///< a completion

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

    /// Depends on the weights, the configuration and the step alone. `progress`: share of the first round's
    /// completions, then 1.
    SampledStep sample(int64_t step, const RunConfig& config, const SamplingParams& params,
        const std::function<void(double)>& progress) const;

    /// Total rewards of one greedy completion of each group's prompt (ReMax's baseline); NaN = not scorable.
    std::vector<double> greedyRewards(
        const SampledStep& sampled, const RunConfig& config, const SamplingParams& params) const;

private:
    SampledStep round(int64_t step, int64_t first, uint64_t firstItem, const RunConfig& config,
        const SamplingParams& params, const std::function<void(double)>& progress) const;
    std::vector<CompletionScorer::Scored> score(const SampledStep& sampled, size_t groupSize,
        const std::vector<SampledCompletion>& completions, const RunConfig& config) const;

    Parts m_parts;
};

/// Share of a group's completions that are right; those whose verdict is a failure of ours do not count. NaN for none.
double passRate(const CompletionScorer::Scored* group, size_t size);

} // namespace aha
