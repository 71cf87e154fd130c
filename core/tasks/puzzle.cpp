#include "core/tasks/puzzle.h"

#include "core/base/ascii.h"

namespace aha {

namespace {

std::string normalText(std::string_view text)
{
    std::string normal;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            if (!normal.empty() && normal.back() != ' ')
                normal += ' ';
        } else {
            normal += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        }
    }
    if (!normal.empty() && normal.back() == ' ')
        normal.pop_back();
    return normal;
}

} // namespace

std::vector<PuzzleEntry> allPuzzles()
{
    std::vector<PuzzleEntry> all = numberPuzzles();
    for (const std::vector<PuzzleEntry>& more : { logicPuzzles(), wordPuzzles() })
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::optional<int64_t> wholeNumber(std::string_view text)
{
    const bool negative = !text.empty() && text[0] == '-';
    if (negative || (!text.empty() && text[0] == '+'))
        text.remove_prefix(1);
    int64_t value = 0;
    int digits = 0;
    const size_t comma = text.find(',');
    for (size_t i = 0; i < text.size(); ++i) {
        const bool separates = comma != std::string_view::npos && i >= comma && (i - comma) % 4 == 0;
        if (separates ? text[i] != ',' || i == 0 || comma > 3 || i + 4 > text.size() : !isDigit(text[i]))
            return std::nullopt;
        if (separates)
            continue;
        if (++digits > 18)
            return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    if (digits == 0 || (comma != std::string_view::npos && (text.size() - comma) % 4 != 0))
        return std::nullopt;
    return negative ? -value : value;
}

AnswerCheck checkWholeNumber(int64_t expected, std::string_view answer)
{
    const std::optional<int64_t> value = wholeNumber(answer);
    if (!value)
        return { Verdict::Malformed, "not_a_number", "The answer is not one whole number." };
    if (*value == expected)
        return { Verdict::Correct, "ok", "The answer is " + std::to_string(expected) + ".", std::to_string(*value) };
    return { Verdict::Wrong, "wrong_value",
        "The answer is " + std::to_string(expected) + ", not " + std::to_string(*value) + ".", std::to_string(*value) };
}

AnswerCheck checkText(std::string_view expected, std::string_view answer)
{
    const std::string right = normalText(expected), given = normalText(answer);
    if (given == right)
        return { Verdict::Correct, "ok", "The answer is " + std::string(expected) + ".", given };
    return { Verdict::Wrong, "wrong_value", "The answer is " + std::string(expected) + ".", given };
}

} // namespace aha
