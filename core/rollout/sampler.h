#pragma once
// Draws one token from a row of logits, in the order of transformers: repetition penalty, temperature, top-k, top-p,
// min-p.

#include "core/rollout/token_filter.h"
#include "core/rollout/types.h"

#include <span>
#include <vector>

namespace aha {

struct Draw {
    int32_t token = 0;
    float logprob = 0; ///< under the distribution the token was drawn from
    float entropy = 0; ///< of that distribution, nats
    std::vector<TokenAlternative> alternatives; ///< params.alternatives of them
};

/// Reusable buffers; one per thread.
struct SamplerScratch {
    std::vector<float> exponentials, adjusted;
    std::vector<std::pair<int32_t, double>> penalized; ///< seen tokens and their logits, in order of id
    FilterScratch filter;
    std::vector<int32_t> seen; ///< for the caller's list of seen tokens
};

/// Distribution after all filters: probability per token, 0 for removed ones. Reference path, double precision.
/// `seen`: tokens of prompt and completion, for the repetition penalty (each counts once).
std::vector<double> filteredProbabilities(
    std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen);

/// The same distribution as filteredProbabilities without its passes over the whole vocabulary in double precision;
/// with no filter on, float32 throughout. Temperature 0 takes the most likely token (the lowest id among equals) and
/// reports log-prob and entropy at temperature 1. Uses exactly one random number otherwise.
Draw drawToken(std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen, Rng& rng,
    SamplerScratch& scratch);

} // namespace aha
