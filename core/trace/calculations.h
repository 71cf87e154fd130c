#pragma once
// Equations written in a trace, "5 * 9 = 45" or "(7 + 5) × 3 = 36", judged with exact arithmetic. Knows no task.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct Calculation {
    size_t begin, end; ///< bytes of the text
    bool right; ///< exact arithmetic says so
    bool usesPrevious; ///< an operand is the result of the calculation before
    int64_t numerator, denominator; ///< what is written behind "="
    int operands; ///< numbers on the left side
    std::string form; ///< the left side, operands of + and * in a fixed order: 9 * 5 and 5 * 9 have the same
};

/// Left to right. One side of "=" has at least one operator, the other is a number; numbers beyond 17 digits, and
/// whatever overflows, are no calculation. Understands + - * / × ÷ · − \times \cdot \div and parentheses. Linear.
std::vector<Calculation> findCalculations(std::string_view text);

} // namespace aha
