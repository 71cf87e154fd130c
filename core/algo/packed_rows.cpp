#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace aha {

using at::Tensor;

Tensor sumPerRow(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    return at::zeros({ rows }, values_N.options().requires_grad(false)).index_add(0, row_N, values_N);
}

Tensor rowLengths(const Tensor& row_N, int64_t rows, const Tensor& like)
{
    const auto options = like.options().requires_grad(false);
    return sumPerRow(at::ones({ row_N.size(0) }, options), row_N, rows);
}

Tensor positionsInRow(const Tensor& row_N, int64_t rows)
{
    const Tensor length_R = sumPerRow(at::ones({ row_N.size(0) }, row_N.options()), row_N, rows);
    const Tensor start_R = at::cumsum(length_R, 0) - length_R;
    return at::arange(row_N.size(0), row_N.options()) - start_R.index_select(0, row_N);
}

Tensor prefixSums(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    const Tensor values = values_N.detach().to(at::kDouble);
    const Tensor before_R = sumPerRow(values, row_N, rows).cumsum(0) - sumPerRow(values, row_N, rows);
    return (values.cumsum(0) - before_R.index_select(0, row_N)).to(values_N.scalar_type());
}

double total(const Tensor& values) { return values.detach().to(at::kDouble).sum().item<double>(); }

} // namespace aha
