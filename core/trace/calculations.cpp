#include "core/trace/calculations.h"

#include "core/base/ascii.h"

#include <numeric>
#include <optional>

namespace aha {

namespace {

using Wide = __int128; // products of two 64-bit numbers fit

constexpr size_t kLongestSide = 48; // tokens of one left side: bounds the work at each "="
constexpr int kDeepest = 16;
constexpr size_t kMostDigits = 17;

struct Token {
    enum Kind { Number, Operator, Open, Close, Equals, Comma, Other } kind;
    size_t begin, end;
    char op = 0;
    int64_t numerator = 0, denominator = 1;
};

struct Value {
    int64_t numerator = 0, denominator = 1;
    std::string form;
    int operands = 0;
};

bool isWord(char c) { return isNameStart(c) || (unsigned char)c >= 0x80; }

std::optional<Value> reduced(Wide numerator, Wide denominator)
{
    constexpr Wide most = 1'000'000'000'000'000'000;
    if (denominator == 0)
        return std::nullopt;
    if (denominator < 0)
        numerator = -numerator, denominator = -denominator;
    Wide a = numerator < 0 ? -numerator : numerator, b = denominator;
    while (b)
        std::swap(a %= b, b);
    if (a > 1)
        numerator /= a, denominator /= a;
    if (numerator > most || numerator < -most || denominator > most)
        return std::nullopt;
    return Value { int64_t(numerator), int64_t(denominator), {}, 0 };
}

std::optional<Value> combined(const Value& a, char op, const Value& b)
{
    const Wide an = a.numerator, ad = a.denominator, bn = b.numerator, bd = b.denominator;
    std::optional<Value> out; // parts are at most 10^18, so sums of their products fit
    switch (op) {
    case '+':
        out = reduced(an * bd + bn * ad, ad * bd);
        break;
    case '-':
        out = reduced(an * bd - bn * ad, ad * bd);
        break;
    case '*':
        out = reduced(an * bn, ad * bd);
        break;
    default:
        out = reduced(an * bd, ad * bn);
    }
    if (out) {
        const bool swap = (op == '+' || op == '*') && b.form < a.form;
        out->form = '(' + (swap ? b : a).form + op + (swap ? a : b).form + ')';
        out->operands = a.operands + b.operands;
    }
    return out;
}

/// One operator or sign at `at`, in ASCII, Unicode or LaTeX; {0, 0} for none.
std::pair<char, size_t> operatorAt(std::string_view text, size_t at)
{
    static constexpr std::pair<std::string_view, char> longer[]
        = { { "\xC3\x97", '*' }, { "\xC3\xB7", '/' }, { "\xC2\xB7", '*' }, { "\xE2\x88\x92", '-' },
              { "\xE2\x8B\x85", '*' }, { "\\times", '*' }, { "\\cdot", '*' }, { "\\div", '/' } };
    const char c = text[at];
    if (c == '+' || c == '-' || c == '*' || c == '/')
        return { c, 1 };
    for (const auto& [written, op] : longer)
        if (text.substr(at, written.size()) == written)
            return { op, written.size() };
    return { 0, 0 };
}

std::vector<Token> tokensOf(std::string_view text)
{
    std::vector<Token> tokens;
    for (size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == ' ' || c == '\t') {
            ++at;
            continue;
        }
        Token token { Token::Other, at, at + 1 };
        if (isDigit(c)) {
            size_t digits = 0, end = at;
            bool point = false;
            for (; end < text.size(); ++end) {
                if (text[end] == '.' && !point && end + 1 < text.size() && isDigit(text[end + 1])) {
                    point = true;
                } else if (!isDigit(text[end])) {
                    break;
                } else if (++digits <= kMostDigits) {
                    token.numerator = token.numerator * 10 + (text[end] - '0');
                    token.denominator *= point ? 10 : 1;
                }
            }
            token.end = end;
            const bool glued = (at > 0 && isWord(text[at - 1]) && !operatorAt(text, at - 1).second
                                   && !(at > 1 && operatorAt(text, at - 2).second == 2)
                                   && !(at > 2 && operatorAt(text, at - 3).second == 3))
                || (token.end < text.size() && isWord(text[token.end]) && !operatorAt(text, token.end).second);
            if (digits <= kMostDigits && !glued) {
                token.kind = Token::Number;
                const int64_t common = std::gcd(token.numerator, token.denominator);
                token.numerator /= common, token.denominator /= common;
            }
        } else if (const auto [op, bytes] = operatorAt(text, at); bytes) {
            token.kind = Token::Operator;
            token.op = op;
            token.end = at + bytes;
        } else if (c == '(' || c == ')' || c == '=' || c == ',') {
            token.kind = c == '(' ? Token::Open : c == ')' ? Token::Close : c == '=' ? Token::Equals : Token::Comma;
        } else {
            while (token.end < text.size() && isWord(text[token.end]) && isWord(c))
                ++token.end;
        }
        tokens.push_back(token);
        at = token.end;
    }
    return tokens;
}

/// Sums of products of signed numbers and parentheses over a stretch of tokens.
class Side {
public:
    Side(const std::vector<Token>& tokens, size_t begin, size_t end)
        : m_tokens(tokens)
        , m_at(begin)
        , m_end(end)
    {
    }
    std::optional<Value> whole()
    {
        std::optional<Value> value = sum(0);
        return value && m_at == m_end ? value : std::nullopt;
    }

private:
    bool isOperator(char a, char b) const
    {
        return m_at < m_end && m_tokens[m_at].kind == Token::Operator
            && (m_tokens[m_at].op == a || m_tokens[m_at].op == b);
    }
    std::optional<Value> sum(int depth)
    {
        std::optional<Value> left = product(depth);
        while (left && isOperator('+', '-')) {
            const char op = m_tokens[m_at++].op;
            const std::optional<Value> right = product(depth);
            left = right ? combined(*left, op, *right) : std::nullopt;
        }
        return left;
    }
    std::optional<Value> product(int depth)
    {
        std::optional<Value> left = factor(depth);
        while (left && isOperator('*', '/')) {
            const char op = m_tokens[m_at++].op;
            const std::optional<Value> right = factor(depth);
            left = right ? combined(*left, op, *right) : std::nullopt;
        }
        return left;
    }
    std::optional<Value> factor(int depth)
    {
        if (m_at >= m_end || depth > kDeepest)
            return std::nullopt;
        const Token& token = m_tokens[m_at];
        if (token.kind == Token::Operator && token.op == '-' && m_at + 1 < m_end
            && m_tokens[m_at + 1].kind == Token::Number) {
            const Token& number = m_tokens[m_at + 1];
            m_at += 2;
            return leaf(-number.numerator, number.denominator);
        }
        if (token.kind == Token::Number) {
            ++m_at;
            return leaf(token.numerator, token.denominator);
        }
        if (token.kind != Token::Open)
            return std::nullopt;
        ++m_at;
        std::optional<Value> value = sum(depth + 1);
        if (!value || m_at >= m_end || m_tokens[m_at].kind != Token::Close)
            return std::nullopt;
        ++m_at;
        return value;
    }
    static Value leaf(int64_t numerator, int64_t denominator)
    {
        std::string form = std::to_string(numerator);
        if (denominator != 1)
            form += '|' + std::to_string(denominator);
        return { numerator, denominator, std::move(form), 1 };
    }

    const std::vector<Token>& m_tokens;
    size_t m_at, m_end;
};

} // namespace

std::vector<Calculation> findCalculations(std::string_view text)
{
    const std::vector<Token> tokens = tokensOf(text);
    std::vector<Calculation> found;
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind != Token::Equals)
            continue;
        // The right side: a signed number.
        size_t right = i + 1;
        const bool negative = right < tokens.size() && tokens[right].kind == Token::Operator && tokens[right].op == '-';
        right += negative;
        if (right >= tokens.size() || tokens[right].kind != Token::Number)
            continue;
        // The left side: the longest stretch before "=" that is an expression with an operator.
        size_t first = i;
        while (first > 0 && i - first < kLongestSide && tokens[first - 1].kind <= Token::Close)
            --first;
        std::optional<Value> left;
        for (; first + 2 < i && !left; ++first)
            if (left = Side(tokens, first, i).whole(); left && left->operands > 1)
                break;
            else
                left.reset();
        if (!left)
            continue;
        const int64_t value = negative ? -tokens[right].numerator : tokens[right].numerator;
        Calculation calculation { tokens[first].begin, tokens[right].end,
            value == left->numerator && tokens[right].denominator == left->denominator, false, value,
            tokens[right].denominator, left->operands, std::move(left->form) };
        for (size_t t = first; t < i && !found.empty() && !calculation.usesPrevious; ++t) {
            const bool minus = t > first && tokens[t - 1].kind == Token::Operator && tokens[t - 1].op == '-'
                && (t - 1 == first || tokens[t - 2].kind == Token::Operator || tokens[t - 2].kind == Token::Open);
            calculation.usesPrevious = tokens[t].kind == Token::Number
                && (minus ? -tokens[t].numerator : tokens[t].numerator) == found.back().numerator
                && tokens[t].denominator == found.back().denominator;
        }
        found.push_back(std::move(calculation));
    }
    return found;
}

} // namespace aha
