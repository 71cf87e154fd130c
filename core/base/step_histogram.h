#pragma once
// How values are spread, place by place along a run: a grid of shares for a heat map.

#include <vector>

namespace aha {

struct StepHistogram {
    double xLow = 0, xHigh = 0; ///< the columns share this range evenly
    double low = 0, high = 0; ///< the rows share this range evenly, from low up
    int columns = 0, rows = 0;
    std::vector<double> shares; ///< [column * rows + row]; a column sums to 1, or is NaN where nothing was measured
};

/// `x` ascends; values that are not finite are left out. At most this many columns, and no more than there are
/// different places, so that no column between two steps stays empty. Whole numbers (lengths) get rows of whole width.
/// Empty without values.
StepHistogram stepHistogram(
    const std::vector<double>& x, const std::vector<double>& values, int mostColumns, int mostRows);

/// Columns in which nothing was measured become like the nearest one that has something: for an x axis on which the
/// steps stand unevenly.
void spreadColumns(StepHistogram& histogram);

} // namespace aha
