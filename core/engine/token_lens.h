#pragma once
// One stored completion under a checkpoint, token by token: how far from the base model, how far from the policy that
// drew it and on which side of the clip, and what else might have been drawn.

#include "core/algo/token_gates.h"
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
    std::string loss; ///< of policy_loss.h; empty where the run's kind has none of them
    ClipRule clip; ///< of the run's loss
    bool ownAdvantages = false; ///< each token has its own, which is not stored: see tokenGates()
    std::vector<std::string> beside; ///< what else pulls a token: kl | entropy | value
    std::vector<std::string> unseen; ///< masks that are not stored: entropy | covariance | sampler
    std::vector<int32_t> ids; ///< of the tokens
    std::vector<float> logprob, baseLogprob; ///< nats, of the drawn token
    std::vector<float> kl; ///< nats: KL(policy || base) over the whole vocabulary
    std::vector<float> ratio; ///< policy over the stored probability; empty without stored token values
    TokenGates gates; ///< of the run's loss at the checkpoint; empty without stored token values
    std::vector<std::vector<LensAlternative>> alternatives; ///< of the policy, most likely first
};

/// Two forward passes over one sequence. Throws Failure: those of the reader and of loading; checkpoint_missing;
/// trace_too_large, when the probabilities of all tokens would need more than 4 GB.
TokenLensReport tokenLens(const TokenLensRequest& request);

} // namespace aha
