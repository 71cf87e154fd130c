#pragma once
// One batch given to a loss whole, in pieces, and row by row: does the gradient stay the same? Header only.

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace aha {

/// A seeded tensor: the same sequence on every machine.
class TestNumbers {
public:
    explicit TestNumbers(uint32_t seed)
        : m_state(seed * 2654435761u + 1)
    {
    }
    /// Uniform in [low, high).
    at::Tensor uniform(std::vector<int64_t> sizes, double low, double high, at::ScalarType type)
    {
        int64_t count = 1;
        for (const int64_t size : sizes)
            count *= size;
        std::vector<double> values;
        for (int64_t i = 0; i < count; ++i) {
            m_state = m_state * 1664525u + 1013904223u;
            values.push_back(low + (high - low) * double(m_state >> 8) / double(1u << 24));
        }
        return at::tensor(values, at::kDouble).view(sizes).to(type);
    }

private:
    uint32_t m_state;
};

/// Rows that a call sees, in its own order, and their tokens among all.
struct RowPart {
    std::vector<int64_t> rows;
    at::Tensor rows_R, tokens_N; ///< indices into the batch
    at::Tensor row_N; ///< of the part's tokens: 0, 1, ...
};

/// Packed rows of given lengths.
class RowBatch {
public:
    explicit RowBatch(std::vector<int64_t> lengths)
        : m_lengths(std::move(lengths))
    {
    }
    int64_t rows() const { return int64_t(m_lengths.size()); }
    int64_t tokens() const { return tokensOf(0, rows()); }
    int64_t tokensOf(int64_t from, int64_t to) const
    {
        int64_t count = 0;
        for (int64_t r = from; r < to; ++r)
            count += m_lengths[size_t(r)];
        return count;
    }
    RowPart part(std::vector<int64_t> rows) const
    {
        std::vector<int64_t> tokens, row;
        for (size_t i = 0; i < rows.size(); ++i)
            for (int64_t t = 0; t < m_lengths[size_t(rows[i])]; ++t) {
                tokens.push_back(tokensOf(0, rows[i]) + t);
                row.push_back(int64_t(i));
            }
        return { rows, at::tensor(rows, at::kLong), at::tensor(tokens, at::kLong), at::tensor(row, at::kLong) };
    }
    /// Items 0 .. count-1 in consecutive parts of `size`; an item is a row, or a pair of rows i and count + i.
    std::vector<RowPart> parts(int64_t size, bool pairs) const
    {
        const int64_t count = pairs ? rows() / 2 : rows();
        std::vector<RowPart> all;
        for (int64_t from = 0; from < count; from += size) {
            std::vector<int64_t> mine;
            for (int64_t half = 0; half < (pairs ? 2 : 1); ++half)
                for (int64_t i = from; i < std::min(from + size, count); ++i)
                    mine.push_back(half * count + i);
            all.push_back(part(mine));
        }
        return all;
    }

private:
    std::vector<int64_t> m_lengths;
};

/// Gradient of Σ_parts loss(part) with respect to `leaf`, and the loss itself.
struct PartsGradient {
    at::Tensor gradient;
    double loss = 0;
};
inline PartsGradient gradientOverParts(const at::Tensor& values, const std::vector<RowPart>& parts,
    const std::function<at::Tensor(const at::Tensor& leaf, const RowPart& part)>& loss)
{
    const at::Tensor leaf = values.detach().clone().requires_grad_();
    PartsGradient out;
    for (const RowPart& part : parts) {
        const at::Tensor value = loss(leaf, part);
        value.backward();
        out.loss += value.item<double>();
    }
    out.gradient = leaf.grad();
    return out;
}

} // namespace aha
