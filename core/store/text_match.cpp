#include "core/store/text_match.h"

#include "core/store/text_pattern.h"

#include <sqlite3.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace aha {

namespace {

static_assert(std::endian::native == std::endian::little); // the first byte is the lowest

constexpr std::array<unsigned char, 256> foldTable()
{
    std::array<unsigned char, 256> table {};
    for (int c = 0; c < 256; ++c)
        table[size_t(c)] = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
    return table;
}
constexpr std::array<unsigned char, 256> kFold = foldTable();

using Bytes = unsigned char __attribute__((vector_size(16))); // a register of any processor we build for

Bytes load(const unsigned char* from)
{
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
}
Bytes all(int byte)
{
    const Bytes none {};
    return none + static_cast<unsigned char>(byte);
}

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
    for (char& c : m_needle)
        c = static_cast<char>(kFold[static_cast<unsigned char>(c)]);
    // All characters of a script begin with the same few bytes: such a byte tells little.
    const auto tells = [&](size_t i) { return static_cast<unsigned char>(m_needle[i]) < 0xC0; };
    m_second = m_needle.empty() ? 0 : m_needle.size() - 1;
    while (m_first < m_second && !tells(m_first))
        ++m_first;
    while (m_first < m_second && m_needle[m_second] == ' ') // every other word ends with one
        --m_second;
}

bool TextMatch::at(const unsigned char* text) const
{
    for (size_t i = 0; i < m_needle.size(); ++i)
        if (kFold[text[i]] != static_cast<unsigned char>(m_needle[i]))
            return false;
    return true;
}

bool TextMatch::in(const char* text, size_t size) const
{
    const size_t length = m_needle.size();
    if (length == 0)
        return true;
    if (size < length)
        return false;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text);
    const size_t places = size - length + 1;
    size_t place = 0;
    if (places >= sizeof(Bytes)) {
        const auto folding = [&](size_t i) { return m_needle[i] >= 'a' && m_needle[i] <= 'z' ? 0x20 : 0; };
        const Bytes first = all(m_needle[m_first]), second = all(m_needle[m_second]);
        const Bytes firstFolding = all(folding(m_first)), secondFolding = all(folding(m_second));
        for (; place + sizeof(Bytes) <= places; place += sizeof(Bytes)) {
            const Bytes fits = Bytes((load(bytes + place + m_first) | firstFolding) == first)
                & Bytes((load(bytes + place + m_second) | secondFolding) == second);
            uint64_t any[2];
            std::memcpy(any, &fits, sizeof any);
            for (size_t half = 0; half < 2; ++half)
                for (uint64_t left = any[half]; left != 0;) {
                    const int bit = std::countr_zero(left); // of a byte that is all ones
                    if (at(bytes + place + half * 8 + size_t(bit) / 8))
                        return true;
                    left &= ~(uint64_t(0xFF) << bit);
                }
        }
    }
    for (; place < places; ++place)
        if (at(bytes + place))
            return true;
    return false;
}

void addTextMatch(sqlite3* database)
{
    sqlite3_create_function_v2(database, "text_has", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
        &textHas, nullptr, nullptr, nullptr);
    addTextPattern(database);
}

} // namespace aha
