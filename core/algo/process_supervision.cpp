#include "core/algo/process_supervision.h"

#include "core/algo/reward_groups.h"

namespace aha {

std::vector<std::vector<double>> processAdvantages(
    const std::vector<SteppedCompletion>& group, const ProcessSupervisionConfig& config)
{
    std::vector<double> all;
    for (const SteppedCompletion& completion : group)
        all.insert(all.end(), completion.stepRewards.begin(), completion.stepRewards.end());
    const double centre = meanOfScorable(all);
    const double divisor = (config.populationStd ? populationDeviation(all) : deviation(all)) + config.epsilon;
    std::vector<std::vector<double>> advantages;
    for (const SteppedCompletion& completion : group) {
        std::vector<double>& tokens = advantages.emplace_back(size_t(completion.length), 0.0);
        if (all.size() < 2 || !(divisor > 0)) // nothing to compare with
            continue;
        for (size_t j = 0; j < completion.stepRewards.size(); ++j)
            for (int64_t t = 0; t <= completion.stepEnds[j] && t < completion.length; ++t)
                tokens[size_t(t)] += (completion.stepRewards[j] - centre) / divisor;
    }
    return advantages;
}

} // namespace aha
