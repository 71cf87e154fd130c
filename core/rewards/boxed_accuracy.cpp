#include "core/rewards/boxed_accuracy.h"

#include "core/rewards/text_words.h"
#include "core/tasks/exact_answer.h"

#include <algorithm>
#include <vector>

namespace aha {

namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kGap = 20; // bytes

struct Box {
    size_t begin, end; ///< of the whole \boxed{…}
    std::string_view content;
};

std::vector<Box> boxesOf(std::string_view text)
{
    constexpr std::string_view open = "\\boxed{";
    std::vector<Box> boxes;
    for (size_t at = text.find(open); at != kNone; at = text.find(open, at + open.size())) {
        int depth = 1;
        size_t end = at + open.size();
        for (; end < text.size() && depth > 0; ++end)
            depth += (text[end] == '{') - (text[end] == '}');
        if (depth == 0)
            boxes.push_back({ at, end, text.substr(at + open.size(), end - 1 - at - open.size()) });
    }
    return boxes;
}

/// What stands between the first `open` and the next `close`.
std::optional<std::string_view> between(std::string_view text, std::string_view open, std::string_view close)
{
    const size_t begin = text.find(open);
    if (begin == kNone)
        return std::nullopt;
    const size_t from = begin + open.size(), end = text.find(close, from);
    if (end == kNone || end == from)
        return std::nullopt;
    return text.substr(from, end - from);
}

std::optional<std::string> goldOf(std::string_view gold)
{
    if (const std::vector<Box> boxes = boxesOf(gold); !boxes.empty())
        return normalAnswer(boxes.back().content);
    using Pair = std::pair<std::string_view, std::string_view>;
    for (const auto& [open, close] : { Pair("$$", "$$"), Pair("\\[", "\\]"), Pair("$", "$"), Pair("\\(", "\\)") })
        if (const std::optional<std::string_view> inside = between(gold, open, close))
            return normalAnswer(*inside);
    return std::nullopt;
}

} // namespace

std::optional<double> boxedAccuracy(std::string_view gold, std::string_view completion)
{
    const std::optional<std::string> wanted = goldOf(gold);
    if (!wanted)
        return std::nullopt;
    const std::vector<Box> boxes = boxesOf(completion);
    for (size_t i = boxes.size(); i-- > 0;) {
        if (normalAnswer(boxes[i].content) != *wanted)
            return 0;
        if (i == 0 || boxes[i].begin >= boxes[i - 1].end + kGap)
            return 1;
    }
    return 0;
}

std::optional<double> reasoningAccuracy(std::string_view gold, std::string_view completion)
{
    const size_t end = completion.rfind("</think>");
    return end == kNone ? std::optional<double>(0) : boxedAccuracy(gold, completion.substr(end + 8));
}

} // namespace aha
