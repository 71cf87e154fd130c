#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>

namespace aha {

using at::Tensor;

namespace {

struct RunningSums {
    Tensor upTo_N, row_R; ///< double
};

RunningSums runningSums(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    const Tensor values = values_N.detach().to(at::kDouble), row_R = sumPerRow(values, row_N, rows);
    return { values.cumsum(0) - spread(row_R.cumsum(0) - row_R, row_N), row_R };
}

} // namespace

Tensor rowLengths(const Tensor& row_N, int64_t rows, const Tensor& like)
{
    const auto options = like.options().requires_grad(false);
    return sumPerRow(at::ones({ row_N.size(0) }, options), row_N, rows);
}

Tensor positionsInRow(const Tensor& row_N, int64_t rows)
{
    const Tensor length_R = sumPerRow(at::ones({ row_N.size(0) }, row_N.options()), row_N, rows);
    return at::arange(row_N.size(0), row_N.options()) - spread(length_R.cumsum(0) - length_R, row_N);
}

Tensor prefixSums(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    return runningSums(values_N, row_N, rows).upTo_N.to(values_N.scalar_type());
}

Tensor suffixSums(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    const RunningSums sums = runningSums(values_N, row_N, rows);
    return (spread(sums.row_R, row_N) - sums.upTo_N + values_N.detach()).to(values_N.scalar_type());
}

} // namespace aha
