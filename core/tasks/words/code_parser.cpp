// parseCode: tokens line by line, blocks by indentation, expressions by recursive descent with bounded depth.

#include "core/tasks/words/code_tree.h"

#include "core/base/ascii.h"

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr size_t kMaxBytes = 4000;
constexpr int kMaxDepth = 30;

constexpr std::string_view kKeywords[]
    = { "and", "or", "not", "if", "elif", "else", "for", "in", "while", "break", "continue", "True", "False" };
constexpr std::string_view kFunctions[] = { "len", "sum", "min", "max", "abs", "print", "range" };

template <class List> bool isOneOf(const List& list, std::string_view word)
{
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

struct Line {
    int number;
    size_t indent;
    std::vector<std::string> tokens;
};

class CodeParser {
public:
    std::vector<CodeStatement> program(std::string_view text)
    {
        if (text.size() > kMaxBytes)
            fail("the program is longer than 4000 bytes");
        for (size_t at = 0; at < text.size();) {
            ++m_line;
            const size_t end = std::min(text.find('\n', at), text.size());
            Line line { m_line, 0, {} };
            const std::string_view content = text.substr(at, end - at);
            line.indent = std::min(content.find_first_not_of(' '), content.size());
            tokenize(content.substr(line.indent), line.tokens);
            if (!line.tokens.empty())
                m_lines.push_back(std::move(line));
            at = end + 1;
        }
        std::vector<CodeStatement> statements = m_lines.empty() ? std::vector<CodeStatement>() : block(0, 0, 0);
        if (m_next < m_lines.size())
            fail("this line stands too far to the left or right");
        return statements;
    }

private:
    [[noreturn]] void fail(const std::string& what) const
    {
        throw Failure({ "code_invalid", "Line " + std::to_string(m_line) + " of the program: " + what + ".", "" });
    }

    void tokenize(std::string_view text, std::vector<std::string>& tokens) const
    {
        for (size_t at = 0; at < text.size();) {
            size_t end = at + 1;
            if (text[at] == ' ') {
                ++at;
                continue;
            }
            if (isDigit(text[at]))
                while (end < text.size() && isDigit(text[end]))
                    ++end;
            else if (isNameStart(text[at]))
                while (end < text.size() && (isNameStart(text[end]) || isDigit(text[end])))
                    ++end;
            else
                for (const std::string_view two : { "//=", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "%=" })
                    if (text.substr(at, two.size()) == two) {
                        end = at + two.size();
                        break;
                    }
            const std::string_view token = text.substr(at, end - at);
            if (token.size() == 1 && !isDigit(token[0]) && !isNameStart(token[0])
                && std::string_view("+-*%()[],:=<>.").find(token[0]) == std::string_view::npos)
                fail("a character that is not read here");
            tokens.emplace_back(token);
            at = end;
        }
    }

    /// Statements from m_next on, all with this indentation.
    std::vector<CodeStatement> block(size_t indent, size_t least, int depth)
    {
        if (depth > kMaxDepth || indent < least)
            fail(depth > kMaxDepth ? "blocks nest too deep" : "a block is expected");
        std::vector<CodeStatement> statements;
        while (m_next < m_lines.size() && m_lines[m_next].indent == indent)
            statements.push_back(statement(indent, depth));
        return statements;
    }

    std::vector<CodeStatement> innerBlock(size_t indent, int depth)
    {
        take(":");
        endOfLine();
        if (m_next == m_lines.size())
            fail("a block is expected");
        m_line = m_lines[m_next].number;
        return block(m_lines[m_next].indent, indent + 1, depth + 1);
    }

    CodeStatement statement(size_t indent, int depth)
    {
        m_tokens = &m_lines[m_next].tokens;
        m_line = m_lines[m_next].number;
        m_at = 0;
        ++m_next;
        const std::string first = next();
        CodeStatement made;
        made.line = m_line;
        const auto keyword = [&](CodeStatement::Kind kind) {
            made.kind = kind;
            ++m_at;
        };
        const bool mayBeElif = std::exchange(m_afterIf, false);
        if (first == "if" || (first == "elif" && mayBeElif)) {
            keyword(CodeStatement::If);
            made.values.push_back(expression());
            made.body = innerBlock(indent, depth);
            if (m_next < m_lines.size() && m_lines[m_next].indent == indent) {
                if (m_lines[m_next].tokens[0] == "elif") {
                    if (depth >= kMaxDepth)
                        fail("blocks nest too deep");
                    m_afterIf = true;
                    made.otherwise.push_back(statement(indent, depth + 1));
                } else if (m_lines[m_next].tokens[0] == "else") {
                    m_tokens = &m_lines[m_next].tokens;
                    m_line = m_lines[m_next].number;
                    m_at = 1;
                    ++m_next;
                    made.otherwise = innerBlock(indent, depth);
                }
            }
            return made;
        }
        if (first == "while") {
            keyword(CodeStatement::While);
            made.values.push_back(expression());
            loopBody(made, indent, depth);
            return made;
        }
        if (first == "for") {
            keyword(CodeStatement::ForEach);
            made.name = name();
            take("in");
            if (next() == "range") {
                made.kind = CodeStatement::ForRange;
                ++m_at;
                take("(");
                made.values = list(")");
                if (made.values.empty() || made.values.size() > 3)
                    fail("range has one to three numbers");
            } else {
                made.values.push_back(expression());
            }
            loopBody(made, indent, depth);
            return made;
        }
        if (first == "break" || first == "continue") {
            keyword(first == "break" ? CodeStatement::Break : CodeStatement::Continue);
            if (m_loops == 0)
                fail("there is no loop around it");
        } else if (first == "print") {
            keyword(CodeStatement::Print);
            take("(");
            made.values = list(")");
        } else {
            assignment(made);
        }
        endOfLine();
        return made;
    }

    void loopBody(CodeStatement& loop, size_t indent, int depth)
    {
        ++m_loops;
        loop.body = innerBlock(indent, depth);
        --m_loops;
    }

    void assignment(CodeStatement& made)
    {
        made.name = name();
        if (next() == ".") {
            ++m_at;
            take("append");
            take("(");
            made.kind = CodeStatement::Append;
            made.values.push_back(expression());
            take(")");
            return;
        }
        made.kind = CodeStatement::Assign;
        if (next() == "[") {
            ++m_at;
            made.kind = CodeStatement::AssignElement;
            made.values.push_back(expression());
            take("]");
        }
        const std::string sign = next();
        if (sign != "=" && sign != "+=" && sign != "-=" && sign != "*=" && sign != "//=" && sign != "%=")
            fail("an assignment is expected");
        ++m_at;
        made.op = sign.substr(0, sign.size() - 1);
        made.values.push_back(expression());
    }

    std::string next() const { return m_at < m_tokens->size() ? (*m_tokens)[m_at] : std::string(); }
    void take(const char* token)
    {
        if (next() != token)
            fail("\"" + std::string(token) + "\" is expected");
        ++m_at;
    }
    void endOfLine() const
    {
        if (m_at != m_tokens->size())
            fail("more than a statement");
    }
    std::string name()
    {
        const std::string word = next();
        if (word.empty() || !isNameStart(word[0]) || isOneOf(kKeywords, word) || isOneOf(kFunctions, word))
            fail("a name is expected");
        ++m_at;
        return word;
    }

    std::vector<CodeExpression> list(const char* closing)
    {
        std::vector<CodeExpression> values;
        if (next() != closing)
            values.push_back(expression());
        while (next() != closing) {
            take(",");
            values.push_back(expression());
        }
        take(closing);
        return values;
    }

    CodeExpression expression() { return joined(0); }

    /// or, and, not, one comparison, sums, products; each binds closer than the one before.
    CodeExpression joined(int level)
    {
        if (++m_depth > kMaxDepth * 8)
            fail("parentheses nest too deep");
        CodeExpression left;
        if (level == 2 && next() == "not") {
            ++m_at;
            left = { CodeExpression::Not, 0, "", { joined(2) } };
        } else {
            left = level == 5 ? factor() : joined(level + 1);
            while (level != 2 && joins(level, next())) {
                const std::string op = next();
                ++m_at;
                CodeExpression right = level == 5 ? factor() : joined(level + 1);
                const auto kind = level == 0 ? CodeExpression::Or
                    : level == 1             ? CodeExpression::And
                                             : CodeExpression::Binary;
                if (level == 3 && joins(3, next()))
                    fail("one comparison at a time");
                left = { kind, 0, op, { std::move(left), std::move(right) } };
                if (++m_joined > 200)
                    fail("the expression is too long");
            }
        }
        --m_depth;
        return left;
    }

    static bool joins(int level, const std::string& op)
    {
        switch (level) {
        case 0:
            return op == "or";
        case 1:
            return op == "and";
        case 3:
            return op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=";
        case 4:
            return op == "+" || op == "-";
        case 5:
            return op == "*" || op == "//" || op == "%";
        default:
            return false;
        }
    }

    CodeExpression factor()
    {
        if (++m_depth > kMaxDepth * 8)
            fail("parentheses nest too deep");
        CodeExpression made = plainFactor();
        while (next() == "[") {
            ++m_at;
            made = { CodeExpression::Index, 0, "", { std::move(made), expression() } };
            take("]");
        }
        --m_depth;
        return made;
    }

    CodeExpression plainFactor()
    {
        const std::string token = next();
        if (token.empty())
            fail("a value is expected");
        if (isDigit(token[0])) {
            if (token.size() > 9 || (token.size() > 1 && token[0] == '0'))
                fail("a number has at most nine digits and does not begin with 0");
            ++m_at;
            return { CodeExpression::Number, std::stoll(token), "", {} };
        }
        ++m_at;
        if (token == "True" || token == "False")
            return { CodeExpression::Truth, token == "True", "", {} };
        if (token == "-")
            return { CodeExpression::Negate, 0, "", { factor() } };
        if (token == "(") {
            CodeExpression inner = expression();
            take(")");
            return inner;
        }
        if (token == "[")
            return { CodeExpression::List, 0, "", list("]") };
        if (token != "print" && token != "range" && isOneOf(kFunctions, token)) {
            take("(");
            return { CodeExpression::Call, 0, token, list(")") };
        }
        --m_at;
        return { CodeExpression::Name, 0, name(), {} };
    }

    std::vector<Line> m_lines;
    size_t m_next = 0, m_at = 0;
    const std::vector<std::string>* m_tokens = nullptr;
    bool m_afterIf = false;
    int m_line = 0, m_depth = 0, m_joined = 0, m_loops = 0;
};

} // namespace

Result<std::vector<CodeStatement>> parseCode(std::string_view program)
{
    try {
        return CodeParser().program(program);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
