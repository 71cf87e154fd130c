#include "core/algo/policy_tokens.h"

#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <stdexcept>

namespace aha {

using at::Tensor;

void PolicyLossDiagnostics::merge(const PolicyLossDiagnostics& other)
{
    count += other.count;
    lowClipped += other.lowClipped;
    highClipped += other.highClipped;
    regionClipped += other.regionClipped;
    tokens += other.tokens;
    kl += other.kl;
    entropy += other.entropy;
    for (const auto& [name, average] : other.averages) {
        averages[name].sum += average.sum;
        averages[name].count += average.count;
    }
    if (other.anyRow) {
        lowMin = anyRow ? std::min(lowMin, other.lowMin) : other.lowMin;
        highMax = anyRow ? std::max(highMax, other.highMax) : other.highMax;
        anyRow = true;
    }
}

PolicyTokens::PolicyTokens(const PolicyLossInput& input, const PolicyLossConfig& settings)
    : in(input)
    , config(settings)
    , rows(input.weight_R.size(0))
    , length_R(sumPerRow(at::ones_like(input.logp_N.detach()), input.row_N, rows))
    , advantage_N(input.advantage_N.defined() ? input.advantage_N : spread(input.advantage_R))
    , old_N(input.oldLogp_N.defined() ? input.oldLogp_N : input.logp_N.detach())
    , logRatio_N(input.logp_N - old_N)
{
    if (config.level == "token") {
        ratio_N = logRatio_N.exp();
    } else {
        const Tensor sequence_N = spread(meanPerRow(logRatio_N, in.row_N, length_R));
        if (config.level == "sequence")
            ratio_N = sequence_N.exp();
        else if (config.level == "sequence_token") // the sequence's value, the token's own gradient
            ratio_N = (in.logp_N - in.logp_N.detach() + sequence_N.detach()).exp();
        else
            throw std::invalid_argument("The importance sampling level \"" + config.level + "\" is not known.");
    }
    if (config.entropyThreshold) {
        if (!in.entropy_N.defined())
            throw std::invalid_argument("A high-entropy mask needs the entropy of every token.");
        highEntropy_N = in.entropy_N.detach().ge(*config.entropyThreshold).to(in.logp_N.scalar_type());
    }
}

Tensor PolicyTokens::spread(const Tensor& values_R) const { return aha::spread(values_R, in.row_N); }

void countClipped(
    PolicyLossDiagnostics& d, const PolicyTokens& t, const Tensor& low_N, const Tensor& high_N, bool byRow)
{
    const at::NoGradGuard noGrad;
    const Tensor low = low_N.to(at::kFloat), high = high_N.to(at::kFloat);
    const Tensor low_R = meanPerRow(low, t.in.row_N, t.length_R), high_R = meanPerRow(high, t.in.row_N, t.length_R);
    d.count += double(byRow ? t.rows : low.size(0));
    d.lowClipped += total(byRow ? low_R : low);
    d.highClipped += total(byRow ? high_R : high);
    d.regionClipped = d.lowClipped + d.highClipped;
    d.clipped_N = (low_N | high_N).detach();
    const Tensor counts_R = byRow ? at::ones_like(t.length_R, at::kBool) : t.length_R.gt(0);
    if (counts_R.any().item<bool>()) {
        d.anyRow = true;
        d.lowMin = low_R.masked_select(counts_R).min().item<double>();
        d.highMax = high_R.masked_select(counts_R).max().item<double>();
    }
}

void addAverage(PolicyLossDiagnostics& d, const std::string& name, const PolicyTokens& t, const Tensor& values_N,
    bool byRow, double ofEmptyRow)
{
    const at::NoGradGuard noGrad;
    const Tensor values = values_N.to(at::kFloat);
    Average& average = d.averages[name];
    if (byRow) {
        const Tensor mean_R = meanPerRow(values, t.in.row_N, t.length_R);
        average.sum += total(at::where(t.length_R.gt(0), mean_R, at::ones_like(mean_R) * ofEmptyRow));
        average.count += double(t.rows);
    } else {
        average.sum += total(values);
        average.count += double(values.size(0));
    }
}

} // namespace aha
