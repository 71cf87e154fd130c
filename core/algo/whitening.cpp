#include "core/algo/whitening.h"

#include <algorithm>
#include <cmath>

namespace aha {

void whiten(std::vector<std::vector<double>>& rows, Whitening convention, bool keepMean)
{
    double n = 0, sum = 0, squares = 0;
    for (const std::vector<double>& row : rows)
        for (const double x : row) {
            ++n;
            sum += x;
        }
    if (n == 0)
        return;
    const double mean = sum / n;
    for (const std::vector<double>& row : rows)
        for (const double x : row)
            squares += (x - mean) * (x - mean);
    const double spread = convention == Whitening::Unbiased ? std::sqrt(squares / std::max(n - 1, 1.0) + 1e-8)
                                                            : std::sqrt(std::max(squares / n, 1e-8));
    for (std::vector<double>& row : rows)
        for (double& x : row)
            x = (x - mean) / spread + (keepMean ? mean : 0);
}

} // namespace aha
