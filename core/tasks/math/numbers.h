#pragma once
// Whether two expressions have the same value: exactly, or as a decimal that states enough places.

#include "core/tasks/math/comparison.h"

#include <functional>
#include <string>

namespace aha::math {

/// An expression within a tree.
struct Part {
    std::reference_wrapper<const Tree> tree;
    int index;

    const Node& node() const { return tree.get().at(index); }
    Part child(size_t i) const { return { tree, node().children[i] }; }
    Part last() const { return { tree, node().children.back() }; }
};

/// Both are expressions. A percentage is read as README.md says.
Likeness compareNumbers(const Part& gold, const Part& answer, const MathRules& rules, Work& work);

/// Whether the differences of the two sides are the same: leftA - rightA and leftB - rightB; with `anySign` up to
/// their sign. In two variables or more, up to a constant factor (a positive one, without `anySign`).
Likeness compareDifferences(
    const Part& leftA, const Part& rightA, const Part& leftB, const Part& rightB, bool anySign, Work& work);

} // namespace aha::math
