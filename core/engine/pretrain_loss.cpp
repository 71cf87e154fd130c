#include "core/engine/pretrain_loss.h"

#include "core/nn/multi_token_prediction.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace aha {

using at::Tensor;

double pretrainLoss(const ModelConfig& config, const TransformerWeights& leaves,
    const std::vector<PretrainSequence>& sequences, double tokenWeight, double sequenceWeight,
    const PretrainObjective& objective, Tensor& load_LE)
{
    std::vector<const std::vector<int32_t>*> ids;
    std::vector<int64_t> counted;
    for (const PretrainSequence& sequence : sequences) {
        ids.push_back(&sequence.ids);
        for (int64_t t = 0; t < int64_t(sequence.ids.size()); ++t)
            counted.push_back(t >= sequence.promptLength);
    }
    if (ids.empty())
        return 0;
    const PackedBatch batch = packSequences(ids, at::kCPU);
    const Tensor counted_N = at::tensor(counted, at::kLong);
    Tensor balance = at::zeros({}, at::kFloat);
    int64_t row = 0;
    const RoutingObserver observer = [&](int64_t, const Routing& routing) {
        load_LE.select(0, row++).add_(expertLoad(routing.chosen_NK, config.experts.routed));
        if (objective.balanceLoss > 0)
            balance = balance + sequenceBalanceLoss(routing, batch.offsets, objective.balanceLoss);
    };
    const auto nll = [&](const Tensor& states_ND, int64_t ahead) {
        const AheadTargets targets = aheadTargets(batch, ahead, counted_N);
        return ops::tokenLogProbs(states_ND.index_select(0, targets.rows_M), leaves.head_VD, targets.ids_M, 1.0)
            .logprob_M.sum()
            .mul(-tokenWeight);
    };
    const Tensor states_ND = hiddenStates(config, leaves, batch, observer);
    const Tensor loss = nll(states_ND, 1);
    Tensor all = loss;
    if (config.predictLayers > 0)
        all = multiTokenLoss(
            loss, nll(predictedStates(config, leaves, states_ND, batch, observer), 2), objective.predictionWeight);
    if (row > 0)
        all = all + sequenceWeight * balance;
    all.backward();
    return loss.item<double>();
}

Tensor noExpertLoad(const Transformer& model)
{
    return model.buffers().defined() ? at::zeros(
               { model.buffers().numel() / model.config().experts.routed, model.config().experts.routed }, at::kFloat)
                                     : Tensor();
}

void balanceExperts(Transformer& model, const Tensor& load_LE, double speed)
{
    if (!load_LE.defined())
        return;
    const Tensor bias_LE = model.buffers().view(load_LE.sizes());
    for (int64_t l = 0; l < load_LE.size(0); ++l)
        bias_LE.select(0, l).copy_(balancedBias(bias_LE.select(0, l), load_LE.select(0, l), speed));
}

} // namespace aha
