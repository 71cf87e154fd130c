#pragma once
// Countdown by brute force and by plain evaluation, independent of the code under test.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aha::support {

/// Not in lowest terms; the numbers of a problem are small and few.
struct CountdownRatio {
    int64_t over, under = 1;
};

/// Can the numbers, each used once, be combined with `operators` to `target`? Exact. `whole`: without fractions.
inline bool solvable(
    const std::vector<CountdownRatio>& numbers, int64_t target, const std::string& operators, bool whole)
{
    if (numbers.size() == 1)
        return numbers[0].over == target * numbers[0].under;
    for (size_t i = 0; i < numbers.size(); ++i)
        for (size_t j = 0; j < numbers.size(); ++j) {
            if (i == j)
                continue;
            std::vector<CountdownRatio> rest;
            for (size_t k = 0; k < numbers.size(); ++k)
                if (k != i && k != j)
                    rest.push_back(numbers[k]);
            rest.push_back({ 0 });
            const auto [a, b] = numbers[i];
            const auto [c, d] = numbers[j];
            for (const char op : operators) {
                if (op == '/' && c == 0)
                    continue;
                rest.back() = op == '+' ? CountdownRatio { a * d + c * b, b * d }
                    : op == '-'         ? CountdownRatio { a * d - c * b, b * d }
                    : op == '*'         ? CountdownRatio { a * c, b * d }
                                        : CountdownRatio { a * d, b * c };
                if (!(whole && rest.back().over % rest.back().under != 0) && solvable(rest, target, operators, whole))
                    return true;
            }
        }
    return false;
}
inline bool solvable(
    const std::vector<int64_t>& numbers, int64_t target, const std::string& operators, bool whole = false)
{
    std::vector<CountdownRatio> ratios;
    for (const int64_t number : numbers)
        ratios.push_back({ number });
    return solvable(ratios, target, operators, whole);
}

/// A random expression over `leaves` in order, with its value (integers, no division).
struct Expression {
    std::string text;
    int64_t value = 0;
};
inline Expression randomExpression(const std::vector<int64_t>& leaves, const std::function<uint64_t(uint64_t)>& below)
{
    std::vector<Expression> parts;
    for (const int64_t leaf : leaves)
        parts.push_back({ std::to_string(leaf), leaf });
    while (parts.size() > 1) {
        const size_t at = size_t(below(parts.size() - 1));
        const char op = "+-*"[below(3)];
        const int64_t a = parts[at].value, b = parts[at + 1].value;
        parts[at] = { "( " + parts[at].text + " " + op + " " + parts[at + 1].text + " )",
            op == '+'       ? a + b
                : op == '-' ? a - b
                            : a * b };
        parts.erase(parts.begin() + long(at) + 1);
    }
    return parts[0];
}

} // namespace aha::support
