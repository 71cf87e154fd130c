#pragma once
// What every preference loss reports, winners and losers apart: whether the winner's likelihood rises is the point of
// APO (arXiv 2408.06266) and invisible in a margin. Sums, so that parts can be merged: divide by the counts.

#include <ATen/core/Tensor.h>

namespace aha {

struct PreferenceDiagnostics {
    double chosen = 0, rejected = 0; ///< rows
    double chosenLogp = 0, rejectedLogp = 0; ///< sums over rows of what the loss compares (sum or mean of log-probs)
    double chosenReward = 0, rejectedReward = 0; ///< implicit rewards, with their β
    double right = 0; ///< pairs whose winner has the higher reward; 0 where rows are not paired
    void merge(const PreferenceDiagnostics& other);
};

/// Rewards and likelihoods of P pairs.
PreferenceDiagnostics pairDiagnostics(const at::Tensor& chosenLogp_P, const at::Tensor& rejectedLogp_P,
    const at::Tensor& chosenReward_P, const at::Tensor& rejectedReward_P);

} // namespace aha
