#pragma once
// DeepSeekMoE with auxiliary-loss-free balancing (DeepSeek-V3, arXiv 2412.19437, section 2.1.2).
//
// Shapes: N tokens, D model width, E routed experts, K chosen ones of a token, F width of an expert, S of the shared
// ones together.

#include "core/config/model_config.h"
#include "core/nn/packed_batch.h"
#include "core/nn/weight_visitor.h"

namespace aha {

class DeviceOps;

struct MixtureWeights {
    at::Tensor router_ED;
    at::Tensor gateUp_E2FD, down_EDF; ///< the routed experts, one matrix each
    at::Tensor gateUp_2SD, down_DS; ///< the shared ones; undefined where there are none
    at::Tensor bias_E; ///< chooses experts, weighs nothing: a buffer without gradient, moved by balancedBias() alone
};

void visitMatrices(const ModelConfig& config, MixtureWeights& weights, const WeightVisitor& visit);
/// `at`: "model.layers.3.mlp."; an expert's matrices are separate tensors there. Without the bias.
void appendNamed(const MixtureWeights& weights, const std::string& at, NamedTensors& all);

/// Where tokens go.
struct Routing {
    at::Tensor scores_NE; ///< sigmoid of the router's logits, differentiable
    at::Tensor chosen_NK; ///< int64; by biased score, the best first
    at::Tensor weights_NK; ///< of the chosen ones, from the scores without bias; differentiable
};
/// Equations 12–16. A group's score is the sum of its two best biased scores; experts of the groups that are not chosen
/// are out, whatever their score.
Routing route(const ExpertConfig& config, const at::Tensor& logits_NE, const at::Tensor& bias_E);

/// Routed and shared experts of `x_ND`, [N, D]. `routing`, where given, becomes what was chosen.
at::Tensor mixtureOfExperts(const ModelConfig& config, const MixtureWeights& weights, const at::Tensor& x_ND,
    const DeviceOps* device, Routing* routing = nullptr);

/// Tokens that each expert got, float [E].
at::Tensor expertLoad(const at::Tensor& chosen_NK, int64_t experts);
/// The bias after one step: speed γ up for experts below the mean load, down for those above, unchanged at the mean.
/// The paper: γ 0.001, and 0 in the last phase.
at::Tensor balancedBias(const at::Tensor& bias_E, const at::Tensor& load_E, double speed);
/// Equations 17–20, summed over the sequences of the batch: α Σ f_i P_i of each. The paper: α 0.0001.
at::Tensor sequenceBalanceLoss(const Routing& routing, const std::vector<int64_t>& offsets, double alpha);

} // namespace aha
