#include "core/algo/reduction_weights.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace aha {

std::string reductionOf(const std::string& lossType)
{
    static const std::map<std::string, std::string> own { { "grpo", "sequence_mean" }, { "sapo", "sequence_mean" },
        { "gmpo", "sequence_mean" }, { "rloo", "sequence_mean" }, { "kimi", "sequence_mean" }, { "bnpo", "token_mean" },
        { "ppo", "token_mean" }, { "reinforce", "token_mean" }, { "clip_cov", "token_mean" },
        { "kl_cov", "token_mean" }, { "dr_grpo", "horizon" }, { "dapo", "window_token_mean" },
        { "cispo", "window_token_mean" }, { "vespo", "window_token_mean" }, { "luspo", "sequence_sum" } };
    const auto found = own.find(lossType);
    if (found == own.end())
        throw std::invalid_argument("The loss type \"" + lossType + "\" has no reduction.");
    return found->second;
}

std::vector<double> reductionWeights(const ReductionInput& input)
{
    const std::string reduction = input.reduction.empty() ? reductionOf(input.lossType) : input.reduction;
    const double rows = double(input.lengths.size()), parts = input.gradientAccumulation;
    double tokens = 0;
    for (const int64_t length : input.lengths)
        tokens += double(length);
    const auto divisor = [&](int64_t length) {
        if (reduction == "sequence_mean")
            return rows * double(std::max<int64_t>(length, 1)) * parts;
        if (reduction == "token_mean")
            return std::max(tokens, 1.0) * parts;
        if (reduction == "horizon")
            return rows * input.maxCompletionLength * parts;
        if (reduction == "window_token_mean")
            return std::max(input.itemsInGenerationBatch, 1.0) * parts / input.stepsPerGeneration;
        if (reduction == "sequence_sum")
            return rows * parts;
        if (reduction == "horizon_sum")
            return input.maxCompletionLength;
        throw std::invalid_argument("The reduction \"" + reduction + "\" is not known.");
    };
    std::vector<double> weights;
    for (const int64_t length : input.lengths)
        weights.push_back(1.0 / divisor(length));
    return weights;
}

double policyLossScale(const ReductionInput& input)
{
    const std::string reduction = input.reduction.empty() ? reductionOf(input.lossType) : input.reduction;
    return reduction == "window_token_mean" || reduction == "horizon_sum" ? 1.0 : input.gradientAccumulation;
}

} // namespace aha
