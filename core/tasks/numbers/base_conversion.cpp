// Whole numbers from one base to another, 2 to 36.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr int64_t kLargest = 1'000'000'000'000;

std::string inBase(int64_t value, int64_t base)
{
    std::string digits;
    do
        digits += kDigits[size_t(value % base)];
    while (value /= base);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

/// nullopt: a character that is no digit of the base, or a value beyond kLargest.
std::optional<int64_t> valueOf(std::string_view digits, int64_t base)
{
    int64_t value = 0;
    for (const char c : digits) {
        const size_t digit = kDigits.find(c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c);
        if (digit == std::string_view::npos || int64_t(digit) >= base)
            return std::nullopt;
        value = value * base + int64_t(digit);
        if (value > kLargest)
            return std::nullopt;
    }
    return digits.empty() ? std::nullopt : std::optional(value);
}

struct Problem {
    std::string digits;
    int64_t from, to, value;
};

class BaseConversion : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const int64_t from = shape.from ? shape.from : rng.between(2, shape.largestBase);
        const int64_t to = shape.to ? shape.to : rng.between(2, shape.largestBase);
        if (from == to)
            return std::nullopt;
        const std::string digits = inBase(rng.between(shape.smallest, shape.largest), from);
        return Drawn { "Write " + digits + " (base " + std::to_string(from) + ") in base " + std::to_string(to) + "."
                + (from > 10 || to > 10 ? " The digits after 9 are A, B, C and so on." : ""),
            Json { { "digits", digits }, { "from", from }, { "to", to } }.dump(), "" };
    }

    /// Upper or lower case; zeros in front do not change a number.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        for (const char c : answer)
            if (!valueOf(std::string_view(&c, 1), problem->to))
                return AnswerCheck { Verdict::Malformed, "not_a_number",
                    "The answer is not one number of digits of base " + std::to_string(problem->to) + ".", "" };
        const std::string_view bare
            = answer.substr(std::min(answer.find_first_not_of('0'), answer.size() - !answer.empty()));
        const std::string wanted = inBase(problem->value, problem->to);
        const std::optional<int64_t> value = valueOf(bare, problem->to);
        if (!value)
            return AnswerCheck { Verdict::Wrong, "wrong_value", "The answer is " + wanted + ", not a number that long.",
                "" };
        const std::string normal = inBase(*value, problem->to);
        if (*value != problem->value)
            return AnswerCheck { Verdict::Wrong, "wrong_value", "The answer is " + wanted + ", not " + normal + ".",
                normal };
        return AnswerCheck { Verdict::Correct, "ok", "The answer is " + wanted + ".", normal };
    }

    /// By long division of the digits themselves, without ever holding the value.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::vector<int64_t> rest;
        for (const char c : problem->digits)
            rest.push_back(*valueOf(std::string_view(&c, 1), problem->from));
        std::string answer;
        while (!rest.empty()) {
            std::vector<int64_t> quotient;
            int64_t carry = 0;
            for (const int64_t digit : rest) {
                carry = carry * problem->from + digit;
                if (!quotient.empty() || carry >= problem->to)
                    quotient.push_back(carry / problem->to);
                carry %= problem->to;
            }
            answer.insert(answer.begin(), kDigits[size_t(carry)]);
            rest = std::move(quotient);
        }
        return answer;
    }

private:
    struct Level {
        const char* text;
        int64_t from, to; ///< 0: any
        int64_t largestBase, smallest, largest;
    };
    static constexpr Level kLevels[] = {
        { "binary, up to eight digits, to decimal", 2, 10, 0, 1, 255 },
        { "decimal, up to three digits, to binary", 10, 2, 0, 2, 255 },
        { "to decimal from bases 2 to 9", 0, 10, 9, 10, 999 },
        { "between bases 2 to 10", 0, 0, 10, 10, 999 },
        { "between bases 2 to 16, up to 9999", 0, 0, 16, 100, 9999 },
        { "between bases 2 to 36, up to a million", 0, 0, 36, 1000, 999999 },
    };

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> digits = textField(item, "digits", 64);
        const Result<int64_t> from = wholeField(item, "from", 2, 36), to = wholeField(item, "to", 2, 36);
        if (!digits || !from || !to)
            return !digits ? digits.error() : !from ? from.error() : to.error();
        const std::optional<int64_t> value = valueOf(*digits, *from);
        if (!value)
            return invalidItem("\"digits\" are not a number of base " + std::to_string(*from) + ".");
        return Problem { *digits, *from, *to, *value };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeBaseConversion(const TaskConfig&) { return std::make_unique<BaseConversion>(); }

} // namespace aha
