#include "core/algo/rloo.h"

#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

using at::Tensor;

RlooAdvantages rlooAdvantages(
    const std::vector<std::vector<double>>& rewards, const std::vector<double>& klSums, const RlooConfig& config)
{
    RlooAdvantages result;
    result.reward = weightedRewards(rewards, config.weights);
    result.summary = summarizeRewards(rewards, result.reward, config.weights.size());
    std::vector<double> used = result.reward;
    for (size_t i = 0; i < used.size(); ++i) {
        if (config.rewardClip && !std::isnan(used[i]))
            used[i] = std::clamp(used[i], config.rewardClip->first, config.rewardClip->second);
        if (config.beta != 0)
            used[i] -= config.beta * klSums[i];
    }
    const size_t groupSize = size_t(config.groupSize);
    double zeroGroups = 0;
    for (size_t from = 0; from < used.size(); from += groupSize) {
        const std::vector<double> group = scorable(used, from, groupSize);
        const double sum = std::accumulate(group.begin(), group.end(), 0.0);
        for (size_t i = from; i < from + groupSize; ++i) // NaN where there is no reward, or no other one
            result.advantage.push_back(
                group.size() < 2 ? std::nan("") : used[i] - (sum - used[i]) / double(group.size() - 1));
        zeroGroups += deviation(group) < 1e-8;
    }
    result.zeroVarianceShare = used.empty() ? 0 : zeroGroups * double(groupSize) / double(used.size());
    if (config.normalize) {
        const std::vector<double> kept = scorable(result.advantage, 0, used.size());
        const double centre = meanOfScorable(kept), spread = deviation(kept);
        for (double& a : result.advantage)
            a = (a - centre) / (spread + 1e-4);
    }
    for (double& a : result.advantage)
        a = orZero(a);
    return result;
}

/// One ratio a completion: its log is the sum over the tokens (GSPO's is the mean).
Tensor rlooSurrogate(const PolicyTokens& t, PolicyLossDiagnostics& diagnostics)
{
    const double least = 1 - t.config.epsilon, most = 1 + t.config.epsilonHigh;
    const Tensor ratio_N = t.spread(sumPerRow(t.logRatio_N, t.in.row_N, t.rows).exp());
    countClipped(diagnostics, t, ratio_N.lt(least) & t.advantage_N.lt(0), ratio_N.gt(most) & t.advantage_N.gt(0),
        /*byRow=*/true);
    return -at::minimum(ratio_N * t.advantage_N, at::clamp(ratio_N, least, most) * t.advantage_N);
}

} // namespace aha
