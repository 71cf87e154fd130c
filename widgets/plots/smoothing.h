#pragma once
// Smoothing of a series, on the full data, before anything is thinned out for drawing.

#include <QVector>

namespace aha {

/// The average as it goes along a series: fed value by value it gives debiasedAverage(), and it can be fed more later.
class DebiasedAverage {
public:
    explicit DebiasedAverage(double weight = 0)
        : m_weight(weight)
    {
    }
    double next(double value);

private:
    double m_weight, m_last = 0, m_remaining = 1; // remaining = weight^n
};

/// TensorBoard's debiased exponential moving average: last = w last + (1 - w) y; out = last / (1 - w^n). Values that
/// are not finite pass through and do not advance n. A constant series comes out unchanged. weight in [0, 1); 0 = the
/// data.
QVector<double> debiasedAverage(const QVector<double>& values, double weight);

} // namespace aha
