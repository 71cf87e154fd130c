#pragma once
// One answer, read: by recursive descent, in time linear in its length but for ± in nested sets, which is bounded too.

#include "core/base/result.h"
#include "core/tasks/math/math_lexer.h"
#include "core/tasks/math/math_node.h"

namespace aha::math {

/// Errors: those of lex(); syntax, too_deep, too_large.
Result<Tree> parseAnswer(std::string_view text, Notation notation);

/// A node in plain notation: "x^2 - 25", "[2, 8)". Numbers as fractions in lowest terms.
std::string textOf(const Tree& tree, int node);

} // namespace aha::math
