// Parser: sums, products, powers, functions, brackets, matrices.

#include "core/tasks/math/math_grammar.h"
#include "core/tasks/math/units.h"

namespace aha::math {

namespace {

constexpr int kNone = -1;

bool isWholeNumber(const Node& node) { return node.kind == NodeKind::Number && node.places == 0; }

} // namespace

int Parser::sum()
{
    const Level level(*this);
    std::vector<int> terms;
    bool first = true;
    while (!failed()) {
        bool negative = false;
        if (at("+") || at("-")) {
            negative = at("-");
            ++m_at;
        } else if (at("pm") || at("mp")) {
            negative = (at("mp") ? -m_plusMinus : m_plusMinus) < 0;
            m_seenPlusMinus = true;
            ++m_at;
        } else if (!first) {
            break;
        }
        const int term = product();
        terms.push_back(negative ? make(NodeKind::Negate, "", { term }) : term);
        first = false;
        if (!m_unit.empty() && !atEndOfItem())
            fail("syntax", "There is something after the unit \"" + m_unit + "\".");
    }
    if (failed())
        return kNone;
    int result = terms.size() == 1 ? terms[0] : make(NodeKind::Add, "", terms);
    if (atName("choose")) {
        ++m_at;
        const int lower = sum();
        result = make(NodeKind::Function, "binom", { result, lower });
    }
    return result;
}

bool Parser::atFactor() const
{
    const Token& token = peek();
    switch (token.kind) {
    case TokenKind::Number:
    case TokenKind::Letter:
    case TokenKind::Begin:
        return true;
    case TokenKind::Name:
        return token.text != "choose" && token.text != "rfloor" && token.text != "rceil" && token.text != "circ";
    case TokenKind::Sign:
        return token.text == "(" || token.text == "{" || (token.text == "|" && m_bars == 0);
    default:
        return false;
    }
}

int Parser::product()
{
    int left = factor();
    bool bareNumber = left != kNone && m_tree.at(left).kind == NodeKind::Number;
    while (!failed()) {
        if (const unsigned long scale = takeScale()) {
            left = make(NodeKind::Multiply, "scaled", { left, number(mpq_class(scale), 0) });
            continue;
        }
        if (takeUnit())
            break;
        bool divide = false;
        if (at("*") || at("/") || at(":")) {
            divide = !at("*");
            ++m_at;
        } else if (!atFactor()) {
            break;
        } else if (peek().kind == TokenKind::Number && bareNumber) {
            fail("syntax", "Two numbers stand side by side.");
            break;
        }
        const int right = factor();
        if (right == kNone)
            return kNone;
        bareNumber = m_tree.at(right).kind == NodeKind::Number;
        if (!divide && m_tree.at(left).kind == NodeKind::Multiply && m_tree.at(left).text.empty()) {
            Node& node = m_tree.nodes[size_t(left)];
            node.depth = std::max(node.depth, m_tree.at(right).depth + 1);
            node.children.push_back(right);
        } else {
            left = make(divide ? NodeKind::Divide : NodeKind::Multiply, "", { left, right });
        }
    }
    return left;
}

unsigned long Parser::takeScale()
{
    const Token& token = peek();
    if (m_scaled == m_at || (token.kind != TokenKind::Text && token.kind != TokenKind::Letter))
        return 0;
    const std::string& words = token.kind == TokenKind::Text ? token.text : token.run;
    const size_t blank = words.find(' ');
    const unsigned long scale = scaleOf(std::string_view(words).substr(0, blank));
    if (scale > 0 && blank != std::string::npos)
        m_scaled = m_at; // "million dollars": a unit is left
    else if (scale > 0)
        m_at += token.kind == TokenKind::Text ? 1 : words.size();
    return scale;
}

int Parser::factor()
{
    const Level level(*this);
    if (failed())
        return kNone;
    if (at("-") || at("+")) {
        const bool negative = at("-");
        ++m_at;
        const int inner = factor();
        return negative ? make(NodeKind::Negate, "", { inner }) : inner;
    }
    int node = mixedNumber(primary());
    while (!failed()) {
        if (at("^")) {
            ++m_at;
            if (atName("circ") || (at("{") && peek(1).is(TokenKind::Name, "circ") && peek(2).isSign("}"))) {
                m_at += at("{") ? 3 : 1;
                node = make(NodeKind::Degree, "", { node });
            } else {
                node = make(NodeKind::Power, "", { node, exponent() });
                if (at("^"))
                    fail("syntax", "A power has two exponents.");
            }
        } else if (take("!")) {
            node = make(NodeKind::Function, "factorial", { node });
        } else if (take("%")) {
            node = make(NodeKind::Percent, "", { node });
        } else if (take("deg")) {
            node = make(NodeKind::Degree, "", { node });
        } else {
            break;
        }
    }
    return node;
}

int Parser::exponent()
{
    const Level level(*this);
    if (at("-") || at("+")) {
        const bool negative = at("-");
        ++m_at;
        const int inner = exponent();
        return negative ? make(NodeKind::Negate, "", { inner }) : inner;
    }
    return primary();
}

int Parser::mixedNumber(int whole)
{
    if (whole == kNone || !isWholeNumber(m_tree.at(whole)) || m_tree.at(whole).text == "group")
        return whole;
    int part = kNone;
    if (atName("frac")) {
        part = primary();
        if (part == kNone)
            return kNone;
        if (!isWholeNumber(m_tree.child(m_tree.at(part), 0)) || !isWholeNumber(m_tree.child(m_tree.at(part), 1)))
            return make(NodeKind::Multiply, "", { whole, part });
    } else if (m_notation == Notation::Plain && peek().kind == TokenKind::Number && peek(1).isSign("/")
        && peek(2).kind == TokenKind::Number && peek().places + peek(2).places == 0) {
        const int above = number(peek().value, 0), below = number(peek(2).value, 0);
        m_at += 3;
        part = make(NodeKind::Divide, "", { above, below });
    } else {
        return whole;
    }
    if (failed())
        return kNone;
    if (m_tree.child(m_tree.at(part), 0).value >= m_tree.child(m_tree.at(part), 1).value) {
        fail("syntax", "A whole number before an improper fraction could be a product or a sum.");
        return kNone;
    }
    return make(NodeKind::Add, "", { whole, part });
}

int Parser::argument()
{
    if (at("{"))
        return primary();
    if (peek().kind == TokenKind::Number && m_notation == Notation::Latex) {
        const std::string& text = peek().text;
        if (text.find_first_not_of("0123456789") != std::string::npos || m_digit >= text.size()) {
            fail("syntax", "A decimal stands where one digit is meant.");
            return kNone;
        }
        const char digit = text[m_digit];
        if (++m_digit == text.size()) {
            m_digit = 0;
            ++m_at;
        }
        return number(mpq_class(digit - '0'), 0);
    }
    if (peek().kind == TokenKind::Number || peek().kind == TokenKind::Letter || atName("pi") || at("("))
        return primary();
    fail("syntax", "A command has no argument.");
    return kNone;
}

int Parser::primary()
{
    const Level level(*this);
    if (failed())
        return kNone;
    const Token token = peek();
    switch (token.kind) {
    case TokenKind::Number:
        if (m_digit > 0) {
            fail("syntax", "It is not clear which digits belong to a command.");
            return kNone;
        }
        ++m_at;
        return at("_") ? inBase(token) : number(token.value, token.places);
    case TokenKind::Letter:
        ++m_at;
        return letter(token.text);
    case TokenKind::Name:
        ++m_at;
        return named(token.text);
    case TokenKind::Begin:
        ++m_at;
        return matrix(token.text);
    case TokenKind::Sign:
        if (token.text == "(" || token.text == "[" || token.text == "{" || token.text == "\\{") {
            ++m_at;
            return bracket(token.text);
        }
        if (token.text == "|") {
            ++m_at;
            ++m_bars;
            const int inner = sum();
            expect("|");
            --m_bars;
            return make(NodeKind::Function, "abs", { inner });
        }
        break;
    default:
        break;
    }
    fail("syntax",
        token.kind == TokenKind::Stop ? std::string("The answer stops in the middle.")
                                      : "\"" + token.text + "\" stands where a value should.");
    return kNone;
}

int Parser::inBase(const Token& digits)
{
    ++m_at;
    const bool braced = take("{");
    const Token base = peek();
    if (base.kind == TokenKind::Number)
        ++m_at;
    if (braced)
        expect("}");
    const bool known = base.kind == TokenKind::Number && base.places == 0 && base.value >= 2 && base.value <= 10;
    if (!known || digits.text.find_first_not_of("0123456789") != std::string::npos) {
        fail("syntax", "An index stands at a number and is no base from 2 to 10.");
        return kNone;
    }
    mpz_class value;
    if (mpz_set_str(value.get_mpz_t(), digits.text.c_str(), int(base.value.get_d())) != 0) {
        fail("syntax", "\"" + digits.text.substr(0, 40) + "\" has a digit that its base has not.");
        return kNone;
    }
    return number(mpq_class(value), 0);
}

int Parser::letter(const std::string& name)
{
    std::string symbol = name;
    if (take("_")) {
        const size_t start = m_at;
        if (take("{"))
            while (!failed() && !at("}")) {
                if (peek().kind != TokenKind::Number && peek().kind != TokenKind::Letter
                    && peek().kind != TokenKind::Text && !at(",") && !at("+") && !at("-")) {
                    fail("syntax", "An index is not closed.");
                    return kNone;
                }
                ++m_at;
            }
        symbol += "_";
        for (size_t i = start + (m_tokens[start].isSign("{") ? 1 : 0); i < m_at; ++i)
            symbol += m_tokens[i].text;
        if (m_tokens[start].isSign("{"))
            expect("}");
        else if (peek().kind == TokenKind::Number || peek().kind == TokenKind::Letter)
            symbol += m_tokens[m_at++].text;
        else
            fail("syntax", "An index is missing.");
    }
    const bool constant = symbol == "e" || symbol == "i";
    return make(constant ? NodeKind::Constant : NodeKind::Symbol, symbol, {});
}

int Parser::bracket(const std::string& open)
{
    const bool set = open == "\\{" || open == "{";
    std::string separator;
    const int outerBars = m_bars;
    m_bars = 0;
    const std::string outerUnit = m_unit;
    std::vector<int> parts;
    if (!(open == "\\{" && at("\\}")))
        parts = items(open == "\\{", separator);
    m_bars = outerBars;
    m_unit = outerUnit;
    if (failed())
        return kNone;
    if (set) {
        expect(open == "{" ? "}" : "\\}");
        if (open == "{" && parts.size() == 1)
            return grouped(parts[0]);
        return make(NodeKind::Set, "", parts);
    }
    const std::string close = at("]") ? "]" : ")";
    expect(close);
    if (parts.size() == 1) {
        if ((open == "(") != (close == ")"))
            fail("syntax", "\"" + open + "\" is closed by \"" + close + "\".");
        return grouped(parts[0]);
    }
    return make(NodeKind::Bracket, open + close, parts);
}

int Parser::grouped(int node)
{
    if (node != kNone && m_tree.at(node).kind == NodeKind::Number)
        m_tree.nodes[size_t(node)].text = "group";
    return node;
}

int Parser::matrix(const std::string& name)
{
    static constexpr std::string_view known[]
        = { "pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix", "vmatrix", "array" };
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
        fail("bad_command", "The environment \"" + name.substr(0, 40) + "\" is not read.");
        return kNone;
    }
    std::vector<int> cells;
    int columns = 0, inRow = 0;
    const int outerBars = m_bars;
    m_bars = 0;
    while (!failed()) {
        if (peek().kind == TokenKind::End && inRow == 0 && columns > 0)
            break; // a last row break
        cells.push_back(sum());
        ++inRow;
        if (take("&"))
            continue;
        if (columns == 0)
            columns = inRow;
        if (inRow != columns)
            fail("syntax", "The rows of a matrix differ in length.");
        inRow = 0;
        if (peek().kind != TokenKind::Row)
            break;
        ++m_at;
    }
    m_bars = outerBars;
    if (!failed() && !peek().is(TokenKind::End, name))
        fail("syntax", "\\end{" + name + "} is missing.");
    if (failed())
        return kNone;
    ++m_at;
    const int node = make(NodeKind::Matrix, "", cells);
    if (node == kNone)
        return kNone;
    m_tree.nodes[size_t(node)].columns = columns;
    return name == "vmatrix" ? make(NodeKind::Function, "det", { node }) : node;
}

int Parser::named(const std::string& name)
{
    if (name == "pi")
        return make(NodeKind::Constant, "pi", {});
    if (name == "infty")
        return make(NodeKind::Constant, "inf", {});
    if (name == "emptyset")
        return make(NodeKind::Set, "", {});
    if (name == "reals")
        return make(NodeKind::Reals, "", {});
    if (name == "frac" || name == "binom") {
        const int above = argument(), below = argument();
        return name == "frac" ? make(NodeKind::Divide, "", { above, below })
                              : make(NodeKind::Function, "binom", { above, below });
    }
    if (name == "sqrt" || name == "radical") {
        if (name == "sqrt" && take("[")) {
            const int degree = sum();
            expect("]");
            const int inner = argument();
            return make(NodeKind::Function, "root", { degree, inner });
        }
        const int inner = name == "radical" && peek().kind == TokenKind::Number ? primary() : argument();
        if (peek().kind == TokenKind::Number && inner != kNone && m_tree.at(inner).kind == NodeKind::Number
            && m_tree.at(inner).text != "group")
            fail("syntax", "It is not clear how much of the number stands under the root.");
        return make(NodeKind::Function, "sqrt", { inner });
    }
    if (name == "lfloor" || name == "lceil") {
        const int inner = sum();
        if (!atName(name == "lfloor" ? "rfloor" : "rceil"))
            fail("syntax", "\\" + name + " is not closed.");
        ++m_at;
        return make(NodeKind::Function, name == "lfloor" ? "floor" : "ceil", { inner });
    }
    if (name == "choose" || name == "rfloor" || name == "rceil" || name == "circ") {
        fail("syntax", "\"\\" + name + "\" stands where a value should.");
        return kNone;
    }
    return function(name);
}

int Parser::function(const std::string& name)
{
    int power = kNone, base = kNone;
    for (int i = 0; i < 2 && !failed(); ++i) {
        if (power == kNone && take("^"))
            power = exponent();
        else if (base == kNone && name == "log" && take("_"))
            base = argument();
    }
    int inner = kNone;
    if (at("(") || at("{")) {
        inner = primary();
    } else {
        const bool negative = take("-");
        inner = factor();
        while (!failed() && atFactor() && !at("(") && (peek().kind != TokenKind::Name || atName("pi"))) {
            const int next = factor();
            inner = make(NodeKind::Multiply, "", { inner, next });
        }
        if (negative)
            inner = make(NodeKind::Negate, "", { inner });
    }
    if (failed())
        return kNone;
    int result = kNone;
    const bool inverse = power != kNone && m_tree.at(power).kind == NodeKind::Negate
        && m_tree.child(m_tree.at(power), 0).value == 1 && m_tree.child(m_tree.at(power), 0).kind == NodeKind::Number;
    if (inverse && (name == "sin" || name == "cos" || name == "tan"))
        return make(NodeKind::Function, "arc" + name, { inner });
    if (name == "log") {
        if (base == kNone)
            base = number(mpq_class(10), 0);
        result = make(NodeKind::Function, "log", { base, inner });
    } else {
        result = make(NodeKind::Function, name, { inner });
    }
    return power == kNone ? result : make(NodeKind::Power, "", { result, power });
}

} // namespace aha::math
