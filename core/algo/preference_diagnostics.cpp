#include "core/algo/preference_diagnostics.h"

#include "core/algo/packed_rows.h"

namespace aha {

using at::Tensor;

void PreferenceDiagnostics::merge(const PreferenceDiagnostics& other)
{
    chosen += other.chosen;
    rejected += other.rejected;
    chosenLogp += other.chosenLogp;
    rejectedLogp += other.rejectedLogp;
    chosenReward += other.chosenReward;
    rejectedReward += other.rejectedReward;
    right += other.right;
}

PreferenceDiagnostics pairDiagnostics(const Tensor& chosenLogp_P, const Tensor& rejectedLogp_P,
    const Tensor& chosenReward_P, const Tensor& rejectedReward_P)
{
    PreferenceDiagnostics d;
    d.chosen = d.rejected = double(chosenLogp_P.size(0));
    d.chosenLogp = total(chosenLogp_P);
    d.rejectedLogp = total(rejectedLogp_P);
    d.chosenReward = total(chosenReward_P);
    d.rejectedReward = total(rejectedReward_P);
    d.right = total(chosenReward_P.gt(rejectedReward_P));
    return d;
}

} // namespace aha
