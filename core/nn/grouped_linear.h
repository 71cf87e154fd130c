#pragma once
// A linear layer whose rows are sorted into groups, each with a matrix of its own: one node of the graph for all
// experts, and one product for each of them.

#include <ATen/core/Tensor.h>

#include <vector>

namespace aha::ops {

/// Rows x_MI of group e, counts[e] of them in a row, times weight_EOI[e] transposed: [M, O].
at::Tensor groupedLinear(const at::Tensor& x_MI, const at::Tensor& weight_EOI, const std::vector<int64_t>& counts);

} // namespace aha::ops
