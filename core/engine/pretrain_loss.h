#pragma once
// What pretraining minimises: next tokens, and with experts the balance of their load, and with a prediction layer the
// tokens after the next.

#include "core/nn/transformer.h"

#include <cstdint>
#include <vector>

namespace aha {

struct PretrainSequence {
    std::vector<int32_t> ids;
    int64_t promptLength = 0; ///< its tokens are read, not learnt
};

/// Only used where the model has experts, and a prediction layer.
struct PretrainObjective {
    double balanceSpeed = 0.001; ///< γ of the bias, a step
    double balanceLoss = 0.0001; ///< α of the sequence-wise loss
    double predictionWeight = 0.3; ///< λ
};

/// Negative log-likelihoods of the completion tokens times `tokenWeight`, plus the other terms; balance losses are
/// averaged with `sequenceWeight`. Gradients go to the leaves. Returns the first term alone, and adds the tokens of
/// each expert to `load_LE` (rows as in Transformer::buffers(); defined where the model has experts).
double pretrainLoss(const ModelConfig& config, const TransformerWeights& leaves,
    const std::vector<PretrainSequence>& sequences, double tokenWeight, double sequenceWeight,
    const PretrainObjective& objective, at::Tensor& load_LE);

/// Zeros for pretrainLoss(): [layers with experts, E]; undefined without experts.
at::Tensor noExpertLoad(const Transformer& model);
/// Moves every layer's bias by its own load.
void balanceExperts(Transformer& model, const at::Tensor& load_LE, double speed);

} // namespace aha
