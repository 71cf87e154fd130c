#pragma once
// The CPU's rollout backend for a model's architecture.

#include "core/base/workers.h"
#include "core/rollout/rollout_backend.h"

#include <memory>

namespace aha {

/// The latent decoder for latent attention, the fused dense decoder for all else.
std::unique_ptr<RolloutBackend> makeCpuRollout(const ModelConfig& config, Workers& workers);

} // namespace aha
