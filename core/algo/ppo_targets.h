#pragma once
// What PPO trains towards: token rewards with a KL penalty, GAE's advantages for the policy and returns for the critic
// (Schulman et al. 2017, arXiv 1707.06347; the KL reward: Ziegler et al. 2019, arXiv 1909.08593 eq. 2). Numerically
// TRL's (experimental PPOTrainer, 1.10).
//
//   r_t = -β KL_t (+ score at the last value position),   A, R = GAE(r, V);   A is whitened over all tokens, R is not
//
// Rewards of single tokens with a discount of their own (Demystifying Long CoT, arXiv 2502.03373 §4.6) are a return
// beside: A_t and R_t each gain Σ_k γ'^k r'_{t+k}. That is exact for λ = 1, which its code demands; where γ' = γ they
// are part of r_t, and any λ will do.
//
// A row has as many value positions as it has tokens, or one more: TRL values the position after the last token and
// puts the score there, unless the row fills the longest length. At that position there is no token, so KL is 0.

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct PpoTargetConfig {
    double gamma = 1, lambda = 0.95, klCoef = 0.05;
    std::string klEstimator = "k1"; ///< kl_estimators.h
    bool whitenRewards = false; ///< to variance 1, over all value positions; keeps the mean
    bool whitenAdvantages = true;
    double tokenGamma = 1; ///< discount of PpoRow::tokenReward
    std::optional<double> missingEosPenalty; ///< taken off the score of a row that did not end
};

struct PpoRow {
    std::vector<double> logp, refLogp; ///< one a completion token; refLogp may be empty when klCoef = 0
    std::vector<double> values; ///< as many, or one more
    double score = 0;
    bool ended = true;
    std::vector<double> tokenReward {}; ///< one a token, or empty
};
struct PpoTargets {
    std::vector<double> nonScoreReward; ///< -β KL per token
    std::vector<double> reward, returns; ///< per value position
    std::vector<double> advantage; ///< per token
};
/// The rows of one rollout batch. Throws std::invalid_argument where a row's sizes do not fit.
std::vector<PpoTargets> ppoTargets(const std::vector<PpoRow>& rows, const PpoTargetConfig& config);

} // namespace aha
