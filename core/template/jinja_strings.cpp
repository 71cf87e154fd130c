#include "core/template/jinja_strings.h"

#include "core/base/utf8.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace aha::jinja {

namespace {

template <class Visit> void eachCodePoint(std::string_view text, const Visit& visit)
{
    for (size_t i = 0; i < text.size();) {
        const CodePoint c = decodeUtf8(text, i);
        visit(c.value, i, c.bytes);
        i += c.bytes;
    }
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return uint8_t(c) < 0x80; });
}

enum class Case { Upper, Lower, Fold, Title };

std::string mapCase(std::string_view text, Case how)
{
    std::string out;
    if (isAscii(text) && how != Case::Title) {
        out = text;
        for (char& c : out) {
            if (how == Case::Upper && c >= 'a' && c <= 'z')
                c = char(c - 32);
            else if (how != Case::Upper && c >= 'A' && c <= 'Z')
                c = char(c + 32);
        }
        return out;
    }
    UErrorCode status = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink(&out);
    const icu::StringPiece piece(text.data(), int32_t(text.size()));
    if (how == Case::Upper)
        icu::CaseMap::utf8ToUpper("", 0, piece, sink, nullptr, status);
    else if (how == Case::Lower)
        icu::CaseMap::utf8ToLower("", 0, piece, sink, nullptr, status);
    else if (how == Case::Fold)
        icu::CaseMap::utf8Fold(0, piece, sink, nullptr, status);
    else
        icu::CaseMap::utf8ToTitle(
            "", U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT, nullptr, piece, sink, nullptr, status);
    return out;
}

bool isCased(char32_t c)
{
    return u_hasBinaryProperty(UChar32(c), UCHAR_LOWERCASE) || u_hasBinaryProperty(UChar32(c), UCHAR_UPPERCASE)
        || u_charType(UChar32(c)) == U_TITLECASE_LETTER;
}

/// Lower case of the character at `at`; a capital sigma at the end of a word takes its final form.
std::string lowerAt(std::string_view text, size_t at, uint32_t bytes)
{
    if (decodeUtf8(text, at).value != 0x3A3)
        return mapCase(text.substr(at, bytes), Case::Lower);
    const auto ignorable = [](char32_t c) { return u_hasBinaryProperty(UChar32(c), UCHAR_CASE_IGNORABLE); };
    const auto cased = [](char32_t c) { return u_hasBinaryProperty(UChar32(c), UCHAR_CASED); };
    bool before = false, after = false;
    for (size_t i = at; i > 0;) {
        do
            --i;
        while (i > 0 && (uint8_t(text[i]) & 0xC0) == 0x80);
        const char32_t c = decodeUtf8(text, i).value;
        if (ignorable(c))
            continue;
        before = cased(c);
        break;
    }
    for (size_t i = at + bytes; i < text.size();) {
        const CodePoint c = decodeUtf8(text, i);
        i += c.bytes;
        if (ignorable(c.value))
            continue;
        after = cased(c.value);
        break;
    }
    return before && !after ? "\xCF\x82" : "\xCF\x83";
}

bool numericType(char32_t c, UNumericType atMost)
{
    const int32_t type = u_getIntPropertyValue(UChar32(c), UCHAR_NUMERIC_TYPE);
    return type != U_NT_NONE && type <= atMost;
}

bool isKind(char32_t c, std::string_view what)
{
    const UChar32 u = UChar32(c);
    if (what == "alpha")
        return (U_GET_GC_MASK(u) & U_GC_L_MASK) != 0;
    if (what == "decimal")
        return numericType(c, U_NT_DECIMAL);
    if (what == "digit")
        return numericType(c, U_NT_DIGIT);
    if (what == "numeric")
        return numericType(c, U_NT_NUMERIC);
    if (what == "alnum")
        return (U_GET_GC_MASK(u) & U_GC_L_MASK) != 0 || numericType(c, U_NT_NUMERIC);
    if (what == "space")
        return isPythonSpace(c);
    if (what == "printable")
        return isPrintable(c);
    return c < 0x80; // ascii
}

} // namespace

bool isPythonSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isLineBreak(char32_t c)
{
    return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool isNamePart(char32_t c)
{
    if (c < 0x80)
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return u_hasBinaryProperty(UChar32(c), UCHAR_XID_CONTINUE) || isKind(c, "alnum");
}

bool isNameStart(char32_t c)
{
    if (c < 0x80)
        return isNamePart(c) && !(c >= '0' && c <= '9');
    return u_hasBinaryProperty(UChar32(c), UCHAR_XID_START);
}

bool isPrintable(char32_t c)
{
    if (c < 0x80)
        return c >= 0x20 && c < 0x7F;
    return (U_GET_GC_MASK(UChar32(c)) & (U_GC_C_MASK | U_GC_Z_MASK)) == 0;
}

int64_t codePoints(std::string_view text)
{
    return std::count_if(text.begin(), text.end(), [](char c) { return (uint8_t(c) & 0xC0) != 0x80; });
}

size_t byteOffset(std::string_view text, int64_t index)
{
    size_t at = 0;
    for (; at < text.size(); ++at)
        if ((uint8_t(text[at]) & 0xC0) != 0x80 && index-- == 0)
            break;
    return at;
}

std::vector<std::string_view> characters(std::string_view text)
{
    std::vector<std::string_view> all;
    eachCodePoint(text, [&](char32_t, size_t at, uint32_t bytes) { all.push_back(text.substr(at, bytes)); });
    return all;
}

std::string_view strip(std::string_view text, const std::string_view* chars, bool left, bool right)
{
    const auto drop = [&](CodePoint c, size_t at) {
        return chars ? chars->find(text.substr(at, c.bytes)) != std::string_view::npos : isPythonSpace(c.value);
    };
    size_t begin = 0, end = text.size();
    while (left && begin < end) {
        const CodePoint c = decodeUtf8(text, begin);
        if (!drop(c, begin))
            break;
        begin += c.bytes;
    }
    while (right && begin < end) {
        size_t at = end - 1;
        while (at > begin && (uint8_t(text[at]) & 0xC0) == 0x80)
            --at;
        if (!drop(decodeUtf8(text, at), at))
            break;
        end = at;
    }
    return text.substr(begin, end - begin);
}

size_t findText(std::string_view text, std::string_view what, size_t from)
{
    if (from > text.size())
        return std::string_view::npos;
    if (what.empty())
        return from;
    // memmem is linear for long needles, unlike string_view::find.
    const void* found = ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
    return found ? size_t(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
}

size_t rfindText(std::string_view text, std::string_view what)
{
    // The reversed texts are searched forwards, for the same reason.
    const std::string backwards(text.rbegin(), text.rend()), needle(what.rbegin(), what.rend());
    const size_t found = findText(backwards, needle);
    return found == std::string_view::npos ? found : text.size() - found - what.size();
}

int64_t countText(std::string_view text, std::string_view what)
{
    if (what.empty())
        return codePoints(text) + 1;
    int64_t count = 0;
    for (size_t at = 0; (at = findText(text, what, at)) != std::string_view::npos; at += what.size())
        ++count;
    return count;
}

uint64_t replacedSize(std::string_view text, std::string_view old, std::string_view with, int64_t count)
{
    const int64_t found = countText(text, old), times = count < 0 ? found : std::min(found, count);
    return text.size() - uint64_t(times) * old.size() + uint64_t(times) * with.size();
}

std::string replaceText(std::string_view text, std::string_view old, std::string_view with, int64_t count)
{
    std::string out;
    size_t at = 0;
    while (count != 0) {
        const size_t found = findText(text, old, at);
        if (found == std::string_view::npos)
            break;
        out.append(text.substr(at, found - at)).append(with);
        at = found + old.size();
        if (count > 0)
            --count;
        if (old.empty()) { // between all characters
            if (at >= text.size())
                break;
            const uint32_t bytes = decodeUtf8(text, at).bytes;
            out.append(text.substr(at, bytes));
            at += bytes;
        }
    }
    return out.append(text.substr(at));
}

std::vector<std::string_view> split(std::string_view text, const std::string_view* separator, int64_t limit)
{
    std::vector<std::string_view> parts;
    if (!separator) {
        for (text = strip(text, nullptr, true, false); !text.empty(); text = strip(text, nullptr, true, false)) {
            if (limit-- == 0) {
                parts.push_back(strip(text, nullptr, false, true));
                break;
            }
            size_t end = 0;
            while (end < text.size() && !isPythonSpace(decodeUtf8(text, end).value))
                end += decodeUtf8(text, end).bytes;
            parts.push_back(text.substr(0, end));
            text.remove_prefix(end);
        }
        return parts;
    }
    size_t at = 0;
    for (size_t found; limit-- != 0 && (found = findText(text, *separator, at)) != std::string_view::npos;
         at = found + separator->size())
        parts.push_back(text.substr(at, found - at));
    parts.push_back(text.substr(at));
    return parts;
}

std::vector<std::string_view> rsplit(std::string_view text, const std::string_view* separator, int64_t limit)
{
    if (limit < 0 && !separator)
        return split(text, separator, limit);
    std::vector<std::string_view> parts;
    if (!separator) {
        for (text = strip(text, nullptr, false, true); !text.empty(); text = strip(text, nullptr, false, true)) {
            if (limit-- == 0) {
                parts.push_back(strip(text, nullptr, true, false));
                break;
            }
            size_t begin = text.size();
            while (begin > 0) {
                size_t at = begin - 1;
                while (at > 0 && (uint8_t(text[at]) & 0xC0) == 0x80)
                    --at;
                if (isPythonSpace(decodeUtf8(text, at).value))
                    break;
                begin = at;
            }
            parts.push_back(text.substr(begin));
            text = text.substr(0, begin);
        }
    } else {
        const std::string backwards(text.rbegin(), text.rend()), needle(separator->rbegin(), separator->rend());
        size_t at = 0; // in the reversed text
        for (size_t found; limit-- != 0 && (found = findText(backwards, needle, at)) != std::string::npos;
             at = found + needle.size())
            parts.push_back(text.substr(text.size() - found, found - at));
        parts.push_back(text.substr(0, text.size() - at));
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

std::vector<std::string_view> splitLines(std::string_view text, bool keepEnds)
{
    std::vector<std::string_view> lines;
    size_t start = 0;
    for (size_t i = 0; i < text.size();) {
        const CodePoint c = decodeUtf8(text, i);
        size_t next = i + c.bytes;
        if (isLineBreak(c.value)) {
            if (c.value == '\r' && next < text.size() && text[next] == '\n')
                ++next;
            lines.push_back(text.substr(start, (keepEnds ? next : i) - start));
            start = next;
        }
        i = next;
    }
    if (start < text.size())
        lines.push_back(text.substr(start));
    return lines;
}

std::string upper(std::string_view text) { return mapCase(text, Case::Upper); }
std::string lower(std::string_view text) { return mapCase(text, Case::Lower); }
std::string casefold(std::string_view text) { return mapCase(text, Case::Fold); }

std::string capitalize(std::string_view text)
{
    if (text.empty())
        return {};
    const uint32_t first = decodeUtf8(text, 0).bytes;
    // The rest is lowered in its context: a sigma at the end of a word takes its final form.
    const std::string all = lower(text), head = lower(text.substr(0, first));
    return mapCase(text.substr(0, first), Case::Title) + all.substr(std::min(head.size(), all.size()));
}

std::string swapcase(std::string_view text)
{
    std::string out;
    eachCodePoint(text, [&](char32_t c, size_t at, uint32_t bytes) {
        const std::string_view one = text.substr(at, bytes);
        out += u_hasBinaryProperty(UChar32(c), UCHAR_UPPERCASE) ? lowerAt(text, at, bytes)
            : u_hasBinaryProperty(UChar32(c), UCHAR_LOWERCASE)  ? upper(one)
                                                                : std::string(one);
    });
    return out;
}

std::string titlecase(std::string_view text)
{
    std::string out;
    bool inWord = false;
    eachCodePoint(text, [&](char32_t c, size_t at, uint32_t bytes) {
        out += inWord ? lowerAt(text, at, bytes) : mapCase(text.substr(at, bytes), Case::Title);
        inWord = isCased(c);
    });
    return out;
}

bool isAll(std::string_view text, std::string_view what)
{
    bool all = true, cased = false, inWord = false, first = true;
    eachCodePoint(text, [&](char32_t c, size_t, uint32_t) {
        const UChar32 u = UChar32(c);
        const bool title = u_charType(u) == U_TITLECASE_LETTER;
        const bool isUpper = u_hasBinaryProperty(u, UCHAR_UPPERCASE), isLower = u_hasBinaryProperty(u, UCHAR_LOWERCASE);
        if (what == "lower" || what == "upper") {
            all = all && !(what == "lower" ? isUpper || title : isLower || title);
            cased = cased || (what == "lower" ? isLower : isUpper);
        } else if (what == "title") {
            all = all && !((isUpper || title) && inWord) && !(isLower && !inWord);
            inWord = isUpper || title || isLower;
            cased = cased || inWord;
        } else if (what == "identifier") {
            all = all && (first ? isNameStart(c) : isNamePart(c));
        } else {
            all = all && isKind(c, what);
        }
        first = false;
    });
    if (what == "lower" || what == "upper" || what == "title")
        return all && cased;
    return all && (!text.empty() || what == "ascii" || what == "printable");
}

std::string inQuotes(std::string_view text)
{
    const char quote
        = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    eachCodePoint(text, [&](char32_t c, size_t at, uint32_t bytes) {
        if (c == char32_t(quote) || c == '\\') {
            (out += '\\') += char(c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else if (isPrintable(c)) {
            out += text.substr(at, bytes);
        } else {
            char hex[16];
            std::snprintf(hex, sizeof hex, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", unsigned(c));
            out += hex;
        }
    });
    return out += quote;
}

} // namespace aha::jinja
