#pragma once
// Several runs that differ only in their seed, as one line with a band.

#include <vector>

namespace aha {

enum class BandKind {
    StandardError, ///< mean ± s / √n, s the unbiased standard deviation between runs
    Range ///< the lowest and the highest run
};

struct SeedBand {
    std::vector<double> steps, mean, low, high;
    std::vector<int> runs; ///< how many have a number at that step
};

/// At every step that any of them has. A step with one run has a band of no width: nothing is known of its spread.
/// Values that are not finite count as absent; a step without any is NaN. `steps[r]` ascends.
SeedBand seedBand(
    const std::vector<std::vector<double>>& steps, const std::vector<std::vector<double>>& values, BandKind kind);

} // namespace aha
