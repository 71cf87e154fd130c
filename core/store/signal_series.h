#pragma once
// One metric over the steps, as the rules of the health signals read it.

#include "core/store/rows.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aha {

/// Steps ascend. The metrics of a run mostly have the same steps: these are held once for all of them, and nothing is
/// allocated ahead, so that a run of days takes eight bytes a value. Not thread-safe.
class SignalSeries {
public:
    SignalSeries() = default;
    SignalSeries(const std::vector<SeriesPoint>& points) { append(points); }
    SignalSeries(std::initializer_list<SeriesPoint> points) { append(points); }

    bool empty() const { return m_values.empty(); }
    size_t size() const { return m_values.size(); }
    SeriesPoint operator[](size_t i) const { return { (*m_steps)[i], m_values[i] }; }
    SeriesPoint back() const { return (*this)[size() - 1]; }

    /// Where `others` has a series of the very steps that this one has then, they become the same.
    void append(const std::vector<SeriesPoint>& more, const std::map<std::string, SignalSeries>& others = {});
    void push_back(const SeriesPoint& point) { append({ point }); }
    /// The first `count` points only.
    void shorten(size_t count);
    bool sharesSteps(const SignalSeries& other) const { return m_steps && m_steps == other.m_steps; }

private:
    std::shared_ptr<const std::vector<int64_t>> m_steps; ///< as many as values; null without
    std::vector<double> m_values;
};

/// At most `most` of the points, true ones: of every stretch the lowest and the highest, the first and the last of all,
/// and those at `kept` steps. As they are when they are few enough.
std::vector<SeriesPoint> thinned(
    const std::vector<SeriesPoint>& points, size_t most, const std::vector<int64_t>& kept = {});

} // namespace aha
