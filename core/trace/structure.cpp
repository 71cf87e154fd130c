#include "core/trace/structure.h"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace aha {

std::vector<TagSpan> findTags(std::string_view text)
{
    static constexpr std::pair<std::string_view, TagSpan::Kind> tags[]
        = { { "<think>", TagSpan::ThinkOpen }, { "</think>", TagSpan::ThinkClose }, { "<answer>", TagSpan::AnswerOpen },
              { "</answer>", TagSpan::AnswerClose } };
    std::vector<TagSpan> found;
    for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
        for (const auto& [tag, kind] : tags)
            if (text.substr(at, tag.size()) == tag)
                found.push_back({ at, at + tag.size(), kind });
    return found;
}

std::string_view reasoningOf(std::string_view text)
{
    const size_t open = text.find("<think>");
    const size_t begin = open == std::string_view::npos ? 0 : open + 7;
    const size_t end = text.find("</think>", begin);
    return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

double repeatedNgramShare(std::string_view text, int n)
{
    std::vector<std::string_view> words;
    for (size_t at = 0; at < text.size();) {
        const size_t begin = text.find_first_not_of(" \t\r\n", at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
        words.push_back(text.substr(begin, at - begin));
    }
    if (n < 1 || words.size() < size_t(n))
        return 0;
    std::unordered_set<std::string_view> seen;
    size_t repeated = 0;
    const size_t count = words.size() - size_t(n) + 1;
    for (size_t i = 0; i < count; ++i) {
        const char* begin = words[i].data();
        const std::string_view& last = words[i + size_t(n) - 1];
        repeated += !seen.insert({ begin, size_t(last.data() + last.size() - begin) }).second;
    }
    return double(repeated) / double(count);
}

} // namespace aha
