#pragma once
// One stored completion under a checkpoint, token by token: how far from the base model, how far from the policy that
// drew it and on which side of the clip, and what else might have been drawn.

#include "core/engine/lens_text.h"

namespace aha {

struct TokenLensRequest {
    std::filesystem::path run;
    int64_t completionId = 0;
    std::optional<int64_t> policyStep; ///< a checkpoint; none: the newest before the completion's step
    int alternatives = 5;
};

/// Everything at the run's sampling temperature; one entry per token of the completion.
struct TokenLensReport {
    int64_t step = 0, policyStep = 0;
    std::string base; ///< the model that the run started from
    bool sampled = false; ///< the checkpoint is the policy that drew the tokens
    double epsilonLow = 0, epsilonHigh = 0;
    std::vector<float> logprob, baseLogprob; ///< nats, of the drawn token
    std::vector<float> kl; ///< nats: KL(policy || base) over the whole vocabulary
    std::vector<float> ratio; ///< policy over the stored probability; empty without stored token values
    std::vector<bool> clipped; ///< the ratio is beyond the clip on the side that the advantage pushes to: no gradient
    std::vector<std::vector<LensAlternative>> alternatives; ///< of the policy, most likely first
};

/// Two forward passes over one sequence. Throws Failure: those of the reader and of loading; checkpoint_missing;
/// trace_too_large, when the probabilities of all tokens would need more than 4 GB.
TokenLensReport tokenLens(const TokenLensRequest& request);

} // namespace aha
