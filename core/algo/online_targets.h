#pragma once
// From scored completions to advantages: what each algorithm of online reinforcement learning learns from. The
// algorithms' own files hold the formulas; here is which of them a run asks for, and what they are given.

#include "core/algo/advantages.h"
#include "core/algo/process_supervision.h"
#include "core/algo/training_sample.h"
#include "core/config/run_config.h"

namespace aha {

/// The completions of a step, group by group.
struct ScoredBatch {
    std::vector<std::vector<double>> rewards; ///< [R][parts], unweighted; NaN = not applicable
    std::vector<double> weights; ///< one a part
    std::vector<bool> ended; ///< [R] the completion was not cut
    std::vector<bool> correct; ///< [R] the verifier's word
    std::vector<std::vector<double>> tokenRewards {}; ///< [R][tokens], weighted; a return of their own; empty: none
    double tokenGamma = 1; ///< discount of that return
    std::vector<double> greedyRewards {}; ///< remax: [R / G], of a greedy completion of the prompt
    double klWeight = 0; ///< β in the reward at this step; 0 where the KL term is part of the loss
    std::vector<double> verdicts; ///< [R] as `correct`; NaN where the verifier failed
    std::vector<std::vector<float>> primeRewards; ///< prime: [R] of every completion token
    std::vector<SteppedCompletion> steps; ///< process supervision: [R]; empty: outcomes are rewarded
};

struct OnlineTargets {
    Advantages rewards; ///< statistics of the rewards, and an advantage a row: of several, their mean
    double kl = 0; ///< mean over rows of the sum over tokens, where it is part of the reward
    double rows = 0; ///< that it is a mean of
};

/// Sets the advantages (and returns) of `samples`, which have oldLogp, and refLogp and oldValue where the algorithm
/// wants them.
OnlineTargets setTargets(std::vector<TrainingSample>& samples, const ScoredBatch& batch, const RunConfig& config);

/// Is the advantage of every token that of its completion? Penalties on tokens (ScoredBatch::tokenRewards) aside.
bool sharesAdvantage(const RunConfig& config);

} // namespace aha
