#pragma once
// Draws one token from a row of logits, in the order of transformers: repetition penalty, temperature, top-k, top-p,
// min-p.

#include "core/rollout/types.h"

#include <span>
#include <vector>

namespace aha {

struct Draw {
    int32_t token = 0;
    float logprob = 0; ///< under the distribution the token was drawn from
    float entropy = 0; ///< of that distribution, nats
};

/// Reusable buffers; one per thread.
struct SamplerScratch {
    std::vector<float> exponentials, adjusted;
    std::vector<TokenAlternative> alternatives; ///< params.alternatives of them after drawToken
};

/// Distribution after all filters: probability per token, 0 for removed ones. Reference path, double precision.
/// `seen`: tokens of prompt and completion, for the repetition penalty (each counts once).
std::vector<double> filteredProbabilities(
    std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen);

/// Temperature 0 takes the most likely token (the lowest id among equals) and reports log-prob and entropy at
/// temperature 1. Uses exactly one random number otherwise.
Draw drawToken(std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen, Rng& rng,
    SamplerScratch& scratch);

} // namespace aha
