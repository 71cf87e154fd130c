// The text is hostile: every bound below keeps the work linear, and nothing recurses. Values are computed only of
// expressions that use the right numbers, so nobody makes us multiply a page of digits.

#include "core/tasks/number_expression.h"

#include "core/tasks/answer_tags.h"

#include <gmpxx.h>

#include <algorithm>
#include <charconv>

namespace aha {

namespace {

constexpr int kMaxDepth = 32;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct Token {
    char kind; // 'n' or the character itself
    std::string_view text;
};

std::vector<Token> tokensOf(std::string_view answer)
{
    std::vector<Token> tokens;
    for (size_t at = 0; at < answer.size();) {
        if (isBlank(answer[at])) {
            ++at;
            continue;
        }
        size_t stop = at + 1;
        if (isDigit(answer[at]))
            while (stop < answer.size() && isDigit(answer[stop]))
                ++stop;
        tokens.push_back({ isDigit(answer[at]) ? 'n' : answer[at], answer.substr(at, stop - at) });
        at = stop;
    }
    return tokens;
}

/// Operands before their operator (shunting yard). nullopt: not an expression.
std::optional<std::vector<Token>> postfix(const std::vector<Token>& tokens)
{
    std::vector<Token> out, operators;
    const auto rank = [](char op) { return op == '*' || op == '/' ? 2 : op == '(' ? 0 : 1; };
    const auto apply = [&] {
        out.push_back(operators.back());
        operators.pop_back();
    };
    bool wantsOperand = true;
    for (const Token& token : tokens) {
        if ((token.kind == 'n' || token.kind == '(') != wantsOperand)
            return std::nullopt;
        if (token.kind == 'n') {
            out.push_back(token);
            wantsOperand = false;
        } else if (token.kind == '(') {
            operators.push_back(token);
        } else if (token.kind == ')') {
            while (!operators.empty() && operators.back().kind != '(')
                apply();
            if (operators.empty())
                return std::nullopt;
            operators.pop_back();
        } else {
            while (!operators.empty() && rank(operators.back().kind) >= rank(token.kind))
                apply();
            operators.push_back(token);
            wantsOperand = true;
        }
    }
    if (wantsOperand)
        return std::nullopt;
    while (!operators.empty()) {
        if (operators.back().kind == '(')
            return std::nullopt;
        apply();
    }
    return out;
}

/// A value that becomes nothing on a division by zero.
std::optional<mpq_class> evaluate(const std::vector<Token>& expression)
{
    std::vector<mpq_class> values;
    for (const Token& token : expression) {
        if (token.kind == 'n') {
            values.emplace_back(mpz_class(std::string(token.text), 10));
            continue;
        }
        const mpq_class right = values.back();
        values.pop_back();
        mpq_class& left = values.back();
        if (token.kind == '/' && right == 0)
            return std::nullopt;
        if (token.kind == '+')
            left += right;
        else if (token.kind == '-')
            left -= right;
        else if (token.kind == '*')
            left *= right;
        else
            left /= right;
    }
    return values.back();
}

bool usesExactly(std::span<const int64_t> numbers, const std::vector<Token>& tokens)
{
    std::vector<int64_t> given(numbers.begin(), numbers.end()), used;
    for (const Token& token : tokens) {
        if (token.kind != 'n')
            continue;
        int64_t value = 0;
        if (std::from_chars(token.text.data(), token.text.data() + token.text.size(), value).ec != std::errc()
            || used.size() == given.size())
            return false;
        used.push_back(value);
    }
    std::sort(used.begin(), used.end());
    std::sort(given.begin(), given.end());
    return used == given;
}

} // namespace

AnswerCheck checkExpression(std::span<const int64_t> numbers, int64_t target, std::string_view answer)
{
    const auto malformed = [](const char* reason, std::string words) {
        return AnswerCheck { Verdict::Malformed, reason, std::move(words), "" };
    };
    for (const char c : answer)
        if (!isDigit(c) && !isBlank(c) && std::string_view("+-*/()").find(c) == std::string_view::npos)
            return malformed("bad_character", "The answer holds something other than digits, + - * / and parentheses.");
    if (answer.size() > kMaxAnswer)
        return malformed("too_long", "The answer is longer than " + std::to_string(kMaxAnswer) + " characters.");
    const std::vector<Token> tokens = tokensOf(answer);
    int depth = 0, deepest = 0;
    for (const Token& token : tokens) {
        if (token.kind == 'n' && token.text.size() > 1 && token.text[0] == '0')
            return malformed("leading_zero", "The number " + std::string(token.text) + " starts with a zero.");
        depth += (token.kind == '(') - (token.kind == ')');
        deepest = std::max(deepest, depth);
    }
    if (deepest > kMaxDepth)
        return malformed("too_deep", "More than 32 parentheses are open at once.");
    const std::optional<std::vector<Token>> expression = postfix(tokens);
    if (!expression)
        return malformed("syntax", "The answer is not an expression of numbers, + - * / and parentheses.");
    if (!usesExactly(numbers, tokens)) {
        std::string listed;
        for (const int64_t number : numbers)
            listed += (listed.empty() ? "" : ", ") + std::to_string(number);
        return { Verdict::Wrong, "wrong_numbers", "The answer must use each of " + listed + " exactly once.", "" };
    }
    const std::optional<mpq_class> value = evaluate(*expression);
    if (!value)
        return { Verdict::Wrong, "division_by_zero", "The answer divides by zero.", "" };
    const std::string normal = value->get_str(), wanted = std::to_string(target);
    if (normal != wanted) // both canonical
        return { Verdict::Wrong, "wrong_value", "The answer is " + normal + ", not " + wanted + ".", normal };
    return { Verdict::Correct, "ok", "The answer is " + wanted + " and uses every number once.", normal };
}

} // namespace aha
