#include "core/algo/gae.h"

#include <cstddef>

namespace aha {

std::vector<double> discountedReturns(const std::vector<double>& rewards, double gamma)
{
    std::vector<double> returns(rewards.size());
    double later = 0;
    for (size_t t = rewards.size(); t-- > 0;)
        returns[t] = later = rewards[t] + gamma * later;
    return returns;
}

Gae generalizedAdvantages(
    const std::vector<double>& rewards, const std::vector<double>& values, double gamma, double lambda)
{
    Gae gae { std::vector<double>(rewards.size()), std::vector<double>(rewards.size()) };
    double nextValue = 0, nextAdvantage = 0;
    for (size_t t = rewards.size(); t-- > 0;) {
        const double delta = rewards[t] + gamma * nextValue - values[t];
        gae.advantage[t] = nextAdvantage = delta + gamma * lambda * nextAdvantage;
        gae.returns[t] = gae.advantage[t] + values[t];
        nextValue = values[t];
    }
    return gae;
}

} // namespace aha
