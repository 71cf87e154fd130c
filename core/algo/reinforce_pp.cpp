#include "core/algo/reinforce_pp.h"

#include "core/algo/gae.h"
#include "core/algo/kl_estimators.h"

#include <algorithm>

namespace aha {

ReinforcePpTargets reinforcePpTargets(const std::vector<ReinforcePpRow>& rows, const ReinforcePpConfig& config)
{
    ReinforcePpTargets targets;
    const size_t groupSize = size_t(std::max(config.groupSize, 1));
    const auto addOwn = [&](const ReinforcePpRow& row) {
        const std::vector<double> own = discountedReturns(row.tokenReward, config.tokenGamma);
        for (size_t t = 0; t < own.size(); ++t)
            targets.returns.back()[t] += own[t];
    };
    for (size_t i = 0; i < rows.size(); ++i) {
        const ReinforcePpRow& row = rows[i];
        const size_t tokens = row.logp.size();
        if (config.groupBaseline) {
            const size_t from = i / groupSize * groupSize, to = std::min(from + groupSize, rows.size());
            double sum = 0;
            for (size_t j = from; j < to; ++j)
                sum += rows[j].score;
            targets.returns.emplace_back(tokens, row.score - sum / double(to - from));
            addOwn(row);
            continue;
        }
        std::vector<double> rewards(tokens, 0.0);
        if (config.klCoef != 0)
            for (size_t t = 0; t < tokens; ++t)
                rewards[t] = -config.klCoef * klEstimate(config.klEstimator, row.logp[t], row.refLogp[t]);
        if (tokens > 0)
            rewards.back() += row.score;
        targets.returns.push_back(discountedReturns(rewards, config.gamma));
        addOwn(row);
    }
    targets.advantage = targets.returns;
    whiten(targets.advantage, config.whitening, /*keepMean=*/false);
    return targets;
}

} // namespace aha
