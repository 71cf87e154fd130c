#pragma once
// Sums and means over packed rows: N tokens of R rows end to end in any order, row_N says whose a token is. A row
// without tokens has sum 0 and mean 0.

#include <ATen/core/Tensor.h>

namespace aha {

/// [R], differentiable.
at::Tensor sumPerRow(const at::Tensor& values_N, const at::Tensor& row_N, int64_t rows);
/// length_R: tokens of every row (sumPerRow of ones).
at::Tensor meanPerRow(const at::Tensor& values_N, const at::Tensor& row_N, const at::Tensor& length_R);
/// Each row's value at its tokens, [N].
at::Tensor spread(const at::Tensor& values_R, const at::Tensor& row_N);
/// Detached sum in float64.
double total(const at::Tensor& values);

} // namespace aha
