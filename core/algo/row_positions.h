#pragma once
// Where tokens stand in their rows, and sums along a row. As packed_rows.h, and here order matters: the tokens of a row
// follow one another as in the text, and rows follow one another (row_N never decreases). A row may be empty.

#include "core/algo/packed_rows.h"

namespace aha {

/// Tokens of each row, in the type of `like`.
at::Tensor rowLengths(const at::Tensor& row_N, int64_t rows, const at::Tensor& like);
/// Position of each token in its own row, from 0; int64.
at::Tensor positionsInRow(const at::Tensor& row_N, int64_t rows);
/// Σ of the values of a token's row up to that token, itself included. No gradient; summed in double.
at::Tensor prefixSums(const at::Tensor& values_N, const at::Tensor& row_N, int64_t rows);
/// Σ from that token on, itself included.
at::Tensor suffixSums(const at::Tensor& values_N, const at::Tensor& row_N, int64_t rows);

} // namespace aha
