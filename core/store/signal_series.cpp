#include "core/store/signal_series.h"

#include <algorithm>

namespace aha {

void SignalSeries::append(const std::vector<SeriesPoint>& more, const std::map<std::string, SignalSeries>& others)
{
    if (more.empty())
        return;
    const size_t before = size(), all = before + more.size();
    m_values.reserve(all); // exactly: what is ahead would be held for as long as the run is open
    for (const SeriesPoint& point : more)
        m_values.push_back(point.value);
    const auto same = [&](const std::vector<int64_t>& steps) {
        return steps.size() == all
            && std::equal(more.rbegin(), more.rend(), steps.rbegin(),
                [](const SeriesPoint& point, int64_t step) { return point.step == step; })
            && (before == 0 || std::equal(m_steps->begin(), m_steps->end(), steps.begin()));
    };
    for (const auto& [name, other] : others)
        if (other.m_steps && same(*other.m_steps)) {
            m_steps = other.m_steps;
            return;
        }
    auto steps = std::make_shared<std::vector<int64_t>>();
    steps->reserve(all);
    if (m_steps)
        *steps = *m_steps;
    for (const SeriesPoint& point : more)
        steps->push_back(point.step);
    m_steps = std::move(steps);
}

void SignalSeries::shorten(size_t count)
{
    if (count >= size())
        return;
    m_values.resize(count);
    m_steps = count > 0 ? std::make_shared<std::vector<int64_t>>(m_steps->begin(), m_steps->begin() + ptrdiff_t(count))
                        : nullptr;
}

std::vector<SeriesPoint> thinned(const std::vector<SeriesPoint>& points, size_t most, const std::vector<int64_t>& kept)
{
    const size_t fixed = kept.size() + 2;
    if (points.size() <= most || most < fixed + 2)
        return points;
    const size_t stretches = (most - fixed) / 2;
    std::vector<SeriesPoint> out;
    out.reserve(most);
    const auto wanted
        = [&](const SeriesPoint& point) { return std::find(kept.begin(), kept.end(), point.step) != kept.end(); };
    for (size_t stretch = 0; stretch < stretches; ++stretch) {
        const auto begin = points.begin() + ptrdiff_t(points.size() * stretch / stretches),
                   end = points.begin() + ptrdiff_t(points.size() * (stretch + 1) / stretches);
        const auto [low, high] = std::minmax_element(
            begin, end, [](const SeriesPoint& a, const SeriesPoint& b) { return a.value < b.value; });
        for (auto it = begin; it != end; ++it)
            if (it == low || it == high || it == points.begin() || it + 1 == points.end() || wanted(*it))
                out.push_back(*it);
    }
    return out;
}

} // namespace aha
