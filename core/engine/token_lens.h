#pragma once
// One stored text under a checkpoint, token by token: how sure the checkpoint is of it, how far from the base model,
// how far from the policy that drew it and on which side of the clip, and what else might have been drawn.

#include "core/algo/token_gates.h"
#include "core/engine/lens_text.h"

namespace aha {

struct TokenLensRequest {
    std::filesystem::path run;
    int64_t completionId = 0; ///< or a held-out problem's answer:
    int64_t evaluationId = 0, position = 0;
    std::optional<std::string> answer; ///< another answer to the problem than the stored one
    std::optional<int64_t> policyStep; ///< a checkpoint; none: the newest before the text was written
    int alternatives = 5;
};

/// Everything at the run's sampling temperature; one entry per token of the text. Of an answer the run keeps no tokens:
/// they are the text's, and no ratio and no gates are known.
struct TokenLensReport {
    int64_t step = 0, policyStep = 0;
    std::string base; ///< the model that the run started from
    std::string baseProblem; ///< why it cannot be compared with; empty where it is
    bool sampled = false; ///< the checkpoint is the policy that drew the tokens
    std::string loss; ///< of policy_loss.h; empty where the run's kind has none of them
    ClipRule clip; ///< of the run's loss
    bool ownAdvantages = false; ///< each token has its own, which is not stored: see tokenGates()
    std::vector<std::string> beside; ///< what else pulls a token: kl | entropy | value
    std::vector<std::string> unseen; ///< masks that are not stored: entropy | covariance | sampler
    std::vector<int32_t> ids; ///< of the tokens
    std::vector<int32_t> ends; ///< of each token in the text, in bytes, exclusive
    std::vector<float> logprob, entropy; ///< nats, of the drawn token; and of the policy where it is drawn
    std::vector<float> baseLogprob; ///< nats; empty where the base model cannot be compared with
    std::vector<float> kl; ///< nats: KL(policy || base) over the whole vocabulary; likewise
    std::vector<float> ratio; ///< policy over the stored probability; empty without stored token values
    TokenGates gates; ///< of the run's loss at the checkpoint; empty without stored token values
    std::vector<std::vector<LensAlternative>> alternatives; ///< of the policy, most likely first
};

/// Two forward passes over one sequence. Throws Failure: those of lens_text.h and of loading the checkpoint.
TokenLensReport tokenLens(const TokenLensRequest& request);

} // namespace aha
