#pragma once
// Sequences end to end, and where in the hidden states each trained token is predicted.

#include "core/algo/sft_sequence.h"
#include "core/nn/packed_batch.h"

namespace aha {

struct PackedTargets {
    PackedTargets(const std::vector<const SftSequence*>& sequences, at::Device device);

    PackedBatch batch;
    at::Tensor before_M; ///< M trained tokens: where the token before stands, whose hidden state predicts it
    at::Tensor target_M; ///< ids
    at::Tensor row_M; ///< index of the sequence
};

} // namespace aha
