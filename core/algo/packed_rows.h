#pragma once
// Per-row arithmetic on packed completion tokens: N tokens of R rows, row_N says which row a token belongs to. The
// tokens of a row follow one another in the order of the text, and rows follow one another (row_N never decreases). A
// row may be empty. Double precision where a total is wanted, the tensors' own where gradients flow.

#include <ATen/core/Tensor.h>

namespace aha {

/// Σ of each row's values; differentiable.
at::Tensor sumPerRow(const at::Tensor& values_N, const at::Tensor& row_N, int64_t rows);
/// Tokens of each row, in the type of `like`.
at::Tensor rowLengths(const at::Tensor& row_N, int64_t rows, const at::Tensor& like);
/// Position of each token in its own row, from 0; int64.
at::Tensor positionsInRow(const at::Tensor& row_N, int64_t rows);
/// Σ of the values up to each token of its row, that token included; no gradient, summed in double.
at::Tensor prefixSums(const at::Tensor& values_N, const at::Tensor& row_N, int64_t rows);
/// Sum of all values, in double.
double total(const at::Tensor& values);

} // namespace aha
