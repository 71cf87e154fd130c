#pragma once
// Clip-Cov and KL-Cov (Cui et al. 2025, "The entropy mechanism of RL for reasoning language models", arXiv 2505.22617,
// eq. 10-13): the few tokens whose log-prob and advantage covary most drive entropy down, so they are left out of the
// update (clip_cov.cpp) or held back by a KL term (kl_cov.cpp). Numerically verl's.
//
//   cov_t = (A_t - mean A)(log p_t - mean log p)       means over the whole micro-batch
//
// Choosing needs all tokens of the micro-batch, so it is done here, before the loss of its parts.

#include "core/base/rng.h"

#include <vector>

namespace aha {

struct CovarianceTokens {
    std::vector<float> logp, old, advantage; ///< one a token of the micro-batch
};
struct ClipCovConfig {
    double share = 2e-4; ///< of the tokens, at least one token
    double low = 1, high = 5; ///< covariances that may be chosen
    double epsilon = 0.2, epsilonHigh = 0.2; ///< a token that PPO's clip already cuts is not chosen
};
/// True for the tokens to leave out: drawn at random among those between the bounds.
std::vector<bool> chooseClipCov(const CovarianceTokens& tokens, const ClipCovConfig& config, Rng& rng);
/// True for the `share` of tokens with the largest covariance, at least one.
std::vector<bool> chooseKlCov(const CovarianceTokens& tokens, double share);

} // namespace aha
