#pragma once
// What samples and scores: the fused CPU decoder (rollout_engine.h) or the CUDA plug-in's. Whoever uses one does not
// ask which.

#include "core/rollout/decoder_weights.h"
#include "core/rollout/scored_sequence.h"
#include "core/rollout/types.h"

#include <string>
#include <vector>

namespace aha {

/// Every backend promises: a row's arithmetic does not depend on the rows beside it, so completions depend on weights,
/// prompt, parameters and stream alone. Two backends agree to rounding, not to the bit. Not thread-safe.
class RolloutBackend {
public:
    virtual ~RolloutBackend() = default;

    /// Copies the weights, which may lie in the host's or in the backend's own memory. Call after every optimizer
    /// update that rollouts should see.
    virtual void setWeights(const DecoderWeights& weights) = 0;

    /// completions[i][j] answers prompts[i].streams[j]. When hooks.cancel becomes true, returns early with what is
    /// finished (rest empty). Throws Failure: prompt_too_long (prompt + new tokens exceed max_position_embeddings),
    /// token_out_of_range; and what a hook throws.
    virtual std::vector<std::vector<SampledCompletion>> generate(
        const std::vector<PromptRequest>& prompts, const SamplingParams& params, const GenerateHooks& hooks = {})
        = 0;

    /// Log-probs and entropies under `weights`, which need not be those of setWeights (a reference model's).
    virtual std::vector<ScoredSequence> score(
        const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature)
        = 0;

    virtual RolloutStats lastStats() const = 0;
    /// What it runs on: "AVX3_ZEN4", "NVIDIA H100 80GB HBM3", …
    virtual std::string description() const = 0;
};

/// For a backend that learns of its tokens too late to stop in time: cuts what lies behind the stop.
void cutAtStop(SampledCompletion& completion, const GenerateHooks& hooks);

/// Failure unless every prompt fits the model: prompt_empty, prompt_too_long, token_out_of_range.
void checkRequests(const ModelConfig& config, const std::vector<PromptRequest>& prompts, const SamplingParams& params);
/// The same for sequences to score, which must have 1 … max_position_embeddings tokens.
void checkSequences(const ModelConfig& config, const std::vector<std::vector<int32_t>>& sequences);

} // namespace aha
