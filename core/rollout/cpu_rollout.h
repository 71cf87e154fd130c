#pragma once
// The CPU's rollout backend for a model's architecture.

#include "core/base/workers.h"
#include "core/rollout/rollout_backend.h"
#include "core/rollout/packed_matrix.h"

#include <memory>

namespace aha {

/// The latent decoder for latent attention, the fused dense decoder for all else. Throws Failure weights_unsupported
/// for a format that the decoder does not have.
std::unique_ptr<RolloutBackend> makeCpuRollout(
    const ModelConfig& config, Workers& workers, WeightFormat format = WeightFormat::Float32);

} // namespace aha
