#include "core/base/step_histogram.h"

#include <algorithm>
#include <cmath>

namespace aha {

StepHistogram stepHistogram(
    const std::vector<double>& x, const std::vector<double>& values, int mostColumns, int mostRows)
{
    StepHistogram made;
    double low = INFINITY, high = -INFINITY, narrowest = INFINITY;
    bool whole = true;
    size_t last = values.size();
    for (size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]) || !std::isfinite(x[i]))
            continue;
        low = std::min(low, values[i]);
        high = std::max(high, values[i]);
        whole = whole && values[i] == std::floor(values[i]);
        if (last < values.size() && x[i] > x[last])
            narrowest = std::min(narrowest, x[i] - x[last]);
        if (last == values.size())
            made.xLow = x[i];
        last = i;
    }
    if (last == values.size() || mostColumns < 1 || mostRows < 1)
        return made;
    made.xHigh = x[last];
    // Half a step to either side, so that a step stands in the middle of its column.
    const double gap = std::isfinite(narrowest) ? narrowest : 1;
    made.columns = int(std::clamp(std::round((made.xHigh - made.xLow) / gap) + 1, 1.0, double(mostColumns)));
    const double spread = made.xHigh - made.xLow, half = made.columns > 1 ? spread / (made.columns - 1) / 2 : 0.5;
    made.xLow -= half;
    made.xHigh += half;
    if (whole) {
        const double width = std::max(1.0, std::ceil((high - low + 1) / mostRows));
        made.rows = int(std::ceil((high - low + 1) / width));
        made.low = low - 0.5;
        made.high = made.low + made.rows * width;
    } else {
        made.rows = mostRows;
        made.low = low;
        made.high = high > low ? high : low + 1;
    }
    made.shares.assign(size_t(made.columns) * size_t(made.rows), 0);
    std::vector<double> counts(size_t(made.columns), 0);
    const auto bin = [](double value, double from, double to, int bins) {
        return std::clamp(int((value - from) / (to - from) * bins), 0, bins - 1);
    };
    for (size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]) || !std::isfinite(x[i]))
            continue;
        const size_t column = size_t(bin(x[i], made.xLow, made.xHigh, made.columns));
        made.shares[column * size_t(made.rows) + size_t(bin(values[i], made.low, made.high, made.rows))] += 1;
        counts[column] += 1;
    }
    for (size_t column = 0; column < counts.size(); ++column)
        for (int row = 0; row < made.rows; ++row)
            made.shares[column * size_t(made.rows) + size_t(row)] /= counts[column] > 0 ? counts[column] : std::nan("");
    return made;
}

void spreadColumns(StepHistogram& histogram)
{
    const int columns = histogram.columns, rows = histogram.rows;
    const std::vector<double> before = histogram.shares;
    const auto measured = [&](int column) { return !std::isnan(before[size_t(column) * size_t(rows)]); };
    for (int column = 0; column < columns; ++column)
        for (int reach = 0; reach < columns; ++reach) {
            const int left = column - reach, right = column + reach;
            const int from = left >= 0 && measured(left) ? left : right < columns && measured(right) ? right : -1;
            if (from < 0)
                continue;
            std::copy_n(before.begin() + std::ptrdiff_t(from) * rows, rows,
                histogram.shares.begin() + std::ptrdiff_t(column) * rows);
            break;
        }
}

} // namespace aha
