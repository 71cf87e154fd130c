#pragma once
// REINFORCE++ and REINFORCE++-baseline (Hu et al. 2025, arXiv 2501.03262): no critic; token returns, whitened over the
// whole batch, in PPO's clipped loss (loss type `ppo`, or `grpo` with advantage_N).
//
//   REINFORCE++   r_t = -β KL_t, + score at the last token;   G_t = Σ_k γ^k r_{t+k};   A = whiten(G)
//   baseline      score ← score - mean of its group;          G_t = score at every token;   A = whiten(G)
//
// Batch-wide whitening instead of a group's own deviation is the point of both. The baseline form has no KL in the
// reward (its KL goes into the loss, k2). Both whitening conventions are in use (whitening.h). Defaults: OpenRLHF's.

#include "core/algo/whitening.h"

#include <string>

namespace aha {

struct ReinforcePpConfig {
    bool groupBaseline = false;
    int groupSize = 1; ///< rows of a group are consecutive
    double gamma = 1, klCoef = 0.01;
    std::string klEstimator = "k1";
    Whitening whitening = Whitening::Unbiased;
    double tokenGamma = 1; ///< discount of ReinforcePpRow::tokenReward
};
struct ReinforcePpRow {
    std::vector<double> logp, refLogp; ///< one a token; refLogp may be empty when klCoef = 0 or with groupBaseline
    double score = 0;
    std::vector<double> tokenReward {}; ///< one a token, or empty; a return of its own is added before whitening
};
struct ReinforcePpTargets {
    std::vector<std::vector<double>> returns, advantage; ///< [R][tokens]
};
ReinforcePpTargets reinforcePpTargets(const std::vector<ReinforcePpRow>& rows, const ReinforcePpConfig& config);

} // namespace aha
