#include "core/rewards/format.h"

#include <string>

namespace aha {

namespace {

constexpr size_t kNone = std::string_view::npos;

/// Past the first `what` at or after `from`; kNone when there is none. The first serves: whatever the rest of an
/// expression finds after a later one, it finds after the first.
size_t past(std::string_view text, std::string_view what, size_t from)
{
    const size_t at = from == kNone ? kNone : text.find(what, from);
    return at == kNone ? kNone : at + what.size();
}

/// Past "<think>\n … \n</think>\n<answer>\n" at the start.
size_t pastReasoning(std::string_view text)
{
    constexpr std::string_view open = "<think>\n";
    return text.substr(0, open.size()) == open ? past(text, "\n</think>\n<answer>\n", open.size()) : kNone;
}

/// Is there a "\n</answer>" at or after `from` that ends the text or a line?
bool answerEnds(std::string_view text, size_t from)
{
    for (size_t end = past(text, "\n</answer>", from); end != kNone; end = past(text, "\n</answer>", end))
        if (end == text.size() || text[end] == '\n')
            return true;
    return false;
}

} // namespace

double openR1Format(std::string_view text) { return answerEnds(text, pastReasoning(text)) ? 1 : 0; }

double codeFormat(std::string_view text, std::string_view language)
{
    const size_t block = past(text, "```" + std::string(language), pastReasoning(text));
    return answerEnds(text, past(text, "```", block)) ? 1 : 0;
}

double thinkFormat(std::string_view text)
{
    constexpr std::string_view open = "<think>";
    return text.substr(0, open.size()) == open && text.find(open, open.size()) == kNone
            && text.find("</think>", open.size()) != kNone
        ? 1
        : 0;
}

} // namespace aha
