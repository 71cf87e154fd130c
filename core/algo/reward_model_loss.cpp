#include "core/algo/reward_model_loss.h"

#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/log_sigmoid.h>

#include <algorithm>

namespace aha {

using at::Tensor;

namespace {

RewardDiagnostics diagnosticsOf(const Tensor& reward_R)
{
    RewardDiagnostics d;
    d.rewards = double(reward_R.size(0));
    d.rewardSum = total(reward_R);
    if (d.rewards > 0) {
        d.minReward = reward_R.min().item<double>();
        d.maxReward = reward_R.max().item<double>();
    }
    return d;
}

} // namespace

void RewardDiagnostics::merge(const RewardDiagnostics& other)
{
    if (other.rewards > 0) {
        minReward = rewards > 0 ? std::min(minReward, other.minReward) : other.minReward;
        maxReward = rewards > 0 ? std::max(maxReward, other.maxReward) : other.maxReward;
    }
    rewards += other.rewards;
    rewardSum += other.rewardSum;
    comparisons += other.comparisons;
    right += other.right;
    marginSum += other.marginSum;
}

RewardLossOutput pairwiseRewardLoss(const PairwiseRewardInput& in)
{
    const Tensor difference_P = in.chosen_P - in.rejected_P;
    Tensor loss_P = -at::log_sigmoid(in.margin_P.defined() ? difference_P - in.margin_P : difference_P);
    if (in.centering != 0)
        loss_P = loss_P + in.centering * (in.chosen_P + in.rejected_P).square();
    RewardLossOutput out { loss_P.sum() / in.updatePairs,
        diagnosticsOf(at::cat({ in.chosen_P, in.rejected_P }).detach()) };
    out.diagnostics.comparisons = double(difference_P.size(0));
    out.diagnostics.right = total(difference_P.gt(0));
    out.diagnostics.marginSum = total(difference_P);
    return out;
}

RewardLossOutput pointwiseRewardLoss(const Tensor& reward_R, const Tensor& grade_R, double updateRows)
{
    const Tensor loss_R = -grade_R * at::log_sigmoid(reward_R) - (1 - grade_R) * at::log_sigmoid(-reward_R);
    RewardLossOutput out { loss_R.sum() / updateRows, diagnosticsOf(reward_R.detach()) };
    out.diagnostics.comparisons = double(reward_R.size(0));
    out.diagnostics.right = total(reward_R.gt(0).eq(grade_R.gt(0.5)));
    return out;
}

} // namespace aha
