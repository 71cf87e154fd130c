#include "widgets/plots/smoothing.h"

#include <cmath>

namespace aha {

QVector<double> debiasedAverage(const QVector<double>& values, double weight)
{
    if (weight <= 0)
        return values;
    QVector<double> out;
    out.reserve(values.size());
    double last = 0, remaining = 1; // remaining = weight^n
    for (const double value : values) {
        if (!std::isfinite(value)) {
            out.append(value);
            continue;
        }
        last = weight * last + (1 - weight) * value;
        remaining *= weight;
        out.append(last / (1 - remaining));
    }
    return out;
}

} // namespace aha
