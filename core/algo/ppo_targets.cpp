#include "core/algo/ppo_targets.h"

#include "core/algo/gae.h"
#include "core/algo/kl_estimators.h"
#include "core/algo/whitening.h"

#include <stdexcept>

namespace aha {

std::vector<PpoTargets> ppoTargets(const std::vector<PpoRow>& rows, const PpoTargetConfig& config)
{
    std::vector<PpoTargets> targets;
    std::vector<std::vector<double>> rewards, advantages;
    for (const PpoRow& row : rows) {
        const size_t tokens = row.logp.size();
        if (row.values.size() < tokens || row.values.size() > tokens + 1 || row.values.empty()
            || (config.klCoef != 0 && row.refLogp.size() != tokens))
            throw std::invalid_argument("A row of PPO has " + std::to_string(tokens) + " tokens, "
                + std::to_string(row.refLogp.size()) + " reference log-probs and " + std::to_string(row.values.size())
                + " values.");
        PpoTargets target;
        for (size_t t = 0; t < tokens; ++t)
            target.nonScoreReward.push_back(
                config.klCoef == 0 ? 0 : -config.klCoef * klEstimate(config.klEstimator, row.logp[t], row.refLogp[t]));
        std::vector<double> reward = target.nonScoreReward;
        reward.resize(row.values.size(), 0.0);
        reward.back() += row.score - (row.ended ? 0 : config.missingEosPenalty.value_or(0));
        for (size_t t = 0; config.tokenGamma == config.gamma && t < row.tokenReward.size(); ++t)
            reward[t] += row.tokenReward[t];
        rewards.push_back(std::move(reward));
        targets.push_back(std::move(target));
    }
    if (config.whitenRewards)
        whiten(rewards, Whitening::Unbiased, /*keepMean=*/true);
    for (size_t i = 0; i < rows.size(); ++i) {
        Gae gae = generalizedAdvantages(rewards[i], rows[i].values, config.gamma, config.lambda);
        if (config.tokenGamma != config.gamma) {
            const std::vector<double> own = discountedReturns(rows[i].tokenReward, config.tokenGamma);
            for (size_t t = 0; t < own.size(); ++t) {
                gae.advantage[t] += own[t];
                gae.returns[t] += own[t];
            }
        }
        targets[i].reward = rewards[i];
        targets[i].returns = std::move(gae.returns);
        gae.advantage.resize(rows[i].logp.size()); // the position after the last token has no action
        advantages.push_back(std::move(gae.advantage));
    }
    if (config.whitenAdvantages)
        whiten(advantages, Whitening::Unbiased, /*keepMean=*/false);
    for (size_t i = 0; i < rows.size(); ++i)
        targets[i].advantage = std::move(advantages[i]);
    return targets;
}

} // namespace aha
