#include "core/algo/kto_loss.h"

#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/where.h>

#include <algorithm>

namespace aha {

using at::Tensor;

std::vector<size_t> ktoMismatch(size_t rows, size_t batch)
{
    std::vector<size_t> from(rows);
    for (size_t begin = 0; begin < rows; begin += batch) {
        const size_t count = std::min(batch, rows - begin);
        for (size_t i = 0; i < count; ++i)
            from[begin + i] = begin + (i + count - 1) % count;
    }
    return from;
}

double ktoReferencePoint(const Tensor& mismatchLogRatio_R)
{
    return std::max(0.0, total(mismatchLogRatio_R) / double(mismatchLogRatio_R.size(0)));
}

KtoLossOutput ktoLoss(const KtoLossInput& in, const KtoLossConfig& config)
{
    const int64_t rows = in.desirable_R.size(0);
    const Tensor logp_R = sumPerRow(in.logp_N, in.row_N, rows);
    const Tensor u_R = logp_R - sumPerRow(in.refLogp_N, in.row_N, rows);
    const double z = config.lossType == "kto" ? in.referencePoint : 0;
    const Tensor value_R = (config.beta * (u_R - z)).sigmoid(); // 1 - σ(β(z - u)) is σ(β(u - z))
    const Tensor loss_R
        = at::where(in.desirable_R, config.desirableWeight * (1 - value_R), config.undesirableWeight * value_R);

    KtoLossOutput out;
    out.loss = loss_R.sum() / in.updateRows;
    out.rowLoss_R = loss_R.detach();
    out.reward_R = config.beta * u_R.detach();
    PreferenceDiagnostics& d = out.diagnostics;
    const Tensor good_R = in.desirable_R, bad_R = in.desirable_R.logical_not();
    d.chosen = total(good_R);
    d.rejected = total(bad_R);
    d.chosenLogp = total(logp_R * good_R);
    d.rejectedLogp = total(logp_R * bad_R);
    d.chosenReward = total(out.reward_R * good_R);
    d.rejectedReward = total(out.reward_R * bad_R);
    return out;
}

} // namespace aha
