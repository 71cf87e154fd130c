#include "core/data/text_overlap.h"
#include "core/base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace aha::data {

namespace {

bool isSpace(char32_t c) { return (c >= 0x1C && c <= 0x1F) || u_isUWhiteSpace(UChar32(c)); } // Python's str.split()

bool standsAlone(char32_t c)
{
    if (c < 0x2E80)
        return false;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(UChar32(c), &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

uint64_t mix(uint64_t h, uint64_t value)
{
    // splitmix64's finaliser over the running state.
    h += 0x9E3779B97F4A7C15u + value;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

uint64_t hashWord(const std::string& word)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (const char c : word)
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return mix(h, word.size());
}

std::vector<uint64_t> grams(const std::vector<std::string>& words, size_t n)
{
    std::vector<uint64_t> hashes, all;
    for (const std::string& word : words)
        hashes.push_back(hashWord(word));
    for (size_t i = 0; i + n <= hashes.size(); ++i) {
        uint64_t h = n;
        for (size_t j = i; j < i + n; ++j)
            h = mix(h, hashes[j]);
        all.push_back(h);
    }
    return all;
}

} // namespace

std::vector<std::string> normalisedWords(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    const auto end = [&] {
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
    };
    for (size_t i = 0; i < text.size();) {
        const CodePoint c = decodeUtf8(text, i);
        i += c.bytes;
        if (isSpace(c.value)) {
            end();
        } else if (standsAlone(c.value)) {
            end();
            appendUtf8(word, c.value);
            end();
        } else {
            appendUtf8(word, char32_t(u_tolower(UChar32(c.value))));
        }
    }
    end();
    return words;
}

std::string normalisedText(std::string_view text)
{
    std::string all;
    for (const std::string& word : normalisedWords(text))
        all += (all.empty() ? "" : " ") + word;
    return all;
}

void GramSet::add(std::string_view text)
{
    for (const uint64_t gram : grams(normalisedWords(text), m_n))
        m_grams.insert(gram);
}

std::string GramSet::firstShared(std::string_view text) const
{
    const std::vector<std::string> words = normalisedWords(text);
    const std::vector<uint64_t> all = grams(words, m_n);
    for (size_t i = 0; i < all.size(); ++i)
        if (m_grams.count(all[i])) {
            std::string shared;
            for (size_t j = i; j < i + m_n; ++j)
                shared += (shared.empty() ? "" : " ") + words[j];
            return shared;
        }
    return "";
}

} // namespace aha::data
