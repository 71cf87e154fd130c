#pragma once
// Values of expressions: variables get numbers that follow from their names, so two expressions can be compared at the
// same points.

#include "core/tasks/math/math_node.h"
#include "core/tasks/math/scalar.h"

#include <cstdint>
#include <map>
#include <set>

namespace aha::math {

/// An arithmetic expression: no set, relation, word, … anywhere in it. A word that could be a product is one.
bool isExpression(const Tree& tree, int node);
/// Names of its variables in order of appearance.
std::vector<std::string> symbolsOf(const Tree& tree, int node);

/// Where the variables are evaluated: each (name, seed, index) is a rational number between 1/4 and 17/4, of either
/// sign but for index 0.
struct Point {
    uint64_t seed = 0;
    int index = 0;
    std::map<std::string, std::string> names {}; ///< to read one variable as another
};

/// Of an expression; Unknown when the work runs out.
Scalar evaluate(const Tree& tree, int node, const Point& point, Work& work);

} // namespace aha::math
