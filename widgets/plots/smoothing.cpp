#include "widgets/plots/smoothing.h"

#include <cmath>

namespace aha {

double DebiasedAverage::next(double value)
{
    if (!std::isfinite(value) || m_weight <= 0)
        return value;
    m_last = m_weight * m_last + (1 - m_weight) * value;
    m_remaining *= m_weight;
    return m_last / (1 - m_remaining);
}

QVector<double> debiasedAverage(const QVector<double>& values, double weight)
{
    DebiasedAverage average(weight);
    QVector<double> out;
    out.reserve(values.size());
    for (const double value : values)
        out.append(average.next(value));
    return out;
}

} // namespace aha
