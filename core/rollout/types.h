#pragma once
// What goes into a rollout and what comes out. Token ids only: this layer knows nothing of text.

#include "core/base/rng.h"

#include <atomic>
#include <cstdint>
#include <functional>
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
    int alternatives = 0; ///< most likely tokens that each TokenReport lists; 0 = none, at no cost
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
    int stopText = -1; ///< what GenerateHooks::stopWatch ended it with
};

/// Takes a completion's tokens one by one; the index of the text that this token completes, or -1.
using StopWatch = std::function<int(int32_t token)>;

struct TokenAlternative {
    int32_t id = 0;
    float logprob = 0;
};

/// A token that was just drawn.
struct TokenReport {
    size_t prompt = 0, completion = 0; ///< of the request
    int32_t id = 0;
    float logprob = 0, entropy = 0; ///< as in SampledCompletion
    /// Most likely first, of the distribution the token was drawn from (greedy: at temperature 1); the lower id first
    /// among equals. The drawn token is among them only when it is that likely.
    std::vector<TokenAlternative> alternatives;
};

/// What a caller may watch while completions are made. All may be empty.
struct GenerateHooks {
    std::function<void(double)> progress = {}; ///< share of finished completions, on the calling thread
    const std::atomic<bool>* cancel = nullptr; ///< when it becomes true, generation ends early
    /// Every drawn token, in order within a completion. Never two calls at once, but possibly on other threads than
    /// the caller's, and possibly some tokens late.
    std::function<void(const TokenReport&)> onToken = {};
    /// A new watch for every completion, which ends with the token that the watch stops at. Watches of different
    /// completions may be called at once.
    std::function<StopWatch()> stopWatch = {};
};

struct RolloutStats {
    int64_t prefillTokens = 0, decodedTokens = 0;
    double seconds = 0;
    double meanActiveRows = 0; ///< sequences per decode step
};

} // namespace aha
