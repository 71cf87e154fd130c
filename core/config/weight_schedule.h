#pragma once
// The weights of a reward's parts, and how they move with the steps of a run:
//   length: 0@1 1@100; format: 1@50 0.1@100
// A part and its points, value@step. Between two points a weight lies on the straight line, before the first and after
// the last it stays where they are. A part with a schedule does not use its plain weight.

#include "core/config/run_config.h"

#include <utility>
#include <vector>

namespace aha {

struct RewardWeight {
    const char* name; ///< in configuration and metrics
    double RewardConfig::*weight;
};
/// Every part, in the order of RewardPart (core/engine/reward_parts.h).
inline constexpr RewardWeight kRewardWeights[] = { { "accuracy", &RewardConfig::accuracy },
    { "format", &RewardConfig::format }, { "language", &RewardConfig::language }, { "tags", &RewardConfig::tags },
    { "reasoning", &RewardConfig::reasoningSteps }, { "length", &RewardConfig::length },
    { "cosine", &RewardConfig::cosine }, { "repetition", &RewardConfig::repetition },
    { "overlong", &RewardConfig::overlong }, { "reflection", &RewardConfig::reflection },
    { "boxed", &RewardConfig::boxed }, { "code_format", &RewardConfig::codeFormat },
    { "tiny_zero", &RewardConfig::tinyZero }, { "logic_rl", &RewardConfig::logicRl },
    { "code", &RewardConfig::code }, { "model", &RewardConfig::model },
    { "program", &RewardConfig::program }, { "expression", &RewardConfig::expression } };

struct WeightCurve {
    RewardWeight part;
    std::vector<std::pair<int64_t, double>> points; ///< step, weight; at least one, steps ascend
    double at(int64_t step) const;
};

/// Error: config_rule, with column (from 1) and what stands there.
Result<std::vector<WeightCurve>> parseWeightSchedule(const std::string& text);

/// Does the schedule name this part?
bool isScheduled(const RewardConfig& rewards, double RewardConfig::*weight);
/// Has this part a weight, now or at some step?
bool isWeighed(const RewardConfig& rewards, double RewardConfig::*weight);
/// The rewards with the weights of a step. Throws Failure where the schedule cannot be read; validate() finds it.
RewardConfig rewardsAt(RewardConfig rewards, int64_t step);

} // namespace aha
