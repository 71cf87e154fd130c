#include "core/algo/on_policy_distillation.h"

#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>

namespace aha {

using at::Tensor;

OnPolicyDistillationOutput onPolicyDistillation(
    const OnPolicyDistillationInput& in, const OnPolicyDistillationConfig& config)
{
    const Tensor logp_N = in.logp_N.detach();
    const Tensor old_N = in.rolloutLogp_N.defined() ? in.rolloutLogp_N.detach() : logp_N;
    const Tensor gap_N = in.teacherLogp_N.detach() - old_N, size_N = gap_N.abs();
    const Tensor total_R = sumPerRow(size_N, in.row_N, in.rows).clamp_min(config.epsilon);
    const Tensor before_N = prefixSums(size_N, in.row_N, in.rows) - size_N;
    const Tensor weight_N = 1 + config.gamma * (1 - before_N / spread(total_R, in.row_N));
    const Tensor advantage_N = weight_N * gap_N;

    OnPolicyDistillationOutput out;
    const Tensor loss_N = -advantage_N * in.logp_N;
    out.loss = loss_N.sum() / in.updateTokens;
    out.tokenLoss_N = loss_N.detach();
    out.tokens = double(logp_N.size(0));
    out.reverseKl = total(logp_N - in.teacherLogp_N);
    out.advantage = total(advantage_N);
    out.absoluteAdvantage = total(size_N);
    out.weight = total(weight_N);
    if (out.tokens > 0) {
        out.minWeight = weight_N.min().item<double>();
        out.maxWeight = weight_N.max().item<double>();
    }
    return out;
}

} // namespace aha
