#include "core/config/sampling_rules.h"

#include "core/config/weight_schedule.h"

#include <algorithm>

namespace aha {

namespace {

void checkWeights(const RewardConfig& w, const BrokenRule& broken)
{
    const Result<std::vector<WeightCurve>> curves = parseWeightSchedule(w.weightSchedule);
    if (!curves)
        broken("rewards.weight_schedule", curves.error().message, curves.error().hint);
    if (std::none_of(std::begin(kRewardWeights), std::end(kRewardWeights),
            [&](const RewardWeight& part) { return isWeighed(w, part.weight); }))
        broken("rewards.accuracy", "All reward weights are 0: nothing can be learned.", "Give at least one a weight.");
    if (isWeighed(w, &RewardConfig::expression) && w.expressionText.empty())
        broken("rewards.expression_text", "rewards.expression has a weight, and there is no expression.",
            "Write one, for example: accuracy * (1 - truncated).");
    if (isWeighed(w, &RewardConfig::program) && w.programCommand.empty())
        broken("rewards.program_command", "rewards.program has a weight, and there is no program.",
            "Name a command that reads and writes JSON Lines.");
}

/// Parts that no problem of the task could ever have.
void checkParts(const RunConfig& config, const BrokenRule& broken)
{
    const std::string& task = config.task.name;
    const auto refuse = [&](const char* path, const char* what) {
        broken(path, std::string(path) + " " + what + ", and the task is " + task + ".",
            "Set its weight to 0, or choose another task.");
    };
    if (isWeighed(config.rewards, &RewardConfig::boxed) && task == "countdown")
        refuse("rewards.boxed", "compares with a known answer");
    if (isWeighed(config.rewards, &RewardConfig::logicRl) && task != "dataset")
        refuse("rewards.logic_rl", "needs rows with knights and knaves");
}

/// The penalty that stands on tokens.
void checkTokenPenalty(const RunConfig& config, const BrokenRule& broken)
{
    const RewardConfig& w = config.rewards;
    const AlgorithmConfig& a = config.algorithm;
    const std::string& kind = config.general.kind;
    if (w.repetitionGamma == 0 || !isWeighed(w, &RewardConfig::repetition))
        return;
    const std::string puts = "rewards.repetition_gamma puts the penalty on single tokens, and ";
    const bool wholes = a.importanceLevel == "sequence" || a.lossType == "luspo" || a.lossType == "vespo";
    if (kind == "rft" || kind == "rloo" || (kind == "grpo" && wholes))
        broken("rewards.repetition_gamma",
            puts
                + (kind == "grpo" ? "ratios of whole sequences weigh whole completions."
                                  : kind + " weighs whole completions."),
            "Set it to 0: the penalty is then the whole completion's.");
    if (kind == "ppo" && config.critic.lambda != 1 && w.repetitionGamma != a.gamma)
        broken("rewards.repetition_gamma",
            puts + "a discount other than algorithm.gamma is exact only where critic.lambda is 1.",
            "Set critic.lambda to 1, or rewards.repetition_gamma to algorithm.gamma.");
}

/// What may not be combined with the order of problems, replay and partial rollouts.
void checkSelection(const RunConfig& config, const BrokenRule& broken)
{
    const SelectionConfig& s = config.selection;
    const RolloutConfig& r = config.rollout;
    const std::string& kind = config.general.kind;
    if (s.order != "uniform" && s.poolSize < r.promptsPerStep)
        broken("selection.pool_size",
            "A step has " + std::to_string(r.promptsPerStep) + " prompts, and the pool only "
                + std::to_string(s.poolSize) + " problems.",
            "Raise selection.pool_size, or lower rollout.prompts_per_step.");
    if (s.replayGroups > 0 && kind != "grpo" && kind != "rloo")
        broken("selection.replay_groups",
            "Groups are replayed in the place of those whose rewards do not vary; with " + kind
                + " such groups train too, or earlier ones cannot.",
            "Set selection.replay_groups to 0, or choose grpo or rloo.");
    if (s.replayGroups > 0 && !config.process.model.empty())
        broken("selection.replay_groups",
            "A process reward model teaches also by groups whose outcomes do not vary, and they would be replaced.",
            "Set selection.replay_groups to 0, or leave process.model empty.");
    if (r.partialTokens > 0 && s.dynamicSampling)
        broken("rollout.partial_tokens",
            "Dynamic sampling chooses among groups of one policy, and partial rollouts have groups of several.",
            "Switch selection.dynamic_sampling off, or set rollout.partial_tokens to 0.");
    if (r.partialTokens > 0 && kind == "remax")
        broken("rollout.partial_tokens",
            "ReMax compares with a greedy completion of the same policy, and partial rollouts have tokens of several.",
            "Set rollout.partial_tokens to 0, or choose another algorithm.");
}

} // namespace

void checkSampling(const RunConfig& config, const BrokenRule& broken)
{
    checkWeights(config.rewards, broken);
    checkParts(config, broken);
    checkTokenPenalty(config, broken);
    checkSelection(config, broken);
}

} // namespace aha
