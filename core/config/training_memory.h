#pragma once
// What a training pass keeps in memory between forward and backward, and when that is too much.

#include "core/config/model_config.h"
#include "core/config/run_config.h"

namespace aha {

/// Tokens that pass through forward and backward at once when the configuration leaves it open: on a CPU thread large
/// enough for efficient products and small enough for its caches; on a GPU enough to fill it.
inline constexpr int64_t kTokensPerPass = 768, kTokensPerDevicePass = 32768;

int64_t tokensPerPass(const TrainingConfig& training, bool onGpu);

/// What the fused operators of core/nn keep of one token in all layers (tests/unit/nn holds the count against the
/// allocator). Checkpointed: one input a layer, and a single layer whole.
int64_t activationBytesPerToken(const ModelConfig& model, bool checkpointed);

/// Whether layers are computed again in the backward pass.
bool checkpointsLayers(const TrainingConfig& training, const ModelConfig& model, bool onGpu);

} // namespace aha
