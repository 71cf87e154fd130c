#include "core/algo/prime.h"

#include "core/algo/row_positions.h"
#include "core/algo/whitening.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

namespace aha {

using at::Tensor;

namespace {

constexpr double kSmallestReturn = 1e-6; ///< keeps rewards of 0 at 0, as in the recipe

/// Σ of each group of n rows, at each of its rows.
Tensor groupSum(const Tensor& of_R, int64_t n) { return of_R.view({ -1, n }).sum(1).repeat_interleave(n); }

Tensor whitened(const Tensor& values_N)
{
    const Tensor values = values_N.to(at::kDouble).contiguous();
    std::vector<std::vector<double>> all { { values.const_data_ptr<double>(),
        values.const_data_ptr<double>() + values.numel() } };
    whiten(all, Whitening::Unbiased, /*keepMean=*/false);
    return at::tensor(all[0], at::kDouble).to(values_N.scalar_type());
}

} // namespace

PrimeModelOutput primeModelLoss(const PrimeModelInput& in, const PrimeConfig& config)
{
    const Tensor reward_N = config.beta * (in.logp_N - in.refLogp_N);
    const Tensor reward_R = sumPerRow(reward_N, in.row_N, in.correct_R.size(0));
    const Tensor loss_R = -in.correct_R * at::log_sigmoid(reward_R) - (1 - in.correct_R) * at::log_sigmoid(-reward_R);
    return { loss_R.sum() / in.updateRows, reward_N.detach(), reward_R.detach(),
        total(reward_R.gt(0).eq(in.correct_R.gt(0.5))) };
}

Tensor primeNormalized(const Tensor& tokenReward_N, const Tensor& row_N, int64_t rows)
{
    if (tokenReward_N.numel() == 0)
        return tokenReward_N;
    return tokenReward_N / (suffixSums(tokenReward_N, row_N, rows).abs().max() + kSmallestReturn);
}

PrimeAdvantages primeAdvantages(const Tensor& tokenReward_N, const Tensor& row_N, const Tensor& correct_R,
    int64_t generations, const PrimeConfig& config)
{
    const int64_t rows = correct_R.size(0);
    const double n = double(generations);
    const Tensor length_R = rowLengths(row_N, rows, tokenReward_N);
    const Tensor others_R = groupSum(meanPerRow(tokenReward_N, row_N, length_R), generations);

    PrimeAdvantages out;
    out.process_N = tokenReward_N * (n / (n - 1)) - spread(others_R, row_N) / (n - 1);
    out.outcome_R = (correct_R * n - groupSum(correct_R, generations)) / (n - 1);
    const Tensor isLast_N = (positionsInRow(row_N, rows) + 1).eq(spread(length_R, row_N));
    const Tensor outcome_N
        = at::where(isLast_N, spread(out.outcome_R, row_N), at::zeros_like(tokenReward_N)) * config.outcomeCoef;
    out.returns_N = suffixSums(config.processCoef * out.process_N + outcome_N, row_N, rows);
    out.advantage_N = whitened(out.returns_N);
    return out;
}

} // namespace aha
