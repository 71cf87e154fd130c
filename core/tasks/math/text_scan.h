#pragma once
// What stands where in a completion: boxes, formulas, numbers in prose. Each list is made in one pass.

#include "core/tasks/math/extraction.h"

#include <vector>

namespace aha::math {

struct Boxes {
    std::vector<Place> closed; ///< each \boxed{…} that stands in no other, in order; empty ones are left out
    bool open = false; ///< the last one has no end
};
Boxes boxesIn(std::string_view text);
/// The last box, together with those just before it: \boxed{3} and \boxed{5} are a list.
Place gathered(std::string_view text, const std::vector<Place>& boxes);

/// $…$, $$…$$, \(…\), \[…\]; those that only a comma, "and" or "or" parts are one.
struct Formula {
    size_t begin = 0, end = 0; ///< of all of it
    size_t inner = 0, innerEnd = 0; ///< of what stands between its marks, where it is one
    bool percent = false; ///< a percent sign follows the marks
    bool joined = false; ///< it belongs to the formula before it in the list
    bool alternative = false; ///< … after an "or"
};
/// In order; joined ones follow the one that begins them, whose `end` is the end of all.
std::vector<Formula> formulasIn(std::string_view text);
/// The place of the one at `index` with those joined to it.
Place formulaAt(std::string_view text, const std::vector<Formula>& formulas, size_t index);

/// A number in prose, where a word could begin: "1,234", "1 000", "-3.5", "\frac{1}{2}" (`latex`).
struct ProseNumber {
    size_t begin = 0, end = 0;
    bool latex = false;
};
std::vector<ProseNumber> numbersIn(std::string_view text);
/// One of them with what belongs to it: "1/3", "3 + 4", "5 percent", "14 cm".
Place numberAt(std::string_view text, const std::vector<ProseNumber>& numbers, size_t index);

bool isBlank(char c);
std::string_view stripped(std::string_view text);
/// `word` without regard to ASCII case at the front of `text`.
bool startsWith(std::string_view text, std::string_view word);

} // namespace aha::math
