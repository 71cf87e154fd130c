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

} // namespace

void checkSampling(const RunConfig& config, const BrokenRule& broken)
{
    checkWeights(config.rewards, broken);
    checkParts(config, broken);
    checkTokenPenalty(config, broken);
}

} // namespace aha
