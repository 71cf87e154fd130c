#include "core/nn/multi_token_prediction.h"

#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/tensor.h>

namespace aha {

using at::Tensor;

Tensor predictedStates(const ModelConfig& c, const TransformerWeights& w, const Tensor& states_ND,
    const PackedBatch& batch, const RoutingObserver& observer)
{
    const TransformerWeights::Prediction& p = w.prediction;
    // The last row of a sequence gets a stranger's token, which attention keeps from the rows before it.
    const Tensor next_ND = at::embedding(w.embedding_VD, at::roll(batch.ids_N, -1));
    const Tensor joined_N2D = at::cat({ ops::rmsNorm(next_ND, p.embeddingNorm_D, c.rmsNormEps, w.device),
                                          ops::rmsNorm(states_ND, p.hiddenNorm_D, c.rmsNormEps, w.device) },
        1);
    const Tensor x_ND = decoderLayer(c, p.layer, c.numHiddenLayers, w, at::linear(joined_N2D, p.joined_D2D), batch,
        rotaryTables(c, batch.longest(), w.embedding_VD.device()), observer);
    return ops::rmsNorm(x_ND, p.headNorm_D, c.rmsNormEps, w.device);
}

AheadTargets aheadTargets(const PackedBatch& batch, int64_t ahead, const Tensor& counted_N)
{
    const Tensor ids_N = batch.ids_N.cpu(), counts_N = counted_N.defined() ? counted_N.cpu().to(at::kLong) : Tensor();
    std::vector<int64_t> rows, ids;
    for (size_t i = 0; i + 1 < batch.offsets.size(); ++i)
        for (int64_t n = batch.offsets[i]; n + ahead < batch.offsets[i + 1]; ++n)
            if (!counts_N.defined() || counts_N.const_data_ptr<int64_t>()[n + ahead] != 0) {
                rows.push_back(n);
                ids.push_back(ids_N.const_data_ptr<int64_t>()[n + ahead]);
            }
    return { at::tensor(rows, at::kLong).to(batch.ids_N.device()),
        at::tensor(ids, at::kLong).to(batch.ids_N.device()) };
}

Tensor multiTokenLoss(const Tensor& mainLoss, const Tensor& predictionLoss, double lambda)
{
    return mainLoss + lambda * predictionLoss;
}

} // namespace aha
