#pragma once
// Advantages of plain REINFORCE (Williams 1992): the reward, less a baseline that does not depend on the completion.
// Loss type `reinforce`: s = -A log p (reinforce.cpp), no ratio and no clip.
// Deviations: the baselines batch and group have the completion's own reward in them, as nanochat and GPG do it.

#include <string>
#include <vector>

namespace aha {

/// baseline: "none", "batch" (mean of all scorable rewards) or "group" (mean of the row's own group, as nanochat and
/// GPG have it). A NaN reward (unscorable) gets 0 and counts in no mean. Throws std::invalid_argument for another
/// baseline.
std::vector<double> reinforceAdvantages(const std::vector<double>& rewards, const std::string& baseline, int groupSize);

} // namespace aha
