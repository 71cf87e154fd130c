#pragma once
// The parts of a reward: their names, their weights, and which of them a run has.

#include "core/config/run_config.h"

#include <array>
#include <string>
#include <vector>

namespace aha {

/// Order of the parts everywhere.
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
    Model, ///< of a reward model
    Program,
    Expression
};
inline constexpr size_t kRewardParts = 13;
/// A value of each part, unweighted. NaN = not scored.
using RewardValues = std::array<double, kRewardParts>;

/// As the configuration and rewards/<name>/… have it.
const char* rewardPartName(RewardPart part);
double rewardPartWeight(RewardPart part, const RewardConfig& rewards);

/// The parts that a run reports: accuracy, format, language and tags always, the others when they have a weight.
std::vector<RewardPart> rewardParts(const RewardConfig& rewards);
std::vector<std::string> rewardPartNames(const RewardConfig& rewards);
/// Of rewardParts(), in the same order.
std::vector<double> rewardWeights(const RewardConfig& rewards);

/// Can it happen that this part has no value? Then rewards/<name>/unscored counts it.
bool mayBeUnscored(RewardPart part);

/// The rows that train: where a part with a weight has a value for some completions of a group and not for others, the
/// others cannot be compared with them, and all their values become NaN. A part that no completion of a group has is
/// not applicable there, and the rest of the sum is compared without it.
std::vector<std::vector<double>> comparableRows(
    std::vector<std::vector<double>> rows, const std::vector<double>& weights, size_t groupSize);

} // namespace aha
