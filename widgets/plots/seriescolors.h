#pragma once
// Colours of lines, and how well they can be told from what is behind them.

#include <QColor>

namespace aha {

/// Contrast ratio of WCAG 2 (1 … 21), from the relative luminances.
double contrast(const QColor& a, const QColor& b);

/// Okabe and Ito's colours, told apart without red-green vision, shifted so that each has a contrast of at least 3 to
/// the background of its theme. `index` counts on beyond the table.
QColor seriesColor(int index, bool dark);
inline constexpr int kSeriesColors = 7;

} // namespace aha
