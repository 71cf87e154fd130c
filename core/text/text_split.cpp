#include "core/text/text_split.h"

#include "core/base/utf8.h"

#include <vector>

namespace aha {

namespace {

struct Part {
    size_t begin, end;
    bool match;
};

/// Matches and what lies between, covering the text. An empty match right after a match is skipped, as Oniguruma's
/// iterator does; other empty ones are boundaries.
template <class Visit> void forEachPart(std::string_view text, TextRegex::Matcher& matcher, Visit&& visit)
{
    size_t previous = 0, from = 0, lastEnd = size_t(-1), begin = 0, end = 0;
    while (from <= text.size() && matcher.find(text, from, begin, end)) {
        if (begin == end && end == lastEnd) {
            from += from < text.size() ? decodeUtf8(text, from).bytes : 1;
            continue;
        }
        from = lastEnd = end;
        if (previous != begin)
            visit(previous, begin, false);
        visit(begin, end, true);
        previous = end;
    }
    if (previous != text.size())
        visit(previous, text.size(), false);
}

} // namespace

void splitText(std::string_view text, TextRegex::Matcher& matcher, SplitBehavior behavior, bool invert,
    const std::function<void(size_t, size_t)>& piece)
{
    const auto emit = [&](size_t begin, size_t end) {
        if (begin != end)
            piece(begin, end);
    };
    if (behavior == SplitBehavior::Isolated)
        return forEachPart(text, matcher, [&](size_t begin, size_t end, bool) { emit(begin, end); });
    if (behavior == SplitBehavior::Removed)
        return forEachPart(text, matcher, [&](size_t begin, size_t end, bool match) {
            if (match == invert)
                emit(begin, end);
        });
    std::vector<Part> parts, merged;
    forEachPart(text, matcher, [&](size_t b, size_t e, bool match) { parts.push_back({ b, e, match != invert }); });
    bool previous = false;
    if (behavior == SplitBehavior::MergedWithNext) {
        for (size_t i = parts.size(); i-- > 0;) {
            if (parts[i].match && !previous && !merged.empty())
                merged.back().begin = parts[i].begin;
            else
                merged.push_back(parts[i]);
            previous = parts[i].match;
        }
        for (size_t i = merged.size(); i-- > 0;)
            emit(merged[i].begin, merged[i].end);
        return;
    }
    for (const Part& part : parts) {
        const bool joins = behavior == SplitBehavior::Contiguous ? part.match == previous : part.match && !previous;
        if (joins && !merged.empty())
            merged.back().end = part.end;
        else
            merged.push_back(part);
        previous = part.match;
    }
    for (const Part& part : merged)
        emit(part.begin, part.end);
}

} // namespace aha
