#pragma once
// Which rows of a data set take part, and in which order they stand.

#include "core/data/dataset.h"

namespace aha::data {

/// Row numbers, either an arithmetic progression (no memory) or a list.
class RowSelection {
public:
    /// All of `size` rows.
    static RowSelection all(uint64_t size) { return RowSelection(0, 1, size); }
    static RowSelection list(std::vector<uint64_t> rows);

    uint64_t size() const { return m_listed ? m_rows.size() : m_count; }
    /// Row number at `position` < size().
    uint64_t at(uint64_t position) const { return m_listed ? m_rows[position] : m_begin + position * m_step; }

    /// Python's slice of this selection: "[a:b]", "[a:b:n]", "[:1000]", "[-100:]", "[::10]" (every tenth), "[10%:20%]";
    /// brackets may be missing. n is positive. Errors: slice_invalid.
    Result<RowSelection> slice(const std::string& text) const;

private:
    RowSelection(uint64_t begin, uint64_t step, uint64_t count)
        : m_begin(begin)
        , m_step(step)
        , m_count(count)
    {
    }

    uint64_t m_begin = 0, m_step = 1, m_count = 0;
    bool m_listed = false;
    std::vector<uint64_t> m_rows;
};

/// What a pass-rate filter did.
struct PassRateFilter {
    RowSelection kept = RowSelection::all(0);
    uint64_t below = 0, above = 0, missing = 0; ///< left out, by reason; missing: null or no number
};

/// Rows of `from` whose number in `column` (dotted path) lies in [low, high]. Errors: filter_column (no row has such a
/// number), cancelled.
Result<PassRateFilter> filterByPassRate(const Dataset& data, const RowSelection& from, const std::string& column,
    double low, double high, std::stop_token stop = std::stop_token());

} // namespace aha::data
