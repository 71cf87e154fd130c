#pragma once
// Lowest and highest value of any stretch of a growing series without reading the stretch.

#include <QtGlobal>

#include <cmath>
#include <vector>

namespace aha {

struct Extremes {
    double low = NAN, high = NAN; ///< NaN: no finite value

    bool any() const { return !std::isnan(low); }
    void reach(double value)
    {
        if (!std::isfinite(value))
            return;
        low = value < low || !any() ? value : low;
        high = value > high || std::isnan(high) ? value : high;
    }
    void reach(const Extremes& other)
    {
        if (other.any()) {
            reach(other.low);
            reach(other.high);
        }
    }
};

/// Bins of 16, 16*8, 16*64, … values with their extremes. Appending n values costs O(n); asking for a stretch reads a
/// few bins a level, whatever its length. Values that are not finite count as absent. Not thread-safe.
class MinMaxPyramid {
public:
    void clear();
    /// `values` is the whole series: its first size() entries are the ones appended before.
    void extend(const double* values, qsizetype count);
    qsizetype size() const { return m_size; }
    /// Of the entries begin … end-1 of the same series. `reads`, when given, is increased by the bins and values read.
    Extremes of(const double* values, qsizetype begin, qsizetype end, qsizetype* reads = nullptr) const;

private:
    static constexpr qsizetype kBase = 16, kFan = 8;
    std::vector<std::vector<Extremes>> m_levels; // level k: bins of kBase * kFan^k values
    qsizetype m_size = 0;
};

} // namespace aha
