#pragma once
// Subsets of the real line with constant ends: intervals, unions, points, and what inequalities in one variable say.

#include "core/tasks/math/math_node.h"
#include "core/tasks/math/scalar.h"

#include <optional>
#include <vector>

namespace aha::math {

struct Piece {
    Scalar low, high; ///< maybe infinite
    bool lowClosed = false, highClosed = false;
};
using Region = std::vector<Piece>; ///< ordered, disjoint, not touching

/// Nothing when the node is no such set, or an end is not a known real number.
std::optional<Region> regionOf(const Tree& tree, int node, Work& work);

Likeness compare(const Region& a, const Region& b);

} // namespace aha::math
