#pragma once
// Bounds JSON text before a parser sees it: its nesting (printing and comparing parsed JSON recurse) and its values.

#include <string_view>

namespace aha {

/// Deepest nesting that any of this project's files and lines may have.
inline constexpr int kMaxJsonDepth = 64;

/// Calls visit(c) for every character outside strings until it returns false; the answer is whether it never did.
template <class Visit> bool everyJsonMark(std::string_view text, Visit&& visit)
{
    bool inString = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (!visit(c)) {
            return false;
        }
    }
    return true;
}

/// False when brackets outside strings nest deeper than `limit`. Says nothing about validity. Linear.
inline bool jsonDepthWithin(std::string_view text, int limit = kMaxJsonDepth)
{
    int depth = 0;
    return everyJsonMark(text, [&](char c) {
        if (c == '}' || c == ']')
            --depth;
        return (c != '{' && c != '[') || ++depth <= limit;
    });
}

/// False when the text has more values than `limit`; commas and opening brackets are an upper bound. Linear.
inline bool jsonValuesWithin(std::string_view text, size_t limit)
{
    size_t values = 0;
    return everyJsonMark(text, [&](char c) { return (c != ',' && c != '[' && c != '{') || ++values <= limit; });
}

} // namespace aha
