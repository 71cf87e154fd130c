#include "core/rewards/text_words.h"

#include "core/base/utf8.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace aha {

namespace {

/// str.isspace(): bidirectional class WS, B or S, or category Zs.
bool isSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

} // namespace

size_t codePointCount(std::string_view text)
{
    return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (uint8_t(c) & 0xC0) != 0x80; }));
}

std::string lowerCase(std::string_view text)
{
    std::string lower;
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), int32_t(text.size())))
        .toLower(icu::Locale::getRoot())
        .toUTF8String(lower);
    return lower;
}

std::vector<std::string_view> splitWords(std::string_view text)
{
    std::vector<std::string_view> words;
    size_t begin = std::string_view::npos;
    for (size_t at = 0; at < text.size();) {
        const CodePoint c = decodeUtf8(text, at);
        if (isSpace(c.value)) {
            if (begin != std::string_view::npos)
                words.push_back(text.substr(begin, at - begin));
            begin = std::string_view::npos;
        } else if (begin == std::string_view::npos) {
            begin = at;
        }
        at += c.bytes;
    }
    if (begin != std::string_view::npos)
        words.push_back(text.substr(begin));
    return words;
}

std::string_view stripText(std::string_view text)
{
    const std::vector<std::string_view> words = splitWords(text);
    if (words.empty())
        return {};
    return { words.front().data(), size_t(words.back().data() + words.back().size() - words.front().data()) };
}

size_t countOf(std::string_view text, std::string_view what)
{
    size_t count = 0;
    for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
        ++count;
    return count;
}

} // namespace aha
