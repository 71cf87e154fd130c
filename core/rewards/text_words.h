#pragma once
// Text as Python's str methods see it: the reference rewards are written in Python, and their numbers depend on it.

#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// Code points of valid UTF-8: len(text).
size_t codePointCount(std::string_view text);
/// text.lower(): Unicode's full mapping.
std::string lowerCase(std::string_view text);
/// text.split(): between runs of Unicode white space. Views into `text`.
std::vector<std::string_view> splitWords(std::string_view text);
/// text.strip().
std::string_view stripText(std::string_view text);
/// text.count(what): occurrences that do not overlap. `what` is not empty.
size_t countOf(std::string_view text, std::string_view what);

} // namespace aha
