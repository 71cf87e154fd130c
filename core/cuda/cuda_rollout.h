#pragma once
// Rollouts on the GPU: continuous batching, a decode step replayed as a CUDA graph, all state on the device.

#include "core/rollout/rollout_backend.h"

#include <memory>

namespace aha::cuda {

/// Throws Failure cuda_unsupported, out_of_memory, cuda_failed. At most 16 end tokens.
std::unique_ptr<RolloutBackend> makeCudaRollout(const ModelConfig& config);

} // namespace aha::cuda
