#include "core/rollout/cpu_rollout.h"

#include "core/rollout/latent_rollout.h"
#include "core/rollout/rollout_engine.h"

namespace aha {

std::unique_ptr<RolloutBackend> makeCpuRollout(const ModelConfig& config, Workers& workers)
{
    if (config.latentAttention())
        return std::make_unique<LatentRollout>(config, workers);
    return std::make_unique<RolloutEngine>(config, workers);
}

} // namespace aha
