#pragma once
// Teacher-forced scoring with the decoder's own kernels.

#include "core/base/workers.h"
#include "core/rollout/decoder_weights.h"
#include "core/rollout/packed_matrix.h"
#include "core/rollout/scored_sequence.h"

#include <vector>

namespace aha {

/// Sequences must have 1 … max_position_embeddings tokens, all within the vocabulary (Failure otherwise).
std::vector<ScoredSequence> scoreSequences(const DecoderWeights& weights,
    const std::vector<std::vector<int32_t>>& sequences, double temperature, Workers& workers, bool keepLogits = false,
    WeightFormat format = WeightFormat::Float32);

} // namespace aha
