#pragma once
// AdamW on a part of the flat vector: what AdamW::update() is made of, and what Muon leaves to it.

#include "core/algo/adamw.h"

namespace aha {

/// Moves elements [from, to) by the state's moments; `state.updates` already counts this update.
void moveRange(AdamWState& state, at::Tensor& parameters_P, const at::Tensor& gradient_P, const OptimizerConfig& config,
    double rate, double weightDecay, int64_t from, int64_t to);

} // namespace aha
