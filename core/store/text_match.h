#pragma once
// Is a text in a text? For searches that have to read every trace: ten times as fast as SQLite's LIKE, and it looks
// behind a NUL.

#include <cstddef>
#include <string>
#include <string_view>

struct sqlite3;

namespace aha {

/// The letters A to Z are the same as a to z, nothing else is folded. So any script is found as it is written, in words
/// of any length. Sixteen places of the text at once are held against two bytes of the needle; where both fit, all are
/// compared (W. Muła, "SIMD-friendly algorithms for substring searching").
class TextMatch {
public:
    explicit TextMatch(std::string_view needle);
    bool in(const char* text, size_t size) const;

private:
    bool at(const unsigned char* text) const;

    std::string m_needle; ///< folded
    size_t m_first = 0, m_second = 0; ///< the two bytes: neither begins a character of several bytes, if there are such
};

/// Makes the SQL function text_has(text, needle) known to a connection: 1, 0, or NULL for a NULL text; and
/// text_matches() of text_pattern.h.
void addTextMatch(sqlite3* database);

} // namespace aha
