#pragma once
// The codes of verdicts in words, where only the code is stored.

#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// "no_think_end" -> "the reasoning never ends: no </think>"; of a code that is not in the table, "wrong_value" ->
/// "wrong value". One line, without a full stop.
std::string reasonWords(std::string_view code);

/// The codes of the table that say why an answer is not right. Tasks may have others.
std::vector<std::string> reasonCodes();

} // namespace aha
