#pragma once
// Smoothing of a series, on the full data, before anything is thinned out for drawing.

#include <QVector>

namespace aha {

/// TensorBoard's debiased exponential moving average: last = w last + (1 - w) y; out = last / (1 - w^n). Values that are
/// not finite pass through and do not advance n. A constant series comes out unchanged. weight in [0, 1); 0 = the data.
QVector<double> debiasedAverage(const QVector<double>& values, double weight);

} // namespace aha
