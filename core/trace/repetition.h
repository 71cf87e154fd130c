#pragma once
// Where a trace says again what it said before.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace aha {

/// Stretches of at least `words` words, each of whose sequences of that length stood in the text before; bytes, in
/// order, apart from each other. A character beyond ASCII is a word of its own. Linear.
std::vector<std::pair<size_t, size_t>> repeatedStretches(std::string_view text, int words = 8);

} // namespace aha
