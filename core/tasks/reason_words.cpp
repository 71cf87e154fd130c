#include "core/tasks/reason_words.h"

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr std::pair<std::string_view, std::string_view> kReasons[] = {
    { "ok", "the answer is right" },
    { "no_think_end", "the reasoning never ends: no </think>" },
    { "no_answer", "no <answer> … </answer> after the reasoning" },
    { "empty_answer", "nothing stands between the answer tags" },
    { "too_long", "the answer is longer than any answer may be" },
    { "bad_character", "the answer has a character that no expression has" },
    { "leading_zero", "a number in the answer begins with 0" },
    { "too_deep", "the answer has too many parentheses" },
    { "syntax", "the answer is no expression" },
    { "wrong_numbers", "the answer does not use each given number once" },
    { "division_by_zero", "the answer divides by zero" },
    { "wrong_value", "the answer has another value" },
    { "not_a_number", "the answer is no number" },
    { "not_yes_no_unknown", "the answer is none of yes, no, unknown" },
    { "language", "the program is in another language" },
    { "no_code", "the answer holds no program" },
    { "bad_item", "the problem itself could not be read" },
};

} // namespace

std::vector<std::string> reasonCodes()
{
    std::vector<std::string> codes;
    for (const auto& [name, words] : kReasons)
        if (name != "ok")
            codes.emplace_back(name);
    return codes;
}

std::string reasonWords(std::string_view code)
{
    for (const auto& [name, words] : kReasons)
        if (name == code)
            return std::string(words);
    std::string words(code);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

} // namespace aha
