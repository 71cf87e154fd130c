// REINFORCE (Williams 1992): s = -A log p. The gradient is that of the first, on-policy update of every ratio-based
// surrogate. The sampler's correction, where there is one, makes it off-policy REINFORCE with truncated importance
// sampling.

#include "core/algo/reinforce.h"

#include "core/algo/reward_groups.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>

#include <stdexcept>

namespace aha {

using at::Tensor;

Tensor reinforceSurrogate(const PolicyTokens& t, PolicyLossDiagnostics&) { return -t.advantage_N * t.in.logp_N; }

std::vector<double> reinforceAdvantages(const std::vector<double>& rewards, const std::string& baseline, int groupSize)
{
    if (baseline != "none" && baseline != "batch" && baseline != "group")
        throw std::invalid_argument("The baseline \"" + baseline + "\" is not known; there are none, batch, group.");
    const size_t whole = baseline == "group" ? size_t(groupSize) : rewards.size();
    std::vector<double> advantages;
    for (size_t from = 0; from < rewards.size(); from += whole) {
        const double centre = baseline == "none" ? 0 : meanOfScorable(scorable(rewards, from, whole));
        for (size_t i = from; i < std::min(from + whole, rewards.size()); ++i)
            advantages.push_back(orZero(rewards[i] - centre));
    }
    return advantages;
}

} // namespace aha
