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
    for (qsizetype i = m_size; i < count; ++i) {
        qsizetype bin = i / kBase;
        for (size_t level = 0;; ++level, bin /= kFan) {
            if (level == m_levels.size()) {
                if (level > 0 && m_levels[level - 1].size() <= size_t(kFan))
                    break; // one bin above would hold no more than what is there already
                m_levels.emplace_back();
                if (level > 0) // the level begins now: fill it from the one below
                    for (size_t b = 0; b < m_levels[level - 1].size(); ++b) {
                        m_levels[level].resize(b / kFan + 1);
                        m_levels[level].back().reach(m_levels[level - 1][b]);
                    }
            }
            if (qsizetype(m_levels[level].size()) <= bin)
                m_levels[level].resize(size_t(bin) + 1);
            m_levels[level][size_t(bin)].reach(values[i]);
        }
    }
    m_size = std::max(m_size, count);
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
