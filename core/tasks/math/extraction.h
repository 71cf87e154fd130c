#pragma once
// Where in a text its answer stands. In time linear in the text; whatever is tried twice is bounded.

#include "core/base/result.h"
#include "core/tasks/math/math_lexer.h"
#include "core/tasks/math/math_node.h"

#include <string>
#include <string_view>

namespace aha {

/// Where a mathematical answer may stand.
enum class Extraction {
    Open, ///< a box, "the answer is …", "#### …", a formula, the last number: in this order
    Boxed ///< a box after </think>, nothing else
};

} // namespace aha

namespace aha::math {

inline constexpr size_t kMaxText = 1 << 20; ///< bytes

struct Found {
    Tree tree;
    std::string text; ///< as read: contents of boxes, of a formula, …
    size_t begin = 0, end = 0; ///< bytes of the text where it stands
};

/// Errors: too_long, no_answer, no_box, box_not_closed, denied ("the answer is not 5"), hedged
/// ("the answer is 5, or maybe 6"), those of parseAnswer().
Result<Found> findAnswer(std::string_view text, Extraction extraction);
/// The same in a gold, open, but the first place must be readable: nothing else is taken for it.
Result<Found> findGold(std::string_view text);

/// A place that may be an answer.
struct Place {
    size_t begin = 0, end = 0; ///< of all of it
    std::string text; ///< what is to be read
    Notation notation = Notation::Latex;
};

} // namespace aha::math
