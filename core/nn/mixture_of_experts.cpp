#include "core/nn/mixture_of_experts.h"

#include "core/nn/grouped_linear.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>

#include <limits>

namespace aha {

using at::Tensor;

void visitMatrices(const ModelConfig& c, MixtureWeights& w, const WeightVisitor& visit)
{
    const ExpertConfig& e = c.experts;
    visit({ e.routed, c.hiddenSize }, w.router_ED);
    visit({ e.routed, 2 * e.width, c.hiddenSize }, w.gateUp_E2FD);
    visit({ e.routed, c.hiddenSize, e.width }, w.down_EDF);
    if (e.shared > 0) {
        visit({ 2 * e.sharedWidth(), c.hiddenSize }, w.gateUp_2SD);
        visit({ c.hiddenSize, e.sharedWidth() }, w.down_DS);
    }
}

void appendNamed(const MixtureWeights& w, const std::string& at, NamedTensors& all)
{
    const auto swiGlu = [&](const std::string& name, const Tensor& gateUp, const Tensor& down) {
        const int64_t width = gateUp.size(0) / 2;
        all.emplace_back(at + name + ".gate_proj.weight", gateUp.narrow(0, 0, width));
        all.emplace_back(at + name + ".up_proj.weight", gateUp.narrow(0, width, width));
        all.emplace_back(at + name + ".down_proj.weight", down);
    };
    all.emplace_back(at + "gate.weight", w.router_ED);
    for (int64_t e = 0; e < w.gateUp_E2FD.size(0); ++e)
        swiGlu("experts." + std::to_string(e), w.gateUp_E2FD.select(0, e), w.down_EDF.select(0, e));
    if (w.gateUp_2SD.defined())
        swiGlu("shared_experts", w.gateUp_2SD, w.down_DS);
}

Routing route(const ExpertConfig& c, const Tensor& logits_NE, const Tensor& bias_E)
{
    Routing routing;
    routing.scores_NE = at::sigmoid(logits_NE);
    Tensor biased_NE = routing.scores_NE.detach() + bias_E;
    if (c.groups > 1) {
        const Tensor grouped_NGS = biased_NE.view({ -1, c.groups, c.groupSize() });
        const Tensor groupScore_NG = std::get<0>(at::topk(grouped_NGS, 2, 2)).sum(2);
        const Tensor best = std::get<1>(at::topk(groupScore_NG, c.chosenGroups, 1));
        const Tensor out_NG = at::zeros(groupScore_NG.sizes(), groupScore_NG.options())
                                  .fill_(-std::numeric_limits<double>::infinity())
                                  .scatter_(1, best, 0.0);
        biased_NE = (grouped_NGS + out_NG.unsqueeze(2)).flatten(1);
    }
    routing.chosen_NK = std::get<1>(at::topk(biased_NE, c.chosen, 1));
    routing.weights_NK = routing.scores_NE.gather(1, routing.chosen_NK);
    if (c.normalise)
        routing.weights_NK = routing.weights_NK / (routing.weights_NK.sum(1, /*keepdim=*/true) + 1e-20);
    routing.weights_NK = routing.weights_NK * c.scaling;
    return routing;
}

Tensor mixtureOfExperts(
    const ModelConfig& c, const MixtureWeights& w, const Tensor& x_ND, const DeviceOps* device, Routing* kept)
{
    const ExpertConfig& e = c.experts;
    const Routing routing = route(e, at::linear(x_ND, w.router_ED), w.bias_E);
    // Tokens sorted by expert (M = N K rows), so that each expert has one product over all of its tokens.
    const Tensor assigned_M = routing.chosen_NK.flatten();
    const Tensor order_M = at::argsort(assigned_M, /*stable=*/true, /*dim=*/0, /*descending=*/false);
    const Tensor load_E = at::bincount(assigned_M, {}, e.routed).cpu();
    const std::vector<int64_t> counts(
        load_E.const_data_ptr<int64_t>(), load_E.const_data_ptr<int64_t>() + load_E.numel());
    const Tensor sorted_MD = x_ND.index_select(0, order_M.floor_divide(e.chosen));
    const Tensor hidden_MF = ops::swiGlu(ops::groupedLinear(sorted_MD, w.gateUp_E2FD, counts), device);
    const Tensor outs_MD = ops::groupedLinear(hidden_MF, w.down_EDF, counts);
    const Tensor back_M = at::argsort(order_M, /*stable=*/true, 0, false);
    Tensor y_ND
        = (outs_MD.index_select(0, back_M).view({ -1, e.chosen, c.hiddenSize }) * routing.weights_NK.unsqueeze(2))
              .sum(1);
    if (w.gateUp_2SD.defined())
        y_ND = y_ND + at::linear(ops::swiGlu(at::linear(x_ND, w.gateUp_2SD), device), w.down_DS);
    if (kept)
        *kept = routing;
    return y_ND;
}

Tensor expertLoad(const Tensor& chosen_NK, int64_t experts)
{
    return at::bincount(chosen_NK.flatten(), {}, experts).to(at::kFloat);
}

Tensor balancedBias(const Tensor& bias_E, const Tensor& load_E, double speed)
{
    return bias_E + speed * at::sign(load_E.mean() - load_E);
}

Tensor sequenceBalanceLoss(const Routing& routing, const std::vector<int64_t>& offsets, double alpha)
{
    const int64_t experts = routing.scores_NE.size(1), chosen = routing.chosen_NK.size(1);
    const Tensor share_NE = routing.scores_NE / routing.scores_NE.sum(1, /*keepdim=*/true);
    Tensor loss = at::zeros({}, routing.scores_NE.options());
    for (size_t i = 0; i + 1 < offsets.size(); ++i) {
        const int64_t from = offsets[i], length = offsets[i + 1] - from;
        const Tensor frequency_E = expertLoad(routing.chosen_NK.narrow(0, from, length), experts).to(share_NE.options())
            * (double(experts) / double(chosen * length));
        loss = loss + alpha * (frequency_E * share_NE.narrow(0, from, length).mean(0)).sum();
    }
    return loss;
}

} // namespace aha
