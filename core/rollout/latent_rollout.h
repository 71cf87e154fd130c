#pragma once
// Samples completions of models with latent attention, from a cache of latents and rotary keys alone.

#include "core/base/workers.h"
#include "core/rollout/latent_decoder.h"
#include "core/rollout/rollout_backend.h"

#include <memory>

namespace aha {

/// Keeps what every RolloutBackend promises. Rows are sampled in passes of up to 16 a worker, one prefill a prompt,
/// slots refilled as sequences end. Uses the workers it was given; weights must lie in the host's memory.
class LatentRollout : public RolloutBackend {
public:
    LatentRollout(const ModelConfig& config, Workers& workers, LatentMode mode = LatentMode::Absorbed);
    ~LatentRollout() override;

    void setWeights(const DecoderWeights& weights) override;
    std::vector<std::vector<SampledCompletion>> generate(const std::vector<PromptRequest>& prompts,
        const SamplingParams& params, const GenerateHooks& hooks = {}) override;
    std::vector<ScoredSequence> score(
        const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature) override;
    RolloutStats lastStats() const override;
    std::string description() const override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// scoreSequences() for these models.
std::vector<ScoredSequence> scoreLatentSequences(const DecoderWeights& weights,
    const std::vector<std::vector<int32_t>>& sequences, double temperature, Workers& workers, bool keepLogits,
    LatentMode mode = LatentMode::Absorbed);

} // namespace aha
