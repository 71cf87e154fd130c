#include "core/trace/repetition.h"

#include "core/base/ascii.h"

#include <cstdint>
#include <unordered_set>

namespace aha {

std::vector<std::pair<size_t, size_t>> repeatedStretches(std::string_view text, int words)
{
    struct Word {
        size_t begin, end;
        uint64_t hash;
    };
    std::vector<Word> all;
    for (size_t at = 0; at < text.size();) {
        if (isSpace(text[at])) {
            ++at;
            continue;
        }
        size_t end = at + 1;
        if ((unsigned char)text[at] >= 0x80)
            while (end < text.size() && ((unsigned char)text[end] & 0xC0) == 0x80)
                ++end;
        else
            while (end < text.size() && !isSpace(text[end]) && (unsigned char)text[end] < 0x80)
                ++end;
        uint64_t hash = 1469598103934665603ull;
        for (size_t b = at; b < end; ++b)
            hash = (hash ^ (unsigned char)text[b]) * 1099511628211ull;
        all.push_back({ at, end, hash });
        at = end;
    }
    std::vector<std::pair<size_t, size_t>> found;
    if (words < 1 || all.size() < size_t(words))
        return found;
    // A rolling hash over the words: every sequence costs the same, however long it is.
    constexpr uint64_t kBase = 0x9E3779B97F4A7C15ull;
    uint64_t lead = 1, rolling = 0;
    for (int i = 1; i < words; ++i)
        lead *= kBase;
    std::unordered_set<uint64_t> seen;
    for (size_t i = 0; i < all.size(); ++i) {
        if (i >= size_t(words))
            rolling -= lead * all[i - size_t(words)].hash;
        rolling = rolling * kBase + all[i].hash;
        if (i + 1 < size_t(words) || seen.insert(rolling).second)
            continue;
        const size_t begin = all[i + 1 - size_t(words)].begin;
        if (!found.empty() && begin <= found.back().second)
            found.back().second = all[i].end;
        else
            found.emplace_back(begin, all[i].end);
    }
    return found;
}

} // namespace aha
