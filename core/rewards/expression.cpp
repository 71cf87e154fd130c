#include "core/rewards/expression.h"

#include "core/base/ascii.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace aha {

namespace {

constexpr size_t kMaxText = 4096;
constexpr int kMaxDepth = 64;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Problem {
    size_t at;
    std::string what;
};

} // namespace

/// Recursive descent. Throws Problem.
class ExpressionParser {
    using Op = RewardExpression::Op;
    using Node = RewardExpression::Node;

public:
    ExpressionParser(std::string_view text, const std::vector<std::string>& names)
        : m_text(text)
        , m_names(names)
    {
    }

    std::vector<Node> whole()
    {
        if (m_text.size() > kMaxText)
            throw Problem { kMaxText, "It is longer than " + std::to_string(kMaxText) + " characters." };
        comparison();
        if (!ended())
            throw Problem { m_at, "Here " + found() + " follows a whole expression; an operator was expected." };
        return std::move(m_nodes);
    }

private:
    size_t comparison()
    {
        if (++m_depth > kMaxDepth)
            throw Problem { m_at, "It is nested deeper than " + std::to_string(kMaxDepth) + " levels." };
        size_t left = sum();
        static constexpr std::pair<const char*, Op> kComparisons[]
            = { { "<=", Op::LessEqual }, { ">=", Op::GreaterEqual }, { "==", Op::Equal }, { "!=", Op::NotEqual },
                  { "<", Op::Less }, { ">", Op::Greater } };
        for (const auto& [sign, op] : kComparisons)
            if (take(sign)) {
                left = add({ op, 0, 0, { left, sum() } });
                break;
            }
        --m_depth;
        return left;
    }

    size_t sum()
    {
        size_t left = product();
        for (;;)
            if (take("+"))
                left = add({ Op::Add, 0, 0, { left, product() } });
            else if (take("-"))
                left = add({ Op::Subtract, 0, 0, { left, product() } });
            else
                return left;
    }

    size_t product()
    {
        size_t left = factor();
        for (;;)
            if (take("*"))
                left = add({ Op::Multiply, 0, 0, { left, factor() } });
            else if (take("/"))
                left = add({ Op::Divide, 0, 0, { left, factor() } });
            else
                return left;
    }

    size_t factor()
    {
        bool negative = false;
        while (take("-"))
            negative = !negative;
        const size_t node = operand();
        return negative ? add({ Op::Negate, 0, 0, { node } }) : node;
    }

    size_t operand()
    {
        if (take("(")) {
            const size_t inside = comparison();
            expect(")");
            return inside;
        }
        if (ended())
            throw Problem { m_at, "It ends where a number, a name or '(' was expected." };
        if (isDigit(m_text[m_at]) || m_text[m_at] == '.')
            return number();
        if (isNameStart(m_text[m_at]))
            return nameOrCall();
        throw Problem { m_at, "Here is " + found() + " where a number, a name or '(' was expected." };
    }

    size_t number()
    {
        double value = 0;
        const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), value);
        if (error != std::errc())
            throw Problem { m_at, "This is not a number that can be used." };
        m_at = size_t(end - m_text.data());
        return add({ Op::Number, value, 0, {} });
    }

    size_t nameOrCall()
    {
        const size_t begin = m_at;
        while (m_at < m_text.size() && isName(m_text[m_at]))
            ++m_at;
        const std::string name(m_text.substr(begin, m_at - begin));
        if (take("("))
            return call(begin, name);
        const auto known = std::find(m_names.begin(), m_names.end(), name);
        if (known == m_names.end()) {
            std::string list;
            for (const std::string& each : m_names)
                list += (list.empty() ? "" : ", ") + each;
            throw Problem { begin,
                "There is no value '" + name + "'" + (list.empty() ? "." : "; there are " + list + ".") };
        }
        return add({ Op::Name, 0, size_t(known - m_names.begin()), {} });
    }

    size_t call(size_t begin, const std::string& name)
    {
        struct Function {
            const char* name;
            Op op;
            size_t least, most;
        };
        static constexpr Function kFunctions[] = { { "min", Op::Min, 2, 64 }, { "max", Op::Max, 2, 64 },
            { "abs", Op::Abs, 1, 1 }, { "clamp", Op::Clamp, 3, 3 }, { "if", Op::If, 3, 3 } };
        const auto* function = std::find_if(
            std::begin(kFunctions), std::end(kFunctions), [&](const Function& each) { return name == each.name; });
        if (function == std::end(kFunctions))
            throw Problem { begin, "There is no function '" + name + "'; there are min, max, abs, clamp and if." };
        std::vector<size_t> arguments;
        do
            arguments.push_back(comparison());
        while (take(","));
        expect(")");
        if (arguments.size() < function->least || arguments.size() > function->most)
            throw Problem { begin,
                name + " takes " + (function->most > 3 ? "at least " : "") + std::to_string(function->least)
                    + (function->least == 1 ? " value" : " values") + ", and here are "
                    + std::to_string(arguments.size()) + "." };
        return add({ function->op, 0, 0, std::move(arguments) });
    }

    size_t add(Node node)
    {
        m_nodes.push_back(std::move(node));
        return m_nodes.size() - 1;
    }
    bool ended()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || (m_text[m_at] >= '\t' && m_text[m_at] <= '\r')))
            ++m_at;
        return m_at == m_text.size();
    }
    bool take(std::string_view sign)
    {
        if (ended() || m_text.substr(m_at, sign.size()) != sign)
            return false;
        m_at += sign.size();
        return true;
    }
    void expect(std::string_view sign)
    {
        if (!take(sign))
            throw Problem { m_at,
                ended() ? "It ends where '" + std::string(sign) + "' was expected."
                        : "Here is " + found() + " where '" + std::string(sign) + "' was expected." };
    }
    std::string found() const { return "'" + std::string(m_text.substr(m_at, 1)) + "'"; }

    std::string_view m_text;
    const std::vector<std::string>& m_names;
    std::vector<Node> m_nodes;
    size_t m_at = 0;
    int m_depth = 0;
};

Result<RewardExpression> RewardExpression::parse(std::string_view text, const std::vector<std::string>& names)
{
    try {
        RewardExpression expression;
        expression.m_nodes = ExpressionParser(text, names).whole();
        return expression;
    } catch (const Problem& problem) {
        return Error { "expression_invalid",
            "The expression cannot be read at column " + std::to_string(problem.at + 1) + ": " + problem.what,
            "An example: accuracy * (1 - 0.2 * truncated) + max(0, tags - 0.5)" };
    }
}

double RewardExpression::value(const std::vector<double>& values) const
{
    const double result = evaluate(m_nodes.size() - 1, values);
    return std::isfinite(result) ? result : kNaN;
}

bool RewardExpression::uses(size_t name) const
{
    return std::any_of(
        m_nodes.begin(), m_nodes.end(), [name](const Node& n) { return n.op == Op::Name && n.name == name; });
}

double RewardExpression::evaluate(size_t at, const std::vector<double>& values) const
{
    const Node& node = m_nodes[at];
    const auto argument = [&](size_t i) { return evaluate(node.arguments[i], values); };
    if (node.op == Op::Number)
        return node.number;
    if (node.op == Op::Name)
        return values[node.name];
    if (node.op == Op::If) {
        const double condition = argument(0);
        return std::isnan(condition) ? kNaN : argument(condition != 0 ? 1 : 2);
    }
    std::vector<double> a;
    for (size_t i = 0; i < node.arguments.size(); ++i)
        if (a.push_back(argument(i)); std::isnan(a.back()))
            return kNaN;
    switch (node.op) {
    case Op::Negate:
        return -a[0];
    case Op::Add:
        return a[0] + a[1];
    case Op::Subtract:
        return a[0] - a[1];
    case Op::Multiply:
        return a[0] * a[1];
    case Op::Divide:
        return a[1] == 0 ? kNaN : a[0] / a[1];
    case Op::Less:
        return a[0] < a[1];
    case Op::LessEqual:
        return a[0] <= a[1];
    case Op::Greater:
        return a[0] > a[1];
    case Op::GreaterEqual:
        return a[0] >= a[1];
    case Op::Equal:
        return a[0] == a[1];
    case Op::NotEqual:
        return a[0] != a[1];
    case Op::Min:
        return *std::min_element(a.begin(), a.end());
    case Op::Max:
        return *std::max_element(a.begin(), a.end());
    case Op::Abs:
        return std::abs(a[0]);
    case Op::Clamp:
        return std::max(a[1], std::min(a[0], a[2]));
    default:
        return kNaN;
    }
}

} // namespace aha
