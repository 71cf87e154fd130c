#include "core/text/token_decoder.h"

#include "core/base/utf8.h"
#include "core/text/byte_alphabet.h"

#include <algorithm>

namespace aha {

namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

/// Length of the longest beginning of a character at `at` (at least 1), and whether it is only cut off by the end.
size_t maximalPart(std::string_view bytes, size_t at, bool& cut)
{
    const auto byte = [&](size_t i) { return uint8_t(bytes[i]); };
    const uint8_t lead = byte(at);
    const size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4
        : lead >= 0xE0 && lead < 0xF0                  ? 3
        : lead >= 0xC2 && lead < 0xE0                  ? 2
                                                       : 1;
    cut = false;
    for (size_t i = 1; i < length; ++i) {
        if (at + i >= bytes.size()) {
            cut = true;
            return i;
        }
        uint8_t low = 0x80, high = 0xBF;
        if (i == 1) {
            low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : low;
            high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : high;
        }
        if (byte(at + i) < low || byte(at + i) > high)
            return i;
    }
    return length;
}

bool isValid(std::string_view bytes)
{
    for (size_t at = 0; at < bytes.size();) {
        const CodePoint point = decodeUtf8(bytes, at);
        if (!point.valid)
            return false;
        at += point.bytes;
    }
    return true;
}

} // namespace

std::string replaceInvalid(std::string_view bytes, std::vector<int32_t>& ends)
{
    if (isValid(bytes))
        return std::string(bytes);
    std::string out;
    size_t end = 0;
    for (size_t at = 0; at < bytes.size();) {
        const CodePoint point = decodeUtf8(bytes, at);
        bool cut = false;
        const size_t length = point.valid ? point.bytes : maximalPart(bytes, at, cut);
        const size_t before = out.size();
        if (point.valid)
            out.append(bytes.substr(at, length));
        else
            out.append(kReplacement);
        for (; end < ends.size() && size_t(ends[end]) < at + length; ++end)
            ends[end] = int32_t(point.valid ? before + (size_t(ends[end]) - at) : before);
        at += length;
    }
    for (; end < ends.size(); ++end)
        ends[end] = int32_t(out.size());
    return out;
}

size_t completeUtf8(std::string_view bytes)
{
    for (size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        const size_t at = bytes.size() - back;
        const uint8_t byte = uint8_t(bytes[at]);
        if ((byte & 0xC0) == 0x80)
            continue; // goes on; look for the lead
        bool cut = false;
        const size_t length = maximalPart(bytes, at, cut);
        return cut && length == back ? at : bytes.size();
    }
    return bytes.size();
}

std::string TokenDecoder::bytesOf(std::string_view piece) const
{
    if (byteLevel) {
        auto bytes = bytesOfPiece(piece);
        return bytes ? std::move(*bytes) : std::string(piece);
    }
    std::string text(piece);
    for (const auto& [from, to] : replacements)
        for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    if (byteFallback)
        if (const int byte = byteOfFallbackPiece(text); byte >= 0)
            return std::string(1, char(byte));
    return text;
}

std::string TokenDecoder::decode(const std::vector<std::string_view>& pieces, std::vector<int32_t>& ends) const
{
    std::vector<std::string> parts;
    parts.reserve(pieces.size());
    for (const std::string_view piece : pieces)
        parts.push_back(bytesOf(piece));
    if (byteFallback)
        for (size_t i = 0; i < pieces.size();) {
            std::string run;
            size_t end = i;
            for (; end < pieces.size() && byteOfFallbackPiece(pieces[end]) >= 0; ++end)
                run += parts[end];
            if (!isValid(run))
                for (; i < end; ++i)
                    parts[i] = kReplacement;
            i = std::max(end, i + 1);
        }
    std::string text;
    ends.clear();
    bool drops = leadingSpaces == LeadingSpaces::DropOne || leadingSpaces == LeadingSpaces::DropAll;
    for (size_t i = 0; i < parts.size(); ++i) {
        std::string& part = parts[i];
        if (leadingSpaces == LeadingSpaces::DropFromFirst && i == 0)
            part.erase(std::remove(part.begin(), part.end(), ' '), part.end());
        size_t dropped = 0;
        while (drops && text.empty() && dropped < part.size() && part[dropped] == ' ') {
            ++dropped;
            drops = leadingSpaces == LeadingSpaces::DropAll;
        }
        part.erase(0, dropped);
        if (joinWithSpaces && i > 0)
            text += ' ';
        text += part;
        ends.push_back(int32_t(text.size()));
    }
    return replaceInvalid(text, ends);
}

} // namespace aha
