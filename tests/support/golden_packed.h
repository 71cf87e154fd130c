#pragma once
// Golden cases hold padded [rows][width] arrays with a mask; the losses take packed tokens. Header only.

#include "tests/support/golden.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace aha::golden {

/// The tokens that a mask leaves, and where they were.
class Packed {
public:
    explicit Packed(const Json& mask)
        : m_rows(int64_t(mask.size()))
    {
        for (size_t b = 0; b < mask.size(); ++b)
            for (size_t t = 0; t < mask[b].size(); ++t)
                if (mask[b][t].get<int>() != 0) {
                    m_where.emplace_back(b, t);
                    m_row.push_back(int64_t(b));
                }
    }

    int64_t rows() const { return m_rows; }
    int64_t tokens() const { return int64_t(m_where.size()); }
    int64_t tokens(int64_t rowsFrom, int64_t rowsTo) const
    {
        int64_t count = 0;
        for (const int64_t row : m_row)
            count += row >= rowsFrom && row < rowsTo;
        return count;
    }
    at::Tensor row() const { return at::tensor(m_row, at::kLong); }

    /// [rows][width] to [N].
    at::Tensor values(const Json& padded, at::ScalarType type = at::kFloat) const
    {
        std::vector<double> all;
        for (const auto& [b, t] : m_where)
            all.push_back(padded[b][t].get<double>());
        return at::tensor(all, at::kDouble).to(type);
    }
    /// [rows][width][V] to [N, V].
    at::Tensor vectors(const Json& padded, at::ScalarType type = at::kFloat) const
    {
        std::vector<double> all;
        for (const auto& [b, t] : m_where)
            for (const Json& value : padded[b][t])
                all.push_back(value.get<double>());
        return at::tensor(all, at::kDouble).view({ tokens(), -1 }).to(type);
    }
    /// What differs between packed values and the padded expectation, which must be 0 where nothing was packed;
    /// empty if nothing does. [N] or [N, V].
    std::string difference(const at::Tensor& packed, const Json& padded) const
    {
        const at::Tensor got = packed.detach().to(at::kDouble).contiguous();
        const size_t width = got.dim() == 2 ? size_t(got.size(1)) : 1;
        const double* numbers = got.const_data_ptr<double>();
        size_t next = 0;
        for (size_t b = 0; b < padded.size(); ++b)
            for (size_t t = 0; t < padded[b].size(); ++t) {
                const bool here = next < m_where.size() && m_where[next] == std::make_pair(b, t);
                for (size_t v = 0; v < width; ++v) {
                    const Json& cell = padded[b][t];
                    const double want = number(cell.is_array() ? cell[v] : cell);
                    const double value = here ? numbers[next * width + v] : 0;
                    if (!close(value, want))
                        return "[" + std::to_string(b) + "][" + std::to_string(t) + "][" + std::to_string(v)
                            + "]: " + std::to_string(value) + " instead of " + std::to_string(want);
                }
                next += here;
            }
        return {};
    }

private:
    int64_t m_rows;
    std::vector<std::pair<size_t, size_t>> m_where;
    std::vector<int64_t> m_row;
};

/// A flat list as a tensor.
inline at::Tensor list(const Json& values, at::ScalarType type = at::kFloat)
{
    std::vector<double> all;
    for (const Json& value : values)
        all.push_back(value.get<double>());
    return at::tensor(all, at::kDouble).to(type);
}

/// As Packed::difference, of a flat list.
inline std::string difference(const at::Tensor& values, const Json& expected)
{
    const at::Tensor got = values.detach().to(at::kDouble).contiguous();
    if (got.numel() != int64_t(expected.size()))
        return std::to_string(got.numel()) + " values instead of " + std::to_string(expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
        if (!close(got.const_data_ptr<double>()[i], number(expected[i])))
            return "[" + std::to_string(i) + "]: " + std::to_string(got.const_data_ptr<double>()[i]) + " instead of "
                + expected[i].dump();
    return {};
}

inline std::string difference(double got, const Json& expected)
{
    return close(got, number(expected)) ? "" : std::to_string(got) + " instead of " + expected.dump();
}

} // namespace aha::golden
