#pragma once
// What a model becomes when its matrices are stored in fewer bits.

#include "core/nn/transformer.h"
#include "core/rollout/packed_matrix.h"

namespace aha {

/// Rounds every matrix (layers, embedding, head) to what `format` can hold, by the rule of PackedMatrix, and leaves it
/// as float32: its answers are those of a quantised model, its memory is not. On the CPU.
void roundMatrices(Transformer& model, WeightFormat format);

} // namespace aha
