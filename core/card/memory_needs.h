#pragma once
// What memory a model takes on this side of the fence: trained by a run, or only talked to. Estimates.

#include "core/config/model_config.h"
#include "core/config/run_config.h"

namespace aha {

/// Of a GRPO run of this configuration on `model`: weights, gradients per thread, moments, packed decoder, key/value
/// caches, activations, and the program itself. MB.
double trainingMemoryMb(const RunConfig& config, const ModelConfig& model, int threads);

/// Keys and values of one token in all layers.
double cacheBytesPerToken(const ModelConfig& model);

/// Of one conversation of `tokens` tokens: the weights in float32, a second time while they are packed for the decoder,
/// its key/value cache, and the program. MB.
double inferenceMemoryMb(const ModelConfig& model, int64_t tokens);

/// What this machine has, in MB; a container's limit counts. 0: unknown.
struct MachineMemory {
    double totalMb = 0, availableMb = 0;
};
MachineMemory machineMemory();

} // namespace aha
