#pragma once
// Bounds the nesting of JSON text before a parser sees it: printing and comparing parsed JSON recurse.

#include <string_view>

namespace aha {

/// Deepest nesting that any of this project's files and lines may have.
inline constexpr int kMaxJsonDepth = 64;

/// False when brackets outside strings nest deeper than `limit`. Says nothing about validity. Linear.
inline bool jsonDepthWithin(std::string_view text, int limit = kMaxJsonDepth)
{
    int depth = 0;
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
        } else if (c == '{' || c == '[') {
            if (++depth > limit)
                return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

} // namespace aha
