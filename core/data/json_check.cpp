#include "core/data/json_check.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace aha::data {

namespace {

/// Eight bytes none of which is a quote, a backslash, a control character or beyond ASCII.
inline bool plainEight(const char* p)
{
    constexpr uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t w = 0;
    std::memcpy(&w, p, 8);
    const uint64_t quote = w ^ (ones * 0x22), slash = w ^ (ones * 0x5c);
    const uint64_t hit = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((w - ones * 0x20) & ~w) | w;
    return (hit & high) == 0;
}

/// Length of the valid sequence that starts at a byte >= 0x80, 0 if there is none (RFC 3629: no surrogates, no
/// overlong).
inline size_t utf8Length(const unsigned char* p, size_t left)
{
    const auto next = [&](size_t i) { return (p[i] & 0xC0) == 0x80; };
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return left >= 2 && next(1) ? 2 : 0;
    if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        if (left < 3 || !next(1) || !next(2) || (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        if (left < 4 || !next(1) || !next(2) || !next(3) || (p[0] == 0xF0 && p[1] < 0x90)
            || (p[0] == 0xF4 && p[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// The four digits at `p`, or -1.
int hexFour(std::string_view text, size_t at)
{
    if (at + 4 > text.size())
        return -1;
    int value = 0;
    for (size_t i = 0; i < 4; ++i) {
        const int digit = hexDigit(text[at + i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

std::string shown(std::string_view text, size_t limit = 20)
{
    std::string out;
    for (size_t i = 0; i < text.size() && out.size() < limit;) {
        const CodePoint c = decodeUtf8(text, i);
        if (!c.valid || c.value < 0x20)
            break;
        out.append(text.substr(i, c.bytes));
        i += c.bytes;
    }
    return out;
}

} // namespace

JsonCheck::Verdict JsonCheck::check(std::string_view text)
{
    m_text = text;
    m_at = 0;
    m_isObject = false;
    m_verdict = {};
    m_keys.clear();
    m_topKeys.clear();
    m_unescapedUsed = 0;
    space();
    m_isObject = m_at < m_text.size() && m_text[m_at] == '{';
    if (value(1)) {
        space();
        if (m_at != m_text.size())
            fail("row_not_json",
                "there is more text after the end of the value: \"" + shown(m_text.substr(m_at)) + "\"");
    }
    return m_verdict;
}

bool JsonCheck::fail(const char* code, std::string message)
{
    m_verdict = { false, m_at, code, std::move(message) };
    return false;
}

void JsonCheck::space()
{
    while (m_at < m_text.size()
        && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r' || m_text[m_at] == '\t'))
        ++m_at;
}

bool JsonCheck::value(int depth)
{
    if (m_at == m_text.size())
        return fail("row_not_json", "the text ends where a value should stand");
    switch (m_text[m_at]) {
    case '{':
    case '[':
        if (depth > kMaxJsonDepth)
            return fail("row_too_deep", "it is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
        return m_text[m_at] == '{' ? object(depth) : array(depth);
    case '"':
        return string(nullptr, nullptr);
    case 't':
        return literal("true");
    case 'f':
        return literal("false");
    case 'n':
        return literal("null");
    default:
        return number();
    }
}

bool JsonCheck::literal(std::string_view word)
{
    if (m_text.substr(m_at, word.size()) != word)
        return fail("row_not_json", "\"" + shown(m_text.substr(m_at, 12)) + "\" is no JSON value");
    m_at += word.size();
    return true;
}

bool JsonCheck::object(int depth)
{
    const size_t first = m_keys.size(), openedAt = m_at;
    ++m_at;
    space();
    if (m_at < m_text.size() && m_text[m_at] == '}') {
        ++m_at;
        return true;
    }
    while (true) {
        if (m_at == m_text.size() || m_text[m_at] != '"')
            return fail("row_not_json",
                m_at == m_text.size()
                    ? std::string("the text ends inside an object")
                    : "a key in double quotes should stand where \"" + shown(m_text.substr(m_at)) + "\" does");
        std::string_view raw;
        bool escaped = false;
        if (!string(&raw, &escaped))
            return false;
        if (escaped) {
            if (m_unescapedUsed == m_unescaped.size())
                m_unescaped.emplace_back();
            m_unescaped[m_unescapedUsed] = unescapeJson(raw);
            raw = m_unescaped[m_unescapedUsed++];
        }
        m_keys.push_back(raw);
        space();
        if (m_at == m_text.size() || m_text[m_at] != ':')
            return fail("row_not_json", "the key \"" + shown(raw) + "\" has no ':' after it");
        ++m_at;
        space();
        if (!value(depth + 1))
            return false;
        space();
        if (m_at == m_text.size())
            return fail("row_not_json", "the text ends inside an object");
        const char c = m_text[m_at++];
        if (c == '}')
            break;
        if (c != ',') {
            --m_at;
            return fail("row_not_json", "',' or '}' should stand where \"" + shown(m_text.substr(m_at)) + "\" does");
        }
        space();
    }
    const bool unique = noKeyTwice(first, openedAt);
    if (depth == 1)
        m_topKeys.assign(m_keys.begin() + long(first), m_keys.end());
    m_keys.resize(first);
    return unique;
}

bool JsonCheck::noKeyTwice(size_t first, size_t openedAt)
{
    const size_t count = m_keys.size() - first;
    std::string_view twice;
    bool found = false;
    if (count <= 8) {
        for (size_t i = first; i < m_keys.size() && !found; ++i)
            for (size_t j = i + 1; j < m_keys.size() && !found; ++j)
                if (m_keys[i] == m_keys[j]) {
                    found = true;
                    twice = m_keys[i];
                }
    } else {
        m_sorted.assign(m_keys.begin() + long(first), m_keys.end());
        std::sort(m_sorted.begin(), m_sorted.end());
        const auto at = std::adjacent_find(m_sorted.begin(), m_sorted.end());
        if (at != m_sorted.end()) {
            found = true;
            twice = *at;
        }
    }
    if (!found)
        return true;
    m_at = openedAt;
    return fail("row_duplicate_key", "the key \"" + shown(twice, 60) + "\" stands twice in one object");
}

bool JsonCheck::array(int depth)
{
    ++m_at;
    space();
    if (m_at < m_text.size() && m_text[m_at] == ']') {
        ++m_at;
        return true;
    }
    while (true) {
        if (!value(depth + 1))
            return false;
        space();
        if (m_at == m_text.size())
            return fail("row_not_json", "the text ends inside an array");
        const char c = m_text[m_at++];
        if (c == ']')
            return true;
        if (c != ',') {
            --m_at;
            return fail("row_not_json", "',' or ']' should stand where \"" + shown(m_text.substr(m_at)) + "\" does");
        }
        space();
    }
}

bool JsonCheck::string(std::string_view* raw, bool* escaped)
{
    const char* const data = m_text.data();
    const size_t size = m_text.size(), begin = m_at + 1;
    size_t at = begin;
    bool sawEscape = false;
    while (true) {
        while (at + 8 <= size && plainEight(data + at))
            at += 8;
        if (at >= size) {
            m_at = size;
            return fail("row_not_json", "the text ends inside a string");
        }
        const unsigned char c = static_cast<unsigned char>(data[at]);
        if (c == '"')
            break;
        if (c >= 0x80) {
            const size_t length = utf8Length(reinterpret_cast<const unsigned char*>(data) + at, size - at);
            if (length == 0) {
                m_at = at;
                return fail("row_encoding", "byte " + std::to_string(at + 1) + " of the row is not UTF-8");
            }
            at += length;
        } else if (c < 0x20) {
            m_at = at;
            return fail(
                "row_not_json", "a string holds the control character " + std::to_string(int(c)) + " unescaped");
        } else if (c == '\\') {
            sawEscape = true;
            m_at = at;
            const char kind = at + 1 < size ? data[at + 1] : '\0';
            if (kind == 'u') {
                const int unit = hexFour(m_text, at + 2);
                if (unit < 0)
                    return fail("row_not_json", "\\u is not followed by four hexadecimal digits");
                if (unit >= 0xDC00 && unit <= 0xDFFF)
                    return fail("row_encoding", "the escape \\u of a lone surrogate is not a character");
                at += 6;
                if (unit >= 0xD800 && unit <= 0xDBFF) {
                    const int low
                        = at + 1 < size && data[at] == '\\' && data[at + 1] == 'u' ? hexFour(m_text, at + 2) : -1;
                    if (low < 0xDC00 || low > 0xDFFF)
                        return fail("row_encoding", "the escape \\u of a lone surrogate is not a character");
                    at += 6;
                }
            } else if (kind != '\0' && std::strchr("\"\\/bfnrt", kind)) {
                at += 2;
            } else {
                return fail("row_not_json", "a string holds an escape that JSON does not have");
            }
        } else {
            ++at;
        }
    }
    if (raw) {
        *raw = m_text.substr(begin, at - begin);
        *escaped = sawEscape;
    }
    m_at = at + 1;
    return true;
}

bool JsonCheck::number()
{
    const size_t begin = m_at;
    const auto here = [&] { return m_at < m_text.size() ? m_text[m_at] : '\0'; };
    if (here() == '-')
        ++m_at;
    if (!isDigit(here())) {
        m_at = begin;
        const std::string_view word = m_text.substr(begin, 9);
        if (word.substr(0, 3) == "NaN" || word.substr(0, 3) == "Inf" || word.substr(0, 4) == "-Inf")
            return fail("row_not_json", "NaN and Infinity are not JSON");
        return fail("row_not_json", "\"" + shown(m_text.substr(begin, 12)) + "\" is no JSON value");
    }
    if (here() == '0')
        ++m_at;
    else
        while (isDigit(here()))
            ++m_at;
    bool plain = true;
    if (here() == '.') {
        plain = false;
        ++m_at;
        if (!isDigit(here()))
            return fail("row_not_json", "a number ends with '.'");
        while (isDigit(here()))
            ++m_at;
    }
    if (here() == 'e' || here() == 'E') {
        plain = false;
        ++m_at;
        if (here() == '+' || here() == '-')
            ++m_at;
        if (!isDigit(here()))
            return fail("row_not_json", "a number has an empty exponent");
        while (isDigit(here()))
            ++m_at;
    }
    // Digits alone, or with a short exponent, cannot leave a double's range.
    if ((!plain || m_at - begin > 300)
        && !std::isfinite(std::strtod(std::string(m_text.substr(begin, m_at - begin)).c_str(), nullptr))) {
        const std::string text(m_text.substr(begin, std::min<size_t>(m_at - begin, 20)));
        m_at = begin;
        return fail("row_not_json", "the number " + text + " is larger than a double can hold");
    }
    return true;
}

std::string unescapeJson(std::string_view raw)
{
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 >= raw.size()) {
            out += raw[i];
            continue;
        }
        const char kind = raw[++i];
        switch (kind) {
        case 'b':
            out += '\b';
            break;
        case 'f':
            out += '\f';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        case 'u': {
            char32_t c = char32_t(std::max(hexFour(raw, i + 1), 0));
            i += 4;
            if (c >= 0xD800 && c <= 0xDBFF && i + 6 < raw.size()) {
                c = 0x10000 + ((c - 0xD800) << 10) + char32_t(std::max(hexFour(raw, i + 3), 0xDC00) - 0xDC00);
                i += 6;
            }
            appendUtf8(out, c);
            break;
        }
        default:
            out += kind;
        }
    }
    return out;
}

void appendJsonString(std::string& out, std::string_view text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    size_t from = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const unsigned char c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(text, from, i - from);
        from = i + 1;
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
        }
    }
    out.append(text, from);
    out += '"';
}

size_t firstInvalidUtf8(std::string_view text)
{
    const auto* const p = reinterpret_cast<const unsigned char*>(text.data());
    for (size_t i = 0; i < text.size();) {
        if (i + 8 <= text.size()) {
            uint64_t w = 0;
            std::memcpy(&w, text.data() + i, 8);
            if ((w & 0x8080808080808080u) == 0) {
                i += 8;
                continue;
            }
        }
        if (p[i] < 0x80) {
            ++i;
            continue;
        }
        const size_t length = utf8Length(p + i, text.size() - i);
        if (length == 0)
            return i;
        i += length;
    }
    return std::string_view::npos;
}

} // namespace aha::data
