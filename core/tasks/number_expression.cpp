// The text is hostile: every bound below keeps the work linear, and nothing recurses. Values are computed only of
// expressions that use the right numbers, so nobody makes us multiply a page of digits.

#include "core/tasks/number_expression.h"

#include "core/base/ascii.h"
#include "core/tasks/answer_tags.h"

#include <gmpxx.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

namespace aha {

namespace {

constexpr int kMaxDepth = 32;

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

/// The value of a postfix expression by one kind of rational numbers; "" on a division by zero, nullopt where that kind
/// cannot hold a value. Rationals: from(digits), + - * / as apply(op, left, right), isZero(), text() in lowest terms.
template <class Rational> std::optional<std::string> evaluateWith(const std::vector<Token>& expression)
{
    std::vector<Rational> values;
    values.reserve(expression.size());
    for (const Token& token : expression) {
        if (token.kind == 'n') {
            values.emplace_back();
            if (!values.back().read(token.text))
                return std::nullopt;
            continue;
        }
        const Rational right = std::move(values.back());
        values.pop_back();
        if (token.kind == '/' && right.isZero())
            return "";
        if (!values.back().apply(token.kind, right))
            return std::nullopt;
    }
    return values.back().text();
}

/// Fits what countdown is about; says so when a value leaves 64 bits.
class SmallRational {
public:
    bool read(std::string_view digits)
    {
        return std::from_chars(digits.data(), digits.data() + digits.size(), m_top).ec == std::errc();
    }
    bool isZero() const { return m_top == 0; }
    bool apply(char op, const SmallRational& right)
    {
        const bool times = op == '*' || op == '/';
        int64_t top = op == '/' ? right.m_bottom : right.m_top, bottom = op == '/' ? right.m_top : right.m_bottom;
        int64_t left = m_top;
        bool overflows = false;
        if (times) {
            overflows |= __builtin_mul_overflow(left, top, &m_top);
        } else {
            overflows |= __builtin_mul_overflow(left, bottom, &left) || __builtin_mul_overflow(top, m_bottom, &top);
            overflows
                |= op == '+' ? __builtin_add_overflow(left, top, &m_top) : __builtin_sub_overflow(left, top, &m_top);
        }
        overflows |= __builtin_mul_overflow(m_bottom, bottom, &m_bottom);
        if (overflows || m_top == INT64_MIN || m_bottom == INT64_MIN)
            return false;
        const int64_t common = std::gcd(m_top, m_bottom) * (m_bottom < 0 ? -1 : 1);
        m_top /= common;
        m_bottom /= common;
        return true;
    }
    std::string text() const { return std::to_string(m_top) + (m_bottom == 1 ? "" : "/" + std::to_string(m_bottom)); }

private:
    int64_t m_top = 0, m_bottom = 1;
};

class BigRational {
public:
    bool read(std::string_view digits) { return m_value.set_str(std::string(digits), 10) == 0; }
    bool isZero() const { return m_value == 0; }
    bool apply(char op, const BigRational& right)
    {
        if (op == '+')
            m_value += right.m_value;
        else if (op == '-')
            m_value -= right.m_value;
        else if (op == '*')
            m_value *= right.m_value;
        else
            m_value /= right.m_value;
        return true;
    }
    std::string text() const { return m_value.get_str(); }

private:
    mpq_class m_value;
};

/// In lowest terms; "" on a division by zero.
std::string valueOf(const std::vector<Token>& expression)
{
    const std::optional<std::string> small = evaluateWith<SmallRational>(expression);
    return small ? *small : *evaluateWith<BigRational>(expression);
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
    const std::string normal = valueOf(*expression), wanted = std::to_string(target);
    if (normal.empty())
        return { Verdict::Wrong, "division_by_zero", "The answer divides by zero.", "" };
    if (normal != wanted) // both canonical
        return { Verdict::Wrong, "wrong_value", "The answer is " + normal + ", not " + wanted + ".", normal };
    return { Verdict::Correct, "ok", "The answer is " + wanted + " and uses every number once.", normal };
}

} // namespace aha
