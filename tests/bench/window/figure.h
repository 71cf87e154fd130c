#pragma once
// One measured figure as a JSON line, and the verdict on its bar.

#include <QByteArray>
#include <QElapsedTimer>
#include <QEvent>
#include <QString>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace bench {

/// Missing the bar by this factor fails the program; less is said, not failed: machines are shared.
constexpr double kWide = 3;

struct Figure {
    const char* name;
    double figure;
    const char* unit;
    double baseline; ///< the same work the plain way; NaN when there is none
    double bar;
    bool atLeast = false; ///< the bar is a minimum
};

/// Prints the line; false when the bar is missed widely. ratio: baseline over figure (figure over baseline for minima).
inline bool report(const Figure& f)
{
    const double ratio = f.atLeast ? f.figure / f.baseline : f.baseline / f.figure;
    const auto number = [](double v) { return v == v ? QByteArray::number(v, 'g', 5) : QByteArray("null"); };
    std::printf("{\"name\":\"%s\",\"figure\":%s,\"unit\":\"%s\",\"baseline\":%s,\"ratio\":%s,\"bar\":%s}\n", f.name,
        number(f.figure).constData(), f.unit, number(f.baseline).constData(), number(ratio).constData(),
        number(f.bar).constData());
    const double miss = f.atLeast ? f.bar / f.figure : f.figure / f.bar;
    if (miss > 1)
        std::fprintf(stderr, "%s: the bar of %g %s is missed by a factor of %.2f%s\n", f.name, f.bar, f.unit, miss,
            miss > kWide ? "" : " (this machine may be busy)");
    std::fflush(stdout);
    return miss <= kWide;
}

/// CPU time of this process so far, in ms: what a frame costs, whatever else the machine does.
inline double cpuMs()
{
    timespec t {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

inline double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + long(values.size() / 2), values.end());
    return values[values.size() / 2];
}

} // namespace bench
