#include "core/algo/grpo_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace aha {

using at::Tensor;

namespace {

Tensor sumPerRow(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    return at::zeros({ rows }, values_N.options().requires_grad(false)).index_add(0, row_N, values_N);
}

double total(const Tensor& values) { return values.detach().to(at::kDouble).sum().item<double>(); }

} // namespace

std::vector<double> reductionWeights(const ReductionInput& input)
{
    double tokens = 0;
    for (const int64_t length : input.lengths)
        tokens += double(length);
    const double rows = double(input.lengths.size());
    std::vector<double> weights;
    for (const int64_t length : input.lengths) {
        const double divisor = input.lossType == "grpo"
            ? rows * double(std::max<int64_t>(length, 1)) * input.gradientAccumulation
            : input.lossType == "bnpo" ? std::max(tokens, 1.0) * input.gradientAccumulation
            : input.lossType == "dr_grpo"
            ? rows * input.maxCompletionLength * input.gradientAccumulation
            : input.itemsInGenerationBatch * input.gradientAccumulation / input.stepsPerGeneration;
        weights.push_back(1.0 / divisor);
    }
    return weights;
}

void GrpoDiagnostics::merge(const GrpoDiagnostics& other)
{
    count += other.count;
    lowClipped += other.lowClipped;
    highClipped += other.highClipped;
    regionClipped += other.regionClipped;
    tokens += other.tokens;
    kl += other.kl;
    if (other.anyRow) {
        lowMin = anyRow ? std::min(lowMin, other.lowMin) : other.lowMin;
        highMax = anyRow ? std::max(highMax, other.highMax) : other.highMax;
        anyRow = true;
    }
}

GrpoLossOutput grpoLoss(const GrpoLossInput& in, const GrpoLossConfig& config)
{
    const int64_t rows = in.advantage_R.size(0);
    const Tensor logp_N = in.logp_N;
    const Tensor old_N = in.oldLogp_N.defined() ? in.oldLogp_N : logp_N.detach();
    const Tensor length_R = sumPerRow(at::ones_like(old_N), in.row_N, rows);
    Tensor logRatio_N = logp_N - old_N;
    if (config.sequenceLevel)
        logRatio_N = (sumPerRow(logRatio_N, in.row_N, rows) / length_R.clamp_min(1)).index_select(0, in.row_N);
    Tensor ratio_N = logRatio_N.exp();
    const Tensor clipped_N = at::clamp(ratio_N, 1 - config.epsilon, 1 + config.epsilonHigh);
    const Tensor unlimited_N = ratio_N;
    if (config.delta)
        ratio_N = at::clamp(ratio_N, std::nullopt, *config.delta);
    const Tensor advantage_N = in.advantage_R.index_select(0, in.row_N);
    Tensor loss_N = -at::minimum(ratio_N * advantage_N, clipped_N * advantage_N);
    if (in.correction_N.defined())
        loss_N = loss_N * in.correction_N;

    GrpoLossOutput out;
    if (config.beta != 0) {
        const Tensor difference_N = in.refLogp_N - logp_N;
        Tensor kl_N = difference_N.exp() - difference_N - 1;
        if (config.useBiasCorrectionKl)
            kl_N = kl_N * unlimited_N;
        loss_N = loss_N + config.beta * kl_N;
        out.diagnostics.kl = total(kl_N);
    }
    out.loss = (loss_N * in.weight_R.index_select(0, in.row_N)).sum();

    const at::NoGradGuard noGrad;
    const Tensor low_N = (ratio_N.lt(1 - config.epsilon) & advantage_N.lt(0)).to(at::kFloat);
    const Tensor high_N = (ratio_N.gt(1 + config.epsilonHigh) & advantage_N.gt(0)).to(at::kFloat);
    const Tensor low_R = sumPerRow(low_N, in.row_N, rows) / length_R.clamp_min(1);
    const Tensor high_R = sumPerRow(high_N, in.row_N, rows) / length_R.clamp_min(1);
    GrpoDiagnostics& d = out.diagnostics;
    d.tokens = double(logp_N.size(0));
    if (config.sequenceLevel) { // one ratio a row: rows count, fully masked ones with ratio 1
        d.count = double(rows);
        d.lowClipped = total(low_R);
        d.highClipped = total(high_R);
    } else {
        d.count = d.tokens;
        d.lowClipped = total(low_N);
        d.highClipped = total(high_N);
    }
    d.regionClipped = d.lowClipped + d.highClipped;
    const Tensor counts_R = config.sequenceLevel ? at::ones_like(length_R, at::kBool) : length_R.gt(0);
    if (counts_R.any().item<bool>()) {
        d.anyRow = true;
        d.lowMin = low_R.masked_select(counts_R).min().item<double>();
        d.highMax = high_R.masked_select(counts_R).max().item<double>();
    }
    return out;
}

} // namespace aha
