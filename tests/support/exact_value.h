#pragma once
// The value of an expression of whole numbers, + - * / and parentheses, by recursive descent: for tests whose texts are
// short, independent of the code under test.

#include <cctype>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>

namespace aha::support {

struct ExactValue { // in lowest terms, under > 0
    int64_t over = 0, under = 1;
    bool operator==(const ExactValue& other) const { return over == other.over && under == other.under; }
};

class ExactReader {
public:
    ExactReader(std::string text, bool signs)
        : m_text(std::move(text))
        , m_signs(signs)
    {
    }
    std::optional<ExactValue> whole()
    {
        const std::optional<ExactValue> value = sum();
        return next() == 0 ? value : std::nullopt;
    }

private:
    char next()
    {
        while (m_at < m_text.size() && m_text[m_at] == ' ')
            ++m_at;
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }
    static std::optional<ExactValue> lowest(int64_t over, int64_t under)
    {
        if (under == 0)
            return std::nullopt;
        const int64_t divisor = std::gcd(over, under) * (under < 0 ? -1 : 1);
        return ExactValue { over / divisor, under / divisor };
    }
    std::optional<ExactValue> sum()
    {
        std::optional<ExactValue> left = product();
        while (left && (next() == '+' || next() == '-')) {
            const int64_t sign = m_text[m_at++] == '-' ? -1 : 1;
            const std::optional<ExactValue> right = product();
            if (!right)
                return std::nullopt;
            left = lowest(left->over * right->under + sign * right->over * left->under, left->under * right->under);
        }
        return left;
    }
    std::optional<ExactValue> product()
    {
        std::optional<ExactValue> left = factor();
        while (left && (next() == '*' || next() == '/')) {
            const bool divides = m_text[m_at++] == '/';
            const std::optional<ExactValue> right = factor();
            if (!right)
                return std::nullopt;
            left = divides ? lowest(left->over * right->under, left->under * right->over)
                           : lowest(left->over * right->over, left->under * right->under);
        }
        return left;
    }
    std::optional<ExactValue> factor()
    {
        if (next() == '(') {
            ++m_at;
            const std::optional<ExactValue> value = sum();
            if (!value || next() != ')')
                return std::nullopt;
            ++m_at;
            return value;
        }
        if (m_signs && next() == '-') {
            ++m_at;
            const std::optional<ExactValue> value = factor();
            return value ? lowest(-value->over, value->under) : std::nullopt;
        }
        const size_t begin = m_at;
        while (m_at < m_text.size() && std::isdigit(m_text[m_at]))
            ++m_at;
        if (begin == m_at || m_at - begin > 9)
            return std::nullopt;
        return ExactValue { std::stoll(m_text.substr(begin, m_at - begin)), 1 };
    }

    std::string m_text;
    bool m_signs;
    size_t m_at = 0;
};

/// nullopt: not an expression, or a division by zero. `signs`: "-3" is a number too.
inline std::optional<ExactValue> exactValue(const std::string& text, bool signs = false)
{
    return ExactReader(text, signs).whole();
}

} // namespace aha::support
