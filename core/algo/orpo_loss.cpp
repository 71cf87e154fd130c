#include "core/algo/orpo_loss.h"

#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/where.h>

#include <limits>
#include <numbers>

namespace aha {

using at::Tensor;

namespace {

/// log(1 - exp(x)) for x <= 0, exact near both ends (Mächler 2012). A completion of probability 1 counts as the
/// next smaller one: its odds are infinite.
Tensor logOneMinusExp(const Tensor& x)
{
    const double nearest = x.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                          : double(std::numeric_limits<float>::epsilon());
    const Tensor below = x.clamp_max(-nearest);
    return at::where(below.lt(-std::numbers::ln2), (-below.exp()).log1p(), (-below.expm1()).log());
}

} // namespace

OrpoLossOutput orpoLoss(const OrpoLossInput& in, const OrpoLossConfig& config)
{
    const int64_t rows = 2 * in.pairs;
    const Tensor mean_R = sumPerRow(in.logp_N, in.row_N, rows) / rowLengths(in.row_N, rows, in.logp_N).clamp_min(1);
    const Tensor logOdds_R = mean_R - logOneMinusExp(mean_R);
    const Tensor ratio_P = logOdds_R.narrow(0, 0, in.pairs) - logOdds_R.narrow(0, in.pairs, in.pairs);
    const Tensor logSigmoid_P = at::log_sigmoid(ratio_P);
    const Tensor nll = -in.logp_N.masked_select(in.row_N.lt(in.pairs)).sum();

    OrpoLossOutput out;
    out.loss = nll / in.updateChosenTokens - config.beta * logSigmoid_P.sum() / in.updatePairs;
    out.logSigmoidOdds_P = logSigmoid_P.detach();
    const Tensor chosen_P = mean_R.detach().narrow(0, 0, in.pairs),
                 rejected_P = mean_R.detach().narrow(0, in.pairs, in.pairs);
    out.chosenReward_P = config.beta * chosen_P;
    out.rejectedReward_P = config.beta * rejected_P;
    out.logOdds = total(ratio_P);
    out.chosenNll = total(nll);
    out.diagnostics = pairDiagnostics(chosen_P, rejected_P, out.chosenReward_P, out.rejectedReward_P);
    return out;
}

} // namespace aha
