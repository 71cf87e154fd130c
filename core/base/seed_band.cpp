#include "core/base/seed_band.h"

#include <algorithm>
#include <cmath>

namespace aha {

SeedBand seedBand(
    const std::vector<std::vector<double>>& steps, const std::vector<std::vector<double>>& values, BandKind kind)
{
    SeedBand band;
    std::vector<size_t> at(steps.size(), 0);
    for (;;) {
        double step = INFINITY;
        for (size_t r = 0; r < steps.size(); ++r)
            if (at[r] < steps[r].size())
                step = std::min(step, steps[r][at[r]]);
        if (!std::isfinite(step))
            return band;
        int n = 0;
        double mean = 0, squares = 0, low = INFINITY, high = -INFINITY; // Welford
        for (size_t r = 0; r < steps.size(); ++r)
            for (; at[r] < steps[r].size() && steps[r][at[r]] <= step; ++at[r]) {
                const double value = values[r][at[r]];
                if (!std::isfinite(value))
                    continue;
                ++n;
                const double off = value - mean;
                mean += off / n;
                squares += off * (value - mean);
                low = std::min(low, value);
                high = std::max(high, value);
            }
        if (n == 0)
            mean = low = high = std::nan("");
        else if (kind == BandKind::StandardError) {
            const double error = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
            low = mean - error;
            high = mean + error;
        }
        band.steps.push_back(step);
        band.mean.push_back(mean);
        band.low.push_back(low);
        band.high.push_back(high);
        band.runs.push_back(n);
    }
}

} // namespace aha
