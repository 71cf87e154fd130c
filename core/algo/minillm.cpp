#include "core/algo/minillm.h"

#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/pow.h>

#include <cmath>

namespace aha {

using at::Tensor;

namespace {

constexpr double kPaddedToken = 1e-4;

} // namespace

Tensor minillmAdvantages(
    const Tensor& logp_N, const Tensor& teacherLogp_N, const Tensor& row_N, int64_t rows, const MinillmConfig& config)
{
    const Tensor reward_N = (teacherLogp_N - logp_N).detach();
    if (config.gamma == 0)
        return reward_N;
    const Tensor position_N = positionsInRow(row_N, rows).to(at::kDouble);
    const Tensor discount_N = at::pow(at::full_like(position_N, config.gamma), position_N);
    Tensor advantage_N = suffixSums(reward_N.to(at::kDouble) * discount_N, row_N, rows);
    if (config.lengthNormalization) {
        const Tensor length_R = rowLengths(row_N, rows, position_N);
        Tensor padding_R = length_R * 0;
        for (int64_t r = 0; r < rows; ++r)
            for (int64_t t = length_R[r].item<int64_t>(); t < config.paddedWidth; ++t)
                padding_R[r] += kPaddedToken * std::pow(config.gamma, double(t));
        advantage_N = advantage_N / (suffixSums(discount_N, row_N, rows) + spread(padding_R, row_N));
    }
    return advantage_N.to(logp_N.scalar_type());
}

Tensor minillmSingleStep(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& teacherHidden_ME,
    const Tensor& teacherHead_VE, double temperature, double updateTokens, double clip)
{
    const DivergenceConfig reverseKl { 1, temperature, clip };
    return distillationDivergence(hidden_MD, head_VD, teacherHidden_ME, teacherHead_VE, reverseKl).divergence_M.sum()
        / updateTokens;
}

} // namespace aha
