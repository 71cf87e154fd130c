#pragma once
// Which completions of a step of reinforcement learning the loss leaves out, and why: what the engine does, and what is
// said of a trace.

#include "core/config/run_config.h"

#include <cstdint>
#include <optional>

namespace aha {

enum class LeftOut {
    No, ///< it trains, or it is not known that it does not
    Truncated, ///< cut off at the longest length, and algorithm.mask_truncated_completions
    Unjudged, ///< it has no reward
    NoAdvantage, ///< its advantage is 0, and nothing else of the loss pulls
    NoGradient, ///< left out of every update for a reason that is not stored
    Warmup, ///< in this step only the critic learned (critic.warmup_steps)
};

/// What run.db says of a completion.
struct StoredFate {
    int64_t step = 0;
    bool truncated = false, judged = true;
    double advantage = 0;
    std::optional<int64_t> updatedTokens; ///< over all updates of the step; none: not stored
};

/// Does the loss leave out a completion because it was cut off?
bool masksTruncated(const AlgorithmConfig& algorithm, bool truncated);
/// Does the policy learn at this step?
bool policyLearns(const RunConfig& config, int64_t step);
LeftOut leftOut(const RunConfig& config, const StoredFate& completion);

} // namespace aha
