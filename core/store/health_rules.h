#pragma once
// The rule of each health signal. Only for health_signals.cpp.

#include "core/store/health_signals.h"

namespace aha {

struct SignalValues {
    struct Point {
        int64_t step;
        double value; ///< what is held against the threshold
        bool raised;
    };
    std::vector<Point> points; ///< empty: unknown
    double threshold = 0; ///< as used
    std::string numbers; ///< of the newest point, or why nothing is known
    SignalWait wait {}; ///< unknown: for what
};

SignalValues signalValues(HealthSignal signal, const SignalData& data, double threshold);

} // namespace aha
