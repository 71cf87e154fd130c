#include "core/trace/language.h"

#include "core/base/utf8.h"

namespace aha {

namespace {

bool isHan(char32_t c)
{
    return c == 0x3007 || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2EBEF) || (c >= 0x30000 && c <= 0x323AF);
}

bool isLatin(char32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6)
        || (c >= 0xF8 && c <= 0x24F) || (c >= 0x1E00 && c <= 0x1EFF);
}

bool isOtherLetter(char32_t c)
{
    return (c >= 0x370 && c <= 0x1DFF) || (c >= 0x1F00 && c <= 0x1FFF) || (c >= 0x2C00 && c <= 0x2DFF)
        || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC || (c >= 0x3105 && c <= 0x312F)
        || (c >= 0xAC00 && c <= 0xD7A3);
}

bool isDigitOrUnderscore(char32_t c) { return (c >= '0' && c <= '9') || c == '_'; }

void blank(std::string& text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; ++i)
        text[i] = ' ';
}

/// Blanks everything from `open` to the nearest `close` behind it, over lines. Linear: a missing close ends the search.
void blankBetween(std::string& text, std::string_view open, std::string_view close)
{
    size_t at = text.find(open);
    while (at != std::string::npos) {
        const size_t end = text.find(close, at + open.size());
        if (end == std::string::npos)
            return;
        blank(text, at, end + close.size());
        at = text.find(open, end + close.size());
    }
}

/// Tags and mathematics replaced by spaces of the same length, so that positions stay.
std::string withoutMarkup(std::string_view source)
{
    std::string text(source);
    for (const std::string_view tag : { "<think>", "</think>", "<answer>", "</answer>" })
        for (size_t at = text.find(tag); at != std::string::npos; at = text.find(tag, at))
            blank(text, at, at + tag.size());
    blankBetween(text, "$$", "$$");
    blankBetween(text, "\\[", "\\]");
    blankBetween(text, "\\(", "\\)");
    for (size_t at = text.find('$'); at != std::string::npos;) {
        const size_t end = text.find_first_of("$\n", at + 1);
        if (end == std::string::npos)
            break;
        if (text[end] == '$' && end > at + 1) {
            blank(text, at, end + 1);
            at = text.find('$', end + 1);
        } else {
            at = text[end] == '$' ? end : text.find('$', end + 1);
        }
    }
    return text;
}

} // namespace

double LanguageCount::share(std::string_view target) const
{
    if (total() == 0)
        return 0;
    return double(target == "zh" ? chinese : target == "en" ? english : other) / double(total());
}

std::vector<WordSpan> languageWords(std::string_view source)
{
    const std::string text = withoutMarkup(source);
    std::vector<WordSpan> words;
    char32_t before = 0; // the code point left of `at`
    for (size_t at = 0; at < text.size();) {
        const CodePoint point = decodeUtf8(text, at);
        if (isHan(point.value)) {
            words.push_back({ at, at + point.bytes, Script::Chinese });
        } else if (isLatin(point.value)) {
            size_t end = at;
            int letters = 0;
            char32_t last = 0, after = 0;
            while (end < text.size()) {
                const CodePoint next = decodeUtf8(text, end);
                if (isLatin(next.value)) {
                    ++letters;
                } else if (next.value == '\'' || next.value == 0x2019) {
                    const size_t behind = end + next.bytes;
                    if (behind >= text.size() || !isLatin(decodeUtf8(text, behind).value)) {
                        after = next.value;
                        break;
                    }
                } else {
                    after = next.value;
                    break;
                }
                last = next.value;
                end += next.bytes;
            }
            const bool single = letters == 1 && end == at + point.bytes && point.value != 'a' && point.value != 'A'
                && point.value != 'I';
            if (!single && !isDigitOrUnderscore(before) && before != '\\' && !isDigitOrUnderscore(after))
                words.push_back({ at, end, Script::English });
            before = last;
            at = end;
            continue;
        } else if (isOtherLetter(point.value)) {
            size_t end = at;
            while (end < text.size() && isOtherLetter(decodeUtf8(text, end).value)) {
                before = decodeUtf8(text, end).value;
                end += decodeUtf8(text, end).bytes;
            }
            words.push_back({ at, end, Script::Other });
            at = end;
            continue;
        }
        before = point.value;
        at += point.bytes;
    }
    return words;
}

LanguageCount countLanguages(std::string_view text)
{
    LanguageCount count;
    for (const WordSpan& word : languageWords(text))
        ++(word.script == Script::English        ? count.english
                : word.script == Script::Chinese ? count.chinese
                                                 : count.other);
    return count;
}

} // namespace aha
