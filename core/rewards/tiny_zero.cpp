#include "core/rewards/tiny_zero.h"

#include "core/rewards/expression.h"
#include "core/rewards/text_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace aha {

namespace {

constexpr double kAnswered = 0.1; // the reference's format_score
constexpr size_t kNone = std::string_view::npos;

/// The last non-overlapping <answer>(.*?)</answer> in one line of text.
std::optional<std::string_view> lastAnswer(std::string_view text)
{
    std::optional<std::string_view> last;
    for (size_t open = text.find("<answer>"); open != kNone;) {
        const size_t begin = open + 8, end = text.find("</answer>", begin);
        if (end == kNone)
            break;
        const std::string_view inside = text.substr(begin, end - begin);
        if (inside.find('\n') == kNone) {
            last = inside;
            open = text.find("<answer>", end + 9);
        } else { // the dot stops at the end of a line
            open = text.find("<answer>", begin);
        }
    }
    return last ? std::optional(stripText(*last)) : std::nullopt;
}

/// The digit runs of `text`; empty when one is too long for a number or written with a leading zero, which Python
/// refuses.
std::optional<std::vector<int64_t>> numbersIn(std::string_view text)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::vector<int64_t> numbers;
    for (size_t at = 0; at < text.size();) {
        if (!isDigit(text[at])) {
            ++at;
            continue;
        }
        int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
        const size_t past = size_t(end - text.data());
        if (error != std::errc() || (text[at] == '0' && value != 0))
            return std::nullopt;
        numbers.push_back(value);
        at = past;
    }
    return numbers;
}

} // namespace

double tinyZeroCountdown(std::string_view completion, const std::vector<int64_t>& numbers, int64_t target)
{
    const size_t line = completion.rfind('\n');
    const std::optional<std::string_view> answer = lastAnswer(line == kNone ? completion : completion.substr(line + 1));
    if (!answer)
        return 0;
    std::optional<std::vector<int64_t>> used = numbersIn(*answer);
    std::vector<int64_t> given = numbers;
    std::sort(given.begin(), given.end());
    if (!used || (std::sort(used->begin(), used->end()), *used != given))
        return kAnswered;
    if (answer->find_first_not_of("0123456789+-*/(). \t\r\n\v\f") != kNone)
        return kAnswered;
    const Result<RewardExpression> equation = RewardExpression::parse(*answer, {});
    return equation.ok() && std::abs(equation->value({}) - double(target)) < 1e-5 ? 1 : kAnswered;
}

double tinyZeroMultiply(std::string_view completion, int64_t product)
{
    const std::optional<std::string_view> answer = lastAnswer(completion);
    if (!answer || answer->empty())
        return 0;
    std::string_view digits = *answer;
    if (digits.front() == '+')
        digits.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error == std::errc::invalid_argument || end != digits.data() + digits.size())
        return 0;
    return error == std::errc() && value == product ? 1 : kAnswered;
}

} // namespace aha
