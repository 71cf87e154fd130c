#include "core/algo/remax.h"

#include "core/algo/reward_groups.h"

namespace aha {

std::vector<double> remaxAdvantages(const std::vector<double>& rewards, const std::vector<double>& greedyRewards,
    int groupSize, double klCoef, const std::vector<double>& klSums)
{
    std::vector<double> advantages;
    for (size_t i = 0; i < rewards.size(); ++i) {
        const double penalty = klSums.empty() ? 0 : klCoef * klSums[i];
        advantages.push_back(orZero(rewards[i] - penalty - greedyRewards[i / size_t(groupSize)]));
    }
    return advantages;
}

} // namespace aha
