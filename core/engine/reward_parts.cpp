#include "core/engine/reward_parts.h"

#include <cmath>
#include <limits>

namespace aha {

static_assert(kRewardParts == size_t(RewardPart::Expression) + 1, "kRewardWeights and RewardPart have the same parts");

const char* rewardPartName(RewardPart part) { return kRewardWeights[size_t(part)].name; }

double rewardPartWeight(RewardPart part, const RewardConfig& rewards)
{
    return rewards.*kRewardWeights[size_t(part)].weight;
}

bool isWeighed(const RewardConfig& rewards, RewardPart part)
{
    return isWeighed(rewards, kRewardWeights[size_t(part)].weight);
}

std::vector<RewardPart> rewardParts(const RewardConfig& rewards)
{
    std::vector<RewardPart> parts;
    const std::vector<WeightCurve> curves = orThrow(parseWeightSchedule(rewards.weightSchedule));
    for (size_t i = 0; i < kRewardParts; ++i) {
        bool has = RewardPart(i) <= RewardPart::Tags || rewardPartWeight(RewardPart(i), rewards) != 0;
        for (const WeightCurve& curve : curves)
            has = has || curve.part.weight == kRewardWeights[i].weight;
        if (has)
            parts.push_back(RewardPart(i));
    }
    return parts;
}

std::vector<std::string> rewardPartNames(const RewardConfig& rewards)
{
    std::vector<std::string> names;
    for (const RewardPart part : rewardParts(rewards))
        names.emplace_back(rewardPartName(part));
    return names;
}

std::vector<double> rewardWeights(const RewardConfig& rewards)
{
    std::vector<double> weights;
    for (const RewardPart part : rewardParts(rewards))
        weights.push_back(part == RewardPart::Repetition && rewards.repetitionGamma > 0
                ? 0
                : rewardPartWeight(part, rewards));
    return weights;
}

std::vector<std::pair<std::string, double>> scheduledWeights(const RewardConfig& rewards, int64_t step)
{
    std::vector<std::pair<std::string, double>> weights;
    for (const WeightCurve& curve : orThrow(parseWeightSchedule(rewards.weightSchedule)))
        weights.emplace_back("rewards/" + std::string(curve.part.name) + "/weight", curve.at(step));
    return weights;
}

bool mayBeUnscored(RewardPart part)
{
    switch (part) {
    case RewardPart::Accuracy:
    case RewardPart::Length:
    case RewardPart::Cosine:
    case RewardPart::Boxed:
    case RewardPart::TinyZero:
    case RewardPart::LogicRl:
    case RewardPart::Code:
    case RewardPart::Model:
    case RewardPart::Program:
    case RewardPart::Expression:
        return true;
    default:
        return false;
    }
}

std::vector<std::vector<double>> comparableRows(
    std::vector<std::vector<double>> rows, const std::vector<double>& weights, size_t groupSize)
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (size_t from = 0; from < rows.size(); from += groupSize) {
        const size_t to = std::min(from + groupSize, rows.size());
        std::vector<bool> masked(to - from);
        for (size_t f = 0; f < weights.size(); ++f) {
            size_t scored = 0;
            for (size_t i = from; i < to; ++i)
                scored += !std::isnan(rows[i][f]);
            for (size_t i = from; i < to && weights[f] != 0 && scored > 0; ++i)
                if (std::isnan(rows[i][f]))
                    masked[i - from] = true;
        }
        for (size_t i = from; i < to; ++i)
            if (masked[i - from])
                rows[i].assign(rows[i].size(), nan);
    }
    return rows;
}

} // namespace aha
