#pragma once
// Which tokens of a completion a loss keeps from training, as a reader of the trace sees it. Nothing is said twice:
// the loss itself (policy_loss.h) is derived by the token's log-probability, and the bounds here only name the side.

#include "core/algo/policy_tokens.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace aha {

/// What a loss bounds, and where.
struct ClipRule {
    enum Of { Nothing, Token, Sequence, Product }; ///< Sequence: geometric mean over the tokens (GSPO); Product: RLOO
    Of of = Nothing;
    bool ratio = true; ///< false: the loss has no importance ratio at all (REINFORCE)
    std::optional<double> low; ///< smallest ratio that trains where the advantage is negative
    std::optional<double> high; ///< largest ratio that trains where it is positive
    std::optional<double> bound; ///< largest ratio that trains where it is negative (δ, dual clip)
    std::optional<double> cap; ///< largest weight; what is above keeps a gradient (CISPO)
    bool soft = false; ///< a gate that closes gradually (SAPO, VESPO)
};
/// Throws std::invalid_argument for an unknown loss type.
ClipRule clipRule(const PolicyLossConfig& config);

enum class TokenGate {
    Open,
    Low, ///< ratio below the clip, negative advantage: no gradient
    High, ///< above it, positive advantage: no gradient
    Bound, ///< above the bound, negative advantage: no gradient
    Either, ///< of an advantage that is not known: no gradient whatever its sign
    Capped, ///< the weight is cut, the gradient stays
    Drifted, ///< the completion left its sampler too far behind (off-policy mask): no gradient
};

struct TokenGates {
    std::vector<float> ratio; ///< one a token, of what the rule bounds; empty where it bounds nothing
    std::vector<TokenGate> gate; ///< one a token
};

/// `logp`: of each token under the policy that is looked at; `old`: under the policy that drew it. `advantage`: of every
/// token alike; none: each token has its own, and Low, Bound then mean "where it is negative", High "where it is
/// positive". Only the surrogate is looked at: KL, entropy bonus and chosen tokens (covariance, entropy) are not.
TokenGates tokenGates(const PolicyLossConfig& config, const std::vector<float>& logp, const std::vector<float>& old,
    std::optional<double> advantage);

} // namespace aha
