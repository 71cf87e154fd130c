#pragma once
// The parts of a reward: their names, their weights, and which of them a run has.

#include "core/config/weight_schedule.h"

#include <array>
#include <iterator>
#include <string>
#include <vector>

namespace aha {

/// Order of the parts everywhere; names and weights: kRewardWeights.
enum class RewardPart {
    Accuracy,
    Format,
    Language,
    Tags,
    ReasoningSteps,
    Length,
    Cosine,
    Repetition,
    Overlong,
    Reflection,
    Boxed,
    CodeFormat,
    TinyZero,
    LogicRl,
    Code, ///< share of a program's tests
    Model, ///< of a reward model
    Program,
    Expression
};
inline constexpr size_t kRewardParts = std::size(kRewardWeights);
/// A value of each part, unweighted. NaN = not scored.
using RewardValues = std::array<double, kRewardParts>;

/// As the configuration and rewards/<name>/… have it.
const char* rewardPartName(RewardPart part);
double rewardPartWeight(RewardPart part, const RewardConfig& rewards);
/// Has it a weight, now or at some step?
bool isWeighed(const RewardConfig& rewards, RewardPart part);

/// The parts that a run reports: accuracy, format, language and tags always, the others when they have a weight, now or
/// at some step.
std::vector<RewardPart> rewardParts(const RewardConfig& rewards);
std::vector<std::string> rewardPartNames(const RewardConfig& rewards);
/// Of rewardParts(), in the same order: what they count in a completion's reward. 0 for a penalty that stands on tokens.
std::vector<double> rewardWeights(const RewardConfig& rewards);

/// The metrics of the parts whose weights move: what they are at a step.
std::vector<std::pair<std::string, double>> scheduledWeights(const RewardConfig& rewards, int64_t step);

/// Does the penalty for repetition stand on tokens, on a return of its own?
inline bool repetitionOnTokens(const RewardConfig& rewards)
{
    return rewards.repetitionGamma > 0 && isWeighed(rewards, RewardPart::Repetition);
}

/// Can it happen that this part has no value? Then rewards/<name>/unscored counts it.
bool mayBeUnscored(RewardPart part);

/// The rows that train: where a part with a weight has a value for some completions of a group and not for others, the
/// others cannot be compared with them, and all their values become NaN. A part that no completion of a group has is
/// not applicable there, and the rest of the sum is compared without it.
std::vector<std::vector<double>> comparableRows(
    std::vector<std::vector<double>> rows, const std::vector<double>& weights, size_t groupSize);

} // namespace aha
