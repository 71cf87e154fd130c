#include "core/engine/reward_parts.h"

#include <cmath>
#include <limits>

namespace aha {

namespace {

struct Known {
    const char* name;
    double RewardConfig::*weight;
};
constexpr Known kKnown[kRewardParts] = { { "accuracy", &RewardConfig::accuracy }, { "format", &RewardConfig::format },
    { "language", &RewardConfig::language }, { "tags", &RewardConfig::tags },
    { "reasoning", &RewardConfig::reasoningSteps }, { "length", &RewardConfig::length },
    { "cosine", &RewardConfig::cosine }, { "repetition", &RewardConfig::repetition },
    { "overlong", &RewardConfig::overlong }, { "reflection", &RewardConfig::reflection },
    { "model", &RewardConfig::model }, { "program", &RewardConfig::program },
    { "expression", &RewardConfig::expression } };

} // namespace

const char* rewardPartName(RewardPart part) { return kKnown[size_t(part)].name; }

double rewardPartWeight(RewardPart part, const RewardConfig& rewards) { return rewards.*kKnown[size_t(part)].weight; }

std::vector<RewardPart> rewardParts(const RewardConfig& rewards)
{
    std::vector<RewardPart> parts;
    for (size_t i = 0; i < kRewardParts; ++i)
        if (RewardPart(i) <= RewardPart::Tags || rewardPartWeight(RewardPart(i), rewards) != 0)
            parts.push_back(RewardPart(i));
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
        weights.push_back(rewardPartWeight(part, rewards));
    return weights;
}

bool mayBeUnscored(RewardPart part)
{
    switch (part) {
    case RewardPart::Accuracy:
    case RewardPart::Length:
    case RewardPart::Cosine:
    case RewardPart::Model: // of a text alone
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
