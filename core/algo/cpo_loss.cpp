#include "core/algo/cpo_loss.h"

#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_sigmoid.h>

namespace aha {

using at::Tensor;

CpoLossOutput cpoLoss(const CpoLossInput& in, const CpoLossConfig& config)
{
    const int64_t rows = 2 * in.pairs;
    const double beta = config.beta, e = config.labelSmoothing;
    Tensor s_R = sumPerRow(in.logp_N, in.row_N, rows);
    if (config.lossType == "ipo" || config.lossType == "simpo")
        s_R = s_R / rowLengths(in.row_N, rows, in.logp_N).clamp_min(1);
    const Tensor reward_R = config.alpha == 0 ? s_R : (1 - (-config.alpha * s_R).exp()) / config.alpha;
    const Tensor delta_P = reward_R.narrow(0, 0, in.pairs) - reward_R.narrow(0, in.pairs, in.pairs);

    Tensor loss_P;
    if (config.lossType == "hinge") {
        loss_P = (1 - beta * delta_P).clamp_min(0);
    } else if (config.lossType == "ipo") {
        loss_P = (delta_P - 1 / (2 * beta)).square();
    } else {
        const Tensor x_P = beta * delta_P - (config.lossType == "simpo" ? config.simpoGamma : 0);
        loss_P = -(1 - e) * at::log_sigmoid(x_P) - e * at::log_sigmoid(-x_P);
    }

    CpoLossOutput out;
    const Tensor nll = -in.logp_N.masked_select(in.row_N.lt(in.pairs)).sum();
    out.loss = loss_P.sum() / in.updatePairs;
    if (config.cpoAlpha != 0)
        out.loss = out.loss + config.cpoAlpha * nll / in.updateChosenTokens;
    out.pairLoss_P = loss_P.detach();
    out.chosenReward_P = beta * reward_R.detach().narrow(0, 0, in.pairs);
    out.rejectedReward_P = beta * reward_R.detach().narrow(0, in.pairs, in.pairs);
    out.chosenNll = total(nll);
    out.diagnostics = pairDiagnostics(
        s_R.narrow(0, 0, in.pairs), s_R.narrow(0, in.pairs, in.pairs), out.chosenReward_P, out.rejectedReward_P);
    return out;
}

} // namespace aha
