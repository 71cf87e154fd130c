#include "core/rewards/reasoning_steps.h"

#include "core/base/utf8.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace aha {

namespace {

/// Bytes of decimal digits of any script at `at`: Python's \d+.
size_t digits(std::string_view text, size_t at)
{
    size_t end = at;
    while (end < text.size()) {
        const CodePoint c = decodeUtf8(text, end);
        if (!u_isdigit(UChar32(c.value)))
            break;
        end += c.bytes;
    }
    return end - at;
}

/// Bytes of the match that starts at `at`; 0 for none.
size_t stepAt(std::string_view text, size_t at)
{
    const auto has = [text](size_t from, std::string_view what) { return text.substr(from, what.size()) == what; };
    if (has(at, "Step "))
        if (const size_t n = digits(text, at + 5); n > 0 && has(at + 5 + n, ":"))
            return 6 + n;
    if (at == 0)
        if (const size_t n = digits(text, 0); n > 0 && has(n, "."))
            return n + 1;
    for (const std::string_view mark : { "\n-", "\n*", "First,", "Second,", "Next,", "Finally," })
        if (has(at, mark))
            return mark.size();
    return 0;
}

} // namespace

double reasoningSteps(std::string_view text)
{
    size_t steps = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t length = stepAt(text, at);
        steps += length > 0;
        at += std::max<size_t>(length, 1);
    }
    return std::min(1.0, double(steps) / 3);
}

} // namespace aha
