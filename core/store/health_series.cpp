#include "core/store/health_series.h"

#include <algorithm>
#include <cmath>

namespace aha {

bool hasSteps(const SignalData& data)
{
    return std::any_of(data.series.begin(), data.series.end(), [](const auto& one) { return !one.second.empty(); });
}

Series seriesOf(const SignalData& data, const std::string& name)
{
    const auto found = data.series.find(name);
    Series points;
    for (size_t i = 0; found != data.series.end() && i < found->second.size(); ++i)
        if (const SeriesPoint point = found->second[i]; std::isfinite(point.value))
            points.push_back(point);
    return points;
}

Series windowed(const Series& points)
{
    Series means;
    double sum = 0;
    for (size_t i = 0; i < points.size(); ++i) {
        sum += points[i].value;
        if (i >= size_t(kSignalWindow))
            sum -= points[i - kSignalWindow].value;
        if (i + 1 >= size_t(kSignalWindow))
            means.push_back({ points[i].step, sum / kSignalWindow });
    }
    return means;
}

double valueAt(const Series& points, int64_t step)
{
    const auto after = std::upper_bound(
        points.begin(), points.end(), step, [](int64_t s, const SeriesPoint& p) { return s < p.step; });
    return after == points.begin() ? NAN : (after - 1)->value;
}

double medianBefore(const Series& points, size_t i)
{
    std::vector<double> before;
    for (size_t j = i - kSpikeBefore; j < i; ++j)
        before.push_back(points[j].value);
    std::nth_element(before.begin(), before.begin() + kSpikeBefore / 2, before.end());
    return before[kSpikeBefore / 2];
}

} // namespace aha
