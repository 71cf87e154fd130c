#pragma once
// ReMax (Li et al. 2023, arXiv 2310.10505) eq. 6: REINFORCE whose baseline is the reward of one greedy completion of
// the same prompt, A = r - r(greedy). Trained with loss type `reinforce`; the paper's KL penalty goes into the reward
// (k1, summed over the completion's tokens). Deviations: none.

#include <vector>

namespace aha {

/// Rows of one prompt are consecutive groups of `groupSize` (1 in the paper); greedyRewards has one entry a group.
/// NaN (unscorable row, or a greedy completion without a reward) gives 0. klSums is empty or has one entry a row.
std::vector<double> remaxAdvantages(const std::vector<double>& rewards, const std::vector<double>& greedyRewards,
    int groupSize, double klCoef, const std::vector<double>& klSums);

} // namespace aha
