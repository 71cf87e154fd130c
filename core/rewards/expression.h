#pragma once
// A reward that a user writes into the configuration: arithmetic over named values.
//   expression: sum [(< | <= | > | >= | == | !=) sum]        a comparison is 1 or 0
//   sum: product {(+ | -) product}      product: factor {(* | /) factor}      factor: -factor | number | name | call
//   call: min(a, b, …), max(a, b, …), abs(a), clamp(a, low, high), if(condition, then, else) or (expression)
// NaN (not scored) makes all that depends on it NaN, comparisons too; so does a division by zero, and a result without
// bounds. if() looks at the branch it takes alone.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// Immutable and thread-safe. At most 4096 characters, nested at most 64 deep.
class RewardExpression {
public:
    /// Over these names. Error: expression_invalid, with the column (from 1) and what was expected.
    static Result<RewardExpression> parse(std::string_view text, const std::vector<std::string>& names);

    /// `values`: of each of the names, in their order. NaN = cannot be computed.
    double value(const std::vector<double>& values) const;
    /// Is the name in it?
    bool uses(size_t name) const;

private:
    friend class ExpressionParser;
    enum class Op : uint8_t {
        Number,
        Name,
        Negate,
        Add,
        Subtract,
        Multiply,
        Divide,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Equal,
        NotEqual,
        Min,
        Max,
        Abs,
        Clamp,
        If
    };
    struct Node {
        Op op = Op::Number;
        double number = 0;
        size_t name = 0;
        std::vector<size_t> arguments; ///< nodes
    };
    double evaluate(size_t node, const std::vector<double>& values) const;

    std::vector<Node> m_nodes; ///< arguments before what they belong to; the last is the whole
};

} // namespace aha
