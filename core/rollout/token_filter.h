#pragma once
// Top-k, top-p and min-p over large vocabularies: looks at every logit once or twice in float32, and sorts only those
// that can stay.

#include "core/rollout/types.h"

#include <functional>
#include <span>
#include <vector>

namespace aha {

struct FilteredToken {
    double score = 0; ///< penalised and divided by the temperature
    double probability = 0; ///< among those that stay
    int32_t id = 0;
};

/// Reusable buffers; one per thread.
struct FilterScratch {
    std::vector<FilteredToken> kept; ///< the result: in order of id
    std::vector<float> exponentials;
    std::vector<std::pair<float, int32_t>> largest;
    std::vector<uint32_t> order;
};

/// Leaves in scratch.kept what filteredProbabilities (sampler.h) keeps, with the same bits. `row`: logits with the
/// repetition penalty applied and rounded to float32; `score(id)` is the exact score. False where a token lies so close
/// to a border that float32 cannot tell its side: then the caller takes the slow way. Temperature must be positive and
/// one of the filters on.
bool filterTokens(std::span<const float> row, const std::function<double(int32_t)>& score, const SamplingParams& params,
    FilterScratch& scratch);

} // namespace aha
