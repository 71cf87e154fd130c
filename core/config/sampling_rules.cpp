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

} // namespace

void checkSampling(const RunConfig& config, const BrokenRule& broken) { checkWeights(config.rewards, broken); }

} // namespace aha
