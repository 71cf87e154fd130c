#pragma once
// The codes of verdicts in words, where only the code is stored.

#include <string>
#include <string_view>

namespace aha {

/// "no_think_end" -> "the reasoning never ends: no </think>"; of a code that is not in the table, "wrong_value" ->
/// "wrong value". One line, without a full stop.
std::string reasonWords(std::string_view code);

} // namespace aha
