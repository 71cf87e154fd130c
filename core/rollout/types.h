#pragma once
// What goes into a rollout and what comes out. Token ids only: this layer knows nothing of text.

#include "core/base/rng.h"

#include <cstdint>
#include <vector>

namespace aha {

struct SamplingParams {
    double temperature = 1.0; ///< 0 = greedy
    int topK = 0; ///< 0 = off
    double topP = 1.0, minP = 0.0; ///< 1 and 0 = off
    double repetitionPenalty = 1.0; ///< over prompt and completion
    int maxNewTokens = 200;
    std::vector<int32_t> eosIds; ///< a completion ends with (and includes) any of these
    bool ignoreEos = false;
};

/// One prompt and the completions wanted of it.
struct PromptRequest {
    std::vector<int32_t> promptIds;
    std::vector<Rng> streams; ///< one per completion: its own random numbers, whatever the batch looks like
};

enum class FinishReason { Stop, Length };

struct SampledCompletion {
    std::vector<int32_t> ids; ///< up to and including the end token
    std::vector<float> logprob; ///< nats, under the distribution the token was drawn from
    std::vector<float> entropy; ///< nats, of that distribution
    FinishReason finish = FinishReason::Length;
};

struct RolloutStats {
    int64_t prefillTokens = 0, decodedTokens = 0;
    double seconds = 0;
    double meanActiveRows = 0; ///< sequences per decode step
};

} // namespace aha
