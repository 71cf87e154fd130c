#pragma once
// Returns of one completion, token by token.

#include <vector>

namespace aha {

/// G_t = r_t + γ G_{t+1}
std::vector<double> discountedReturns(const std::vector<double>& rewards, double gamma);

struct Gae {
    std::vector<double> advantage, returns; ///< returns = advantage + value
};
/// Generalised advantage estimation (Schulman et al. 2015, arXiv 1506.02438, eq. 16):
///   δ_t = r_t + γ V_{t+1} - V_t,   A_t = δ_t + γλ A_{t+1}
/// with V = A = 0 after the last token. Tokens that are not the policy's (observations of several turns) are left out
/// by the caller: value and advantage pass over them, as in verl. λ = 1: A = discounted return - V.
Gae generalizedAdvantages(
    const std::vector<double>& rewards, const std::vector<double>& values, double gamma, double lambda);

} // namespace aha
