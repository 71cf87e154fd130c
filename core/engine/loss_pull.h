#pragma once
// What a loss does to each token of stored completions, without a model's gradient: the derivative of the loss by the
// token's log-probability, with the sign turned: what is positive makes the token likelier.

#include "core/engine/loss_variant.h"
#include "core/engine/stored_rollouts.h"

namespace aha {

struct PullSummary {
    double mean = 0, least = 0, most = 0; ///< over tokens; mean of the size, the extremes with sign
    double up = 0, down = 0; ///< sums over tokens: what raises, what lowers
    double ofPositive = 0, ofNegative = 0; ///< sums of sizes over tokens of positive and of negative advantage
    std::vector<double> byPosition; ///< mean size in the quarters of a completion
    double lengthBias = 0; ///< correlation over completions of the mean size a token with the length; NaN: none
    double clippedLow = 0, clippedHigh = 0; ///< shares of tokens (or rows) that clipping takes out
    double silent = 0; ///< share of the tokens that are not pulled at all
};

struct LossPull {
    std::vector<double> advantage; ///< a completion
    std::vector<bool> zeroVariance; ///< a group
    std::vector<std::vector<float>> pull; ///< a completion, a token
    double loss = 0;
    PullSummary summary;
};

/// All completions of the step as one batch: one optimizer step, whatever steps_per_generation was. `logp`: of every
/// completion's tokens under the policy that is looked at; `samples` have oldLogp, and refLogp where the variant has a
/// KL term. The group size is that of the stored groups.
LossPull lossPull(
    const StoredRollouts& rollouts, const std::vector<std::vector<float>>& logp, const LossVariant& variant);

/// Pearson's; NaN where one of them does not vary.
double correlation(const std::vector<double>& a, const std::vector<double>& b);

} // namespace aha
