#include "core/data/row_selection.h"
#include "core/data/mapping.h"

#include <algorithm>
#include <charconv>

namespace aha::data {

RowSelection RowSelection::list(std::vector<uint64_t> rows)
{
    RowSelection selection(0, 1, 0);
    selection.m_listed = true;
    selection.m_rows = std::move(rows);
    return selection;
}

namespace {

/// "", "12", "-3", "25%": a position in [0, size]. Nothing if it is no number.
std::optional<uint64_t> bound(std::string_view text, uint64_t size, uint64_t missing)
{
    if (text.empty())
        return missing;
    const bool percent = text.back() == '%';
    if (percent)
        text.remove_suffix(1);
    int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return {};
    if (percent) {
        if (value < -100 || value > 100)
            return {};
        // Rounded down, in integers: the same on every machine.
        const uint64_t share = size / 100 * uint64_t(value < 0 ? -value : value)
            + size % 100 * uint64_t(value < 0 ? -value : value) / 100;
        return value < 0 ? size - share : share;
    }
    if (value < 0)
        return uint64_t(-(value + 1)) >= size ? 0 : size - 1 - uint64_t(-(value + 1));
    return std::min<uint64_t>(uint64_t(value), size);
}

} // namespace

Result<RowSelection> RowSelection::slice(const std::string& text) const
{
    const auto invalid = [&] {
        return Error { "slice_invalid", "\"" + text + "\" is no slice.",
            "Write [from:to] or [from:to:every], as in Python: [:1000], [-100:], [::10], [10%:20%]." };
    };
    std::string_view rest = text;
    if (rest.size() >= 2 && rest.front() == '[' && rest.back() == ']')
        rest = rest.substr(1, rest.size() - 2);
    std::vector<std::string_view> parts;
    while (true) {
        const size_t colon = rest.find(':');
        parts.push_back(rest.substr(0, colon));
        if (colon == std::string_view::npos)
            break;
        rest.remove_prefix(colon + 1);
    }
    if (parts.size() < 2 || parts.size() > 3)
        return invalid();
    uint64_t step = 1;
    if (parts.size() == 3 && !parts[2].empty()) {
        const auto parsed = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), step);
        if (parsed.ec != std::errc() || parsed.ptr != parts[2].data() + parts[2].size() || step == 0)
            return invalid();
    }
    const auto begin = bound(parts[0], size(), 0), end = bound(parts[1], size(), size());
    if (!begin || !end)
        return invalid();
    const uint64_t count = *end > *begin ? (*end - *begin - 1) / step + 1 : 0;
    if (!m_listed)
        return RowSelection(m_begin + *begin * m_step, count > 1 ? m_step * step : m_step, count);
    std::vector<uint64_t> rows;
    for (uint64_t i = 0; i < count; ++i)
        rows.push_back(m_rows[*begin + i * step]);
    return list(std::move(rows));
}

Result<PassRateFilter> filterByPassRate(const Dataset& data, const RowSelection& from, const std::string& column,
    double low, double high, std::stop_token stop)
{
    PassRateFilter filter;
    std::vector<uint64_t> kept;
    for (uint64_t i = 0; i < from.size(); ++i) {
        if (stop.stop_requested())
            return cancelledError();
        const auto row = data.row(from.at(i));
        if (!row)
            return row.error();
        const Row* value = valueAt(*row, column);
        if (!value || !value->is_number())
            ++filter.missing;
        else if (value->get<double>() < low)
            ++filter.below;
        else if (value->get<double>() > high)
            ++filter.above;
        else
            kept.push_back(from.at(i));
    }
    if (filter.missing == from.size() && from.size() > 0)
        return Error { "filter_column", "No row has a number in the column \"" + column + "\".",
            "Choose the column that holds the pass rate." };
    filter.kept = RowSelection::list(std::move(kept));
    return filter;
}

} // namespace aha::data
