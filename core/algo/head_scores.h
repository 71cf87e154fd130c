#pragma once
// What a classification head says of hidden states, and of sequences that are only judged.

#include "core/base/workers.h"
#include "core/config/run_config.h"
#include "core/nn/transformer.h"

#include <functional>

namespace aha {

/// With the biases of a classifier of tokens. Differentiable. [M, labels]
at::Tensor headScores(const TransformerWeights& weights, const at::Tensor& hidden_MD);

/// A sequence, and where in it the head is read.
struct HeadQuestion {
    std::vector<int32_t> ids;
    std::vector<int64_t> positions;
};
/// Of a model that does not train: no gradients, no optimizer. [positions, labels] for each question, on the CPU.
/// Deterministic for a fixed number of workers. Throws Failure prompt_too_long.
std::vector<at::Tensor> askHead(const Transformer& model, const std::vector<HeadQuestion>& questions, Workers& workers,
    const TrainingConfig& training);

} // namespace aha
