#pragma once
// Multi-token prediction of depth 1 (DeepSeek-V3, arXiv 2412.19437, section 2.2): one more layer predicts the token
// after the next one, from the hidden state and the embedding of the next token. Embedding and head are the model's.
//
// The paper takes the hidden state before the final norm and writes it first; DeepSeek's checkpoints, and what runs
// them, join (embedding, normed hidden state) in that order, and so does this file.

#include "core/nn/transformer.h"

namespace aha {

/// Hidden states that the head turns into predictions, [N, D]: the row of token t of a sequence predicts token t + 2.
/// Rows of a sequence's last token mean nothing. `states_ND` are those of hiddenStates().
at::Tensor predictedStates(const ModelConfig& config, const TransformerWeights& weights, const at::Tensor& states_ND,
    const PackedBatch& batch, const RoutingObserver& observer = {});

/// Rows of `batch` whose token `ahead` positions further exists (and counts, where `counted_N` is given), and that
/// token: for a loss over logits of the rows.
struct AheadTargets {
    at::Tensor rows_M, ids_M; ///< int64
};
AheadTargets aheadTargets(const PackedBatch& batch, int64_t ahead, const at::Tensor& counted_N = {});

/// L_main + λ / D · L_MTP with D = 1 (equation 25). The paper: λ 0.3 for the first 10T tokens, then 0.1.
at::Tensor multiTokenLoss(const at::Tensor& mainLoss, const at::Tensor& predictionLoss, double lambda);

} // namespace aha
