#pragma once
// The grammar of parseAnswer(): parts of an answer in math_parser.cpp, expressions in math_expression.cpp.

#include "core/tasks/math/math_lexer.h"
#include "core/tasks/math/math_node.h"

#include <algorithm>

namespace aha::math {

class Parser {
public:
    Parser(std::vector<Token> tokens, Notation notation)
        : m_tokens(std::move(tokens))
        , m_notation(notation)
    {
    }
    Result<Tree> run();

private:
    // Tokens and errors.
    const Token& peek(size_t ahead = 0) const { return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)]; }
    bool at(std::string_view sign) const { return peek().isSign(sign); }
    bool atName(std::string_view name) const { return peek().is(TokenKind::Name, name); }
    bool take(std::string_view sign)
    {
        if (!at(sign))
            return false;
        ++m_at;
        return true;
    }
    void expect(std::string_view sign);
    void fail(const char* code, const std::string& message);
    bool failed() const { return !m_error.code.empty(); }
    int make(NodeKind kind, std::string text, std::vector<int> children);
    int add(Node node);
    int number(const mpq_class& value, int places);
    struct Level { // of recursion
        explicit Level(Parser& parser)
            : parser(parser)
        {
            if (++parser.m_level > 4 * kMaxDepth) // a bracket is four levels
                parser.fail("too_deep", "The answer is nested more than " + std::to_string(kMaxDepth) + " deep.");
        }
        ~Level() { --parser.m_level; }
        Parser& parser;
    };
    // Parts of an answer.
    bool atEndOfItem(size_t ahead = 0) const;
    bool takeSeparator(std::string& separator);
    /// What stands between commas. `spread`: a ± makes two parts here.
    std::vector<int> items(bool spread, std::string& separator);
    int item();
    int operand();
    /// "Monday", "(C)" of a \text, "no solution": all that stands up to the end of the item is letters.
    int words();
    // Expressions.
    int sum();
    bool atFactor() const;
    int product();
    /// "cm", \text{km/h}, \text{m}^2 after a number. What follows must end the item; operand() sees to it.
    bool takeUnit();
    /// 1000000 for "million" after a number; 0 where no such word stands.
    unsigned long takeScale();
    int factor();
    int exponent();
    /// "4\frac{3}{8}" is 4 + 3/8; in plain text "4 3/8" is as well.
    int mixedNumber(int whole);
    /// The argument of \frac, \binom or \sqrt: a group, or one digit or letter.
    int argument();
    int primary();
    int letter(const std::string& name);
    /// "1011_2".
    int inBase(const Token& digits);
    int bracket(const std::string& open);
    /// A number in brackets is no part of a mixed number.
    int grouped(int node);
    int matrix(const std::string& name);
    int named(const std::string& name);
    int function(const std::string& name);
    std::vector<Token> m_tokens;
    Notation m_notation;
    size_t m_at = 0;
    Tree m_tree;
    Error m_error;
    int m_level = 0;
    int m_plusMinus = 1;
    bool m_seenPlusMinus = false;
    int m_bars = 0; ///< of absolute values that are open
    std::string m_unit;
    size_t m_digit = 0; ///< of the current number, that \frac12 has come to
    size_t m_scaled = ~size_t(0); ///< the token whose first word, "million", is used up
};

} // namespace aha::math
