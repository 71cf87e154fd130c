#pragma once
// Whether an answer says what the gold says. Not symmetric: the gold decides the form (README.md has the rules).

#include "core/tasks/math/math_node.h"
#include "core/tasks/math/scalar.h"

#include <string>

namespace aha {

/// How strictly answers are compared.
struct MathRules {
    int places = 6; ///< a decimal of so many places or more may stand for an exact gold that it is rounded from
    bool strictVariables = true; ///< false: f(x) and f(y) are the same
};

} // namespace aha

namespace aha::math {

struct Comparison {
    Likeness likeness = Likeness::Different;
    std::string reason; ///< ok, wrong_value, wrong_unit, undefined_value, budget
};

Comparison compareAnswers(const Tree& gold, const Tree& answer, const MathRules& rules);

/// Some part is 0/0, ln 0 or the like.
bool isUndefined(const Tree& tree);
/// The tree in plain notation, numbers worked out where they are rational: "1/2" for "0.50".
std::string normalForm(const Tree& tree);

} // namespace aha::math
