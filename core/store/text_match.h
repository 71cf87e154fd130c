#pragma once
// Is a text in a text? For searches that have to read every trace: ten times as fast as SQLite's LIKE, and it looks
// behind a NUL.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;

namespace aha {

/// Horspool's search over bytes; the letters A to Z are the same as a to z, nothing else is folded. So any script is
/// found as it is written, in words of any length.
class TextMatch {
public:
    explicit TextMatch(std::string_view needle);
    bool in(const char* text, size_t size) const;

private:
    std::string m_needle; ///< folded
    std::array<uint32_t, 256> m_skip {};
    bool m_letters = false; ///< without any, memmem() is faster
};

/// Makes the SQL function text_has(text, needle) known to a connection: 1, 0, or NULL for a NULL text; and
/// text_matches() of text_pattern.h.
void addTextMatch(sqlite3* database);

} // namespace aha
