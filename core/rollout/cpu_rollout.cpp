#include "core/rollout/cpu_rollout.h"

#include "core/rollout/latent_rollout.h"
#include "core/rollout/rollout_engine.h"

namespace aha {

std::unique_ptr<RolloutBackend> makeCpuRollout(const ModelConfig& config, Workers& workers, WeightFormat format)
{
    if (config.latentAttention() && format != WeightFormat::Float32)
        throw Failure({ "weights_unsupported",
            "Rollouts of models with latent attention and experts (DeepSeek-V3) keep float32 weights.",
            "Set rollout.weights to float32." });
    if (config.latentAttention())
        return std::make_unique<LatentRollout>(config, workers);
    return std::make_unique<RolloutEngine>(config, workers, format);
}

} // namespace aha
