#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

namespace aha {

using at::Tensor;

Tensor sumPerRow(const Tensor& values_N, const Tensor& row_N, int64_t rows)
{
    return at::zeros({ rows }, values_N.options().requires_grad(false)).index_add(0, row_N, values_N);
}

Tensor meanPerRow(const Tensor& values_N, const Tensor& row_N, const Tensor& length_R)
{
    return sumPerRow(values_N, row_N, length_R.size(0)) / length_R.clamp_min(1);
}

Tensor spread(const Tensor& values_R, const Tensor& row_N) { return values_R.index_select(0, row_N); }

double total(const Tensor& values) { return values.detach().to(at::kDouble).sum().item<double>(); }

} // namespace aha
