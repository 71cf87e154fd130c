#pragma once
// Python's str as templates know it, on UTF-8: white space, cases, searching, splitting. Text positions are code
// points.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aha::jinja {

bool isPythonSpace(char32_t c);
/// Letters, digits, underscore, and what Unicode allows in identifiers.
bool isNamePart(char32_t c);
bool isNameStart(char32_t c);
/// str.isprintable of one character.
bool isPrintable(char32_t c);
bool isLineBreak(char32_t c); ///< of str.splitlines

int64_t codePoints(std::string_view text);
/// Byte offset of code point `index`; the size when there are fewer.
size_t byteOffset(std::string_view text, int64_t index);
std::vector<std::string_view> characters(std::string_view text);

/// Without `chars` (null: white space) at the chosen ends.
std::string_view strip(std::string_view text, const std::string_view* chars, bool left, bool right);

/// Linear-time search; npos when absent.
size_t findText(std::string_view text, std::string_view what, size_t from = 0);
size_t rfindText(std::string_view text, std::string_view what);
int64_t countText(std::string_view text, std::string_view what);
/// How long replaceText's result will be.
uint64_t replacedSize(std::string_view text, std::string_view old, std::string_view with, int64_t count);
/// At most `count` times (-1: all).
std::string replaceText(std::string_view text, std::string_view old, std::string_view with, int64_t count);

/// str.split and rsplit; `separator` null: runs of white space. `limit` -1: all.
std::vector<std::string_view> split(std::string_view text, const std::string_view* separator, int64_t limit);
std::vector<std::string_view> rsplit(std::string_view text, const std::string_view* separator, int64_t limit);
std::vector<std::string_view> splitLines(std::string_view text, bool keepEnds);

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string casefold(std::string_view text);
std::string capitalize(std::string_view text);
std::string swapcase(std::string_view text);
std::string titlecase(std::string_view text); ///< str.title, not the filter

/// "alpha", "alnum", "digit", "decimal", "numeric", "space", "lower", "upper", "title", "ascii", "printable",
/// "identifier".
bool isAll(std::string_view text, std::string_view what);

/// repr(): with the quotes and escapes that Python chooses.
std::string inQuotes(std::string_view text);

} // namespace aha::jinja
