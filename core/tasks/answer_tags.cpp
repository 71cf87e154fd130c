#include "core/tasks/answer_tags.h"

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr std::string_view kTags[] = { "<think>", "</think>", "<answer>", "</answer>" };

std::string_view strip(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    const size_t begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

size_t codePoints(std::string_view text)
{
    return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (uint8_t(c) & 0xC0) != 0x80; }));
}

/// White space, at most one <think>, text without tags, </think>, white space, one <answer>…</answer>, white space.
bool hasFormat(std::string_view text)
{
    text = strip(text);
    const auto take = [&text](std::string_view prefix) {
        if (text.substr(0, prefix.size()) != prefix)
            return false;
        text.remove_prefix(prefix.size());
        return true;
    };
    /// Up to the first of the four tags, which must be `closing`.
    const auto takeUntil = [&](std::string_view closing) {
        for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
            for (const std::string_view tag : kTags)
                if (text.substr(at, tag.size()) == tag) {
                    text.remove_prefix(at);
                    return take(closing);
                }
        return false;
    };
    take("<think>");
    if (!takeUntil("</think>"))
        return false;
    text = strip(text);
    return take("<answer>") && takeUntil("</answer>") && text.empty();
}

} // namespace

AnswerTags readAnswerTags(std::string_view text, size_t maxCharacters)
{
    AnswerTags tags;
    tags.format = hasFormat(text);
    const auto refuse = [&](const char* reason, std::string words) {
        tags.reason = reason;
        tags.explanation = std::move(words);
        return tags;
    };
    const size_t end = text.rfind("</think>");
    if (end == std::string_view::npos)
        return refuse("no_think_end", "The reasoning never ends: there is no </think>.");
    const std::string_view tail = text.substr(end + 8);
    const size_t close = tail.rfind("</answer>");
    const size_t open = close == std::string_view::npos || close == 0 ? std::string_view::npos
                                                                      : tail.substr(0, close).rfind("<answer>");
    if (open == std::string_view::npos)
        return refuse("no_answer", "There is no <answer>…</answer> after </think>.");
    const std::string_view answer = strip(tail.substr(open + 8, close - open - 8));
    if (answer.empty())
        return refuse("empty_answer", "The answer is empty.");
    if (codePoints(answer) > maxCharacters)
        return refuse("too_long", "The answer is longer than " + std::to_string(maxCharacters) + " characters.");
    tags.answer = answer;
    return tags;
}

double tagShare(std::string_view text)
{
    double share = 0;
    for (const std::string_view tag : kTags) {
        const size_t first = text.find(tag);
        share += first != std::string_view::npos && text.find(tag, first + 1) == std::string_view::npos ? 0.25 : 0;
    }
    return share;
}

} // namespace aha
