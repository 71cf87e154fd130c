#pragma once
// Small programs in a part of Python: whole numbers, truth values, lists of numbers; assignments, if, for, while,
// break, continue, print.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct CodeExpression {
    enum Kind { Number, Truth, Name, List, Index, Call, Not, And, Or, Negate, Binary };
    Kind kind = Number;
    int64_t number = 0; ///< of Number and Truth
    std::string text; ///< name, function, or operator: + - * // % == != < <= > >=
    std::vector<CodeExpression> parts; ///< operands, elements, arguments
};

struct CodeStatement {
    enum Kind { Assign, AssignElement, Append, Print, If, While, ForRange, ForEach, Break, Continue };
    Kind kind = Print;
    int line = 0; ///< from 1
    std::string name; ///< that is assigned to
    std::string op {}; ///< of "x += 1": +; empty: a plain assignment
    std::vector<CodeExpression> values {};
    std::vector<CodeStatement> body {}, otherwise {}; ///< elif is an if within otherwise
};

/// Bounds: 4000 bytes, nesting of 30. Error: code_invalid, with the line.
Result<std::vector<CodeStatement>> parseCode(std::string_view program);

/// What the program prints, lines ended by \n, as Python prints it. Numbers have 64 bits, where Python's have as many
/// as they need: what overflows is an error, as is whatever Python would stop at. Bounds: 100000 steps, 4000 bytes of
/// output, lists of 1000 numbers. Errors: code_invalid, code_failed, with the line.
Result<std::string> runCode(std::string_view program);

} // namespace aha
