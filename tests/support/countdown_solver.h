#pragma once
// Countdown by brute force and by plain evaluation, independent of the code under test.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aha::support {

/// Can the numbers, each used once, be combined with `operators` to `target`?
inline bool solvable(const std::vector<int64_t>& numbers, int64_t target, const std::string& operators)
{
    if (numbers.size() == 1)
        return numbers[0] == target;
    for (size_t i = 0; i < numbers.size(); ++i)
        for (size_t j = 0; j < numbers.size(); ++j) {
            if (i == j)
                continue;
            std::vector<int64_t> rest;
            for (size_t k = 0; k < numbers.size(); ++k)
                if (k != i && k != j)
                    rest.push_back(numbers[k]);
            rest.push_back(0);
            for (const char op : operators) {
                rest.back() = op == '+' ? numbers[i] + numbers[j]
                    : op == '-'         ? numbers[i] - numbers[j]
                                        : numbers[i] * numbers[j];
                if (solvable(rest, target, operators))
                    return true;
            }
        }
    return false;
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
