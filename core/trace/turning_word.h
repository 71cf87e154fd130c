#pragma once
// The word at which a trace turned from a miss to the right result: its "aha", found by rules.

#include "core/trace/behaviour.h"

#include <optional>
#include <string_view>
#include <vector>

namespace aha {

/// A result that a trace states.
struct StatedResult {
    size_t begin, end; ///< bytes of the text
    bool missed; ///< an attempt that failed
    bool hit; ///< what was asked
};

/// Index of the last of `words` between the first miss and the first hit behind it; -1 without one, and where a hit
/// stands before any miss. `results` in order.
int turningWord(const std::vector<StatedResult>& results, const std::vector<WordHit>& words);

/// For problems whose answer is one number, and for those whose answer is unknown. Missed: a wrong calculation, or one
/// that the trace itself refuses ("no", "wrong"). Hit: a right calculation of the answer; where the answer is not
/// known, one of the same left side as a wrong one before. In order.
std::vector<StatedResult> statedResults(const TraceBehaviour& behaviour, std::string_view itemJson);

} // namespace aha
