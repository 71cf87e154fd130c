#include "widgets/plots/minmaxpyramid.h"

#include <algorithm>

namespace aha {

void MinMaxPyramid::clear()
{
    m_levels.clear();
    m_size = 0;
}

void MinMaxPyramid::extend(const double* values, qsizetype count)
{
    if (count <= m_size)
        return;
    if (m_levels.empty())
        m_levels.emplace_back();
    std::vector<Extremes>& base = m_levels.front();
    base.resize(size_t((count + kBase - 1) / kBase));
    size_t changed = size_t(m_size / kBase); // first bin that more values came into
    for (qsizetype i = m_size; i < count;) {
        const qsizetype to = std::min(count, (i / kBase + 1) * kBase);
        double low = INFINITY, high = -INFINITY;
        const size_t bin = size_t(i / kBase);
        for (; i < to; ++i)
            if (std::isfinite(values[i])) {
                low = std::min(low, values[i]);
                high = std::max(high, values[i]);
            }
        if (low <= high)
            base[bin].reach(Extremes { low, high });
    }
    m_size = count;
    // One bin above a few would hold no more than these.
    for (size_t level = 1; m_levels[level - 1].size() > size_t(kFan); ++level) {
        if (level == m_levels.size()) {
            m_levels.emplace_back();
            changed = 0; // it begins now
        }
        const std::vector<Extremes>& below = m_levels[level - 1];
        std::vector<Extremes>& bins = m_levels[level];
        bins.resize((below.size() + kFan - 1) / kFan);
        for (size_t b = changed; b < below.size(); ++b)
            bins[b / kFan].reach(below[b]);
        changed /= kFan;
    }
}

Extremes MinMaxPyramid::of(const double* values, qsizetype begin, qsizetype end, qsizetype* reads) const
{
    double low = INFINITY, high = -INFINITY; // comparisons with NaN are false: an empty bin adds nothing
    qsizetype read = 0;
    begin = std::max<qsizetype>(begin, 0);
    end = std::min(end, m_size);
    while (begin < end) {
        // The largest bin that begins here and ends in the stretch.
        qsizetype length = 1;
        int level = -1;
        for (qsizetype size = kBase; level + 1 < int(m_levels.size()) && begin % size == 0 && begin + size <= end;
             size *= kFan) {
            length = size;
            ++level;
        }
        if (level < 0) { // up to where a bin begins
            const qsizetype to = std::min(end, (begin / kBase + 1) * kBase);
            read += to - begin;
            for (; begin < to; ++begin)
                if (const double value = values[begin]; std::isfinite(value)) {
                    low = std::min(low, value);
                    high = std::max(high, value);
                }
            continue;
        }
        const Extremes& bin = m_levels[size_t(level)][size_t(begin / length)];
        low = bin.low < low ? bin.low : low;
        high = bin.high > high ? bin.high : high;
        begin += length;
        ++read;
    }
    if (reads)
        *reads += read;
    return low <= high ? Extremes { low, high } : Extremes();
}

} // namespace aha
