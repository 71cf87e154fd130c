#include "core/base/utf8.h"

namespace aha {

CodePoint decodeUtf8(std::string_view text, size_t offset)
{
    const auto byte = [&](size_t i) { return i < text.size() ? uint8_t(text[i]) : uint8_t(0); };
    const uint8_t lead = byte(offset);
    if (lead < 0x80)
        return { lead, 1, true };
    const uint32_t length = lead >= 0xF0 && lead <= 0xF4 ? 4
        : lead >= 0xE0 && lead < 0xF0                    ? 3
        : lead >= 0xC2 && lead < 0xE0                    ? 2
                                                         : 0;
    if (length == 0)
        return { 0xFFFD, 1, false };
    char32_t value = lead & (0xFF >> (length + 1));
    for (uint32_t i = 1; i < length; ++i) {
        if ((byte(offset + i) & 0xC0) != 0x80)
            return { 0xFFFD, 1, false };
        value = value << 6 | (byte(offset + i) & 0x3F);
    }
    const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return { 0xFFFD, 1, false };
    return { value, length, true };
}

void appendUtf8(std::string& out, char32_t c)
{
    if (c < 0x80) {
        out += char(c);
    } else if (c < 0x800) {
        out += char(0xC0 | c >> 6);
        out += char(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += char(0xE0 | c >> 12);
        out += char(0x80 | (c >> 6 & 0x3F));
        out += char(0x80 | (c & 0x3F));
    } else {
        out += char(0xF0 | c >> 18);
        out += char(0x80 | (c >> 12 & 0x3F));
        out += char(0x80 | (c >> 6 & 0x3F));
        out += char(0x80 | (c & 0x3F));
    }
}

std::string validUtf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size();) {
        const CodePoint point = decodeUtf8(text, i);
        if (point.valid)
            out.append(text.substr(i, point.bytes));
        else
            appendUtf8(out, 0xFFFD);
        i += point.bytes;
    }
    return out;
}

std::string boundedUtf8(std::string_view text, size_t mostBytes)
{
    if (text.size() <= mostBytes)
        return std::string(text);
    const std::string note = " … (cut from " + std::to_string(text.size()) + " bytes)";
    size_t end = mostBytes > note.size() ? mostBytes - note.size() : 0;
    for (int back = 0; back < 3 && end > 0 && (uint8_t(text[end]) & 0xC0) == 0x80; ++back)
        --end; // a code point has at most three bytes behind its first
    return std::string(text.substr(0, end)) + note;
}

} // namespace aha
