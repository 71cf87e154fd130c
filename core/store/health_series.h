#pragma once
// What the rules of the health signals compute of a series. Only for health_rules.cpp.

#include "core/store/health_signals.h"

namespace aha {

using Series = std::vector<SeriesPoint>;

/// Steps whose median a spike is held against, and for which it stays raised.
inline constexpr int kSpikeBefore = 10;

/// Has any metric been recorded? Before the first step nothing is missing yet.
bool hasSteps(const SignalData& data);

/// Finite points only.
Series seriesOf(const SignalData& data, const std::string& name);

/// Means over kSignalWindow points, at the step of the last of them.
Series windowed(const Series& points);

/// Value at the last step not after `step`; NaN before the first.
double valueAt(const Series& points, int64_t step);

/// Of the kSpikeBefore points before the one at `i`, of which there are as many.
double medianBefore(const Series& points, size_t i);

} // namespace aha
