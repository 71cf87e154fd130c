#pragma once
// What a checkpoint keeps of PPO's value model: its own weights, or the head on the policy's.

#include "core/algo/critic.h"
#include "core/engine/checkpoint.h"
#include "core/engine/compute_device.h"

namespace aha {

/// The value model before the first step: a copy of the run's model, or an adapter of it where the policy is one.
/// Throws Failure.
Policy startCritic(const RunConfig& config);

/// Either may be null.
StageFiles criticFiles(Critic* critic, ValueHead* shared);
/// The same back. Throws Failure checkpoint_invalid.
void restoreCritic(
    Critic* critic, ValueHead* shared, const std::filesystem::path& checkpoint, const ComputeDevice& device);

} // namespace aha
