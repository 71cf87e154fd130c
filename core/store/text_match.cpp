#include "core/store/text_match.h"

#include "core/store/text_pattern.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace aha {

namespace {

constexpr std::array<unsigned char, 256> foldTable()
{
    std::array<unsigned char, 256> table {};
    for (int c = 0; c < 256; ++c)
        table[size_t(c)] = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
    return table;
}
constexpr std::array<unsigned char, 256> kFold = foldTable();

void textHas(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return sqlite3_result_null(context);
    // Compiled once a statement: the needle is a parameter of it.
    auto* match = static_cast<TextMatch*>(sqlite3_get_auxdata(context, 1));
    if (!match) {
        const auto* needle = static_cast<const char*>(sqlite3_value_blob(values[1]));
        match = new TextMatch({ needle ? needle : "", size_t(sqlite3_value_bytes(values[1])) });
        sqlite3_set_auxdata(context, 1, match, [](void* made) { delete static_cast<TextMatch*>(made); });
        match = static_cast<TextMatch*>(sqlite3_get_auxdata(context, 1));
        if (!match)
            return sqlite3_result_error_nomem(context);
    }
    // As a blob: sqlite3_value_text() would copy each text to put a NUL behind it.
    const auto* text = static_cast<const char*>(sqlite3_value_blob(values[0]));
    sqlite3_result_int(context, match->in(text, size_t(sqlite3_value_bytes(values[0]))));
}

} // namespace

TextMatch::TextMatch(std::string_view needle)
    : m_needle(needle)
{
    for (char& c : m_needle) {
        const auto folded = static_cast<char>(kFold[static_cast<unsigned char>(c)]);
        m_letters = m_letters || (folded >= 'a' && folded <= 'z');
        c = folded;
    }
    const auto size = uint32_t(m_needle.size());
    m_skip.fill(std::max(size, 1u));
    for (uint32_t i = 0; i + 1 < size; ++i) {
        const auto c = static_cast<unsigned char>(m_needle[i]);
        m_skip[c] = size - 1 - i;
        if (c >= 'a' && c <= 'z')
            m_skip[size_t(c - 'a' + 'A')] = size - 1 - i;
    }
}

bool TextMatch::in(const char* text, size_t size) const
{
    const size_t length = m_needle.size();
    if (length == 0)
        return true;
    if (size < length)
        return false;
    if (!m_letters)
        return memmem(text, size, m_needle.data(), length) != nullptr;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text);
    const auto* needle = reinterpret_cast<const unsigned char*>(m_needle.data());
    const unsigned char last = needle[length - 1];
    for (size_t at = 0; at + length <= size;) {
        const unsigned char c = bytes[at + length - 1];
        if (kFold[c] == last) {
            size_t i = 0;
            while (i + 1 < length && kFold[bytes[at + i]] == needle[i])
                ++i;
            if (i + 1 == length)
                return true;
        }
        at += m_skip[c];
    }
    return false;
}

void addTextMatch(sqlite3* database)
{
    sqlite3_create_function_v2(database, "text_has", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
        &textHas, nullptr, nullptr, nullptr);
    addTextPattern(database);
}

} // namespace aha
