#include "core/text/unknown_words.h"

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kMostBytes = 1 << 16;

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

} // namespace

UnknownWords unknownWords(const Tokenizer& tokenizer, const std::string& text)
{
    UnknownWords found;
    if (text.size() > kMostBytes)
        return found;
    const Tokenizer::Encoding encoding = tokenizer.encodeWithOffsets(text);
    std::vector<bool> known(text.size(), false); // by code point
    for (size_t i = 0; i < encoding.ids.size() && i < encoding.offsets.size(); ++i)
        for (int32_t at = encoding.offsets[i].first; at < encoding.offsets[i].second; ++at)
            if (encoding.ids[i] != tokenizer.unkId() && at >= 0 && size_t(at) < known.size())
                known[size_t(at)] = true;
    size_t point = 0;
    for (size_t begin = 0; begin < text.size();) {
        size_t end = begin;
        bool whole = true;
        for (; end < text.size() && !isSpace(text[end]); ++end)
            if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U) // where a character begins
                whole = known[point++] && whole;
        if (end > begin) {
            const std::string word = text.substr(begin, end - begin);
            ++found.words;
            found.unknown += !whole;
            if (!whole && found.first.size() < UnknownWords::kMost
                && std::find(found.first.begin(), found.first.end(), word) == found.first.end())
                found.first.push_back(word);
        } else {
            ++end;
            ++point; // the space
        }
        begin = end;
    }
    return found;
}

} // namespace aha
