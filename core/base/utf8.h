#pragma once
// UTF-8 by code point. Model text is hostile: every function is total and never reads past the end.

#include <cstdint>
#include <string>
#include <string_view>

namespace aha {

struct CodePoint {
    char32_t value = 0; ///< U+FFFD for an invalid sequence
    uint32_t bytes = 1; ///< bytes consumed, at least 1
    bool valid = true;
};

/// The code point that starts at `offset` (< text.size()). An invalid byte yields U+FFFD and consumes one byte.
CodePoint decodeUtf8(std::string_view text, size_t offset);

/// `text` with every invalid byte replaced by U+FFFD.
std::string validUtf8(std::string_view text);

/// A text of more than `mostBytes` (at least 64) is cut between code points and ends in how long it was, within that
/// size.
std::string boundedUtf8(std::string_view text, size_t mostBytes);

void appendUtf8(std::string& out, char32_t codePoint);

} // namespace aha
