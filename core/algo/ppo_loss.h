#pragma once
// PPO's value loss (Schulman et al. 2017, arXiv 1707.06347; value clipping as in its reference code), numerically TRL's
// (experimental PPOTrainer, 1.10). The policy's part is loss type `ppo` of policy_loss.h, with GAE's advantages per
// token (ppo_targets.h); see ppo_loss.cpp.
//
//   L_v = ½ mean max( (v - R)², (clip(v, v_old ± c) - R)² )

#include <ATen/core/Tensor.h>

#include <optional>

namespace aha {

struct ValueLossInput {
    at::Tensor value_M; ///< differentiable; M value positions of all rows
    at::Tensor oldValue_M; ///< when the batch was sampled
    at::Tensor return_M;
    double weight = 1; ///< 1 / (value positions of the whole mini-batch · accumulation steps)
};
struct ValueLossOutput {
    at::Tensor loss; ///< a plain sum, so that parts add up
    double clipped = 0, count = 0; ///< positions where the clipped error is the larger one; vf_clipfrac is their share
    double squaredError = 0; ///< Σ (v - R)²
};
/// No `clip`: plain squared error.
ValueLossOutput valueLoss(const ValueLossInput& input, std::optional<double> clip);

/// 1 - var(R - v) / var(R), verl's critic/vf_explained_var; NaN where R does not vary.
double explainedVariance(const at::Tensor& value_M, const at::Tensor& return_M);

} // namespace aha
