// Expressions. The order of precedence is jinja2's own, not Python's: `~` binds tighter than `+`, `**` is left
// associative and below the unary minus.

#include "core/template/jinja_parser.h"

namespace aha::jinja {

namespace {

constexpr int kMaxNesting = 120; // brackets and tags in the source
constexpr int kMaxExprDepth = 200; // nodes on top of each other in one expression

Exprs list(ExprPtr a)
{
    Exprs items;
    items.push_back(std::move(a));
    return items;
}
Exprs list(ExprPtr a, ExprPtr b)
{
    Exprs items = list(std::move(a));
    items.push_back(std::move(b));
    return items;
}

std::string described(const Token& token)
{
    switch (token.type) {
    case TokenType::Data:
        return "template text";
    case TokenType::VariableBegin:
        return "{{";
    case TokenType::VariableEnd:
        return "}}";
    case TokenType::BlockBegin:
        return "{%";
    case TokenType::BlockEnd:
        return "%}";
    case TokenType::String:
        return "a text";
    case TokenType::End:
        return "the end of the template";
    default:
        return "'" + token.text + "'";
    }
}

} // namespace

Parser::Nesting::Nesting(Parser& parser)
    : m_parser(parser)
{
    if (++m_parser.m_nesting > kMaxNesting) {
        --m_parser.m_nesting;
        fail(kLimit, "the template nests deeper than " + std::to_string(kMaxNesting), parser.current().position);
    }
}

Token Parser::next()
{
    Token token = current();
    if (m_at + 1 < m_tokens.size())
        ++m_at;
    return token;
}

bool Parser::skipOp(const char* op)
{
    if (!current().is(op))
        return false;
    next();
    return true;
}

bool Parser::skipName(const char* name)
{
    if (!current().isName(name))
        return false;
    next();
    return true;
}

void Parser::expectOp(const char* op)
{
    if (!skipOp(op))
        unexpected(std::string("'") + op + "'");
}

void Parser::expectName(const char* name)
{
    if (!skipName(name))
        unexpected(std::string("'") + name + "'");
}

Token Parser::expect(TokenType type, const char* what)
{
    if (current().type != type)
        unexpected(what);
    return next();
}

void Parser::problem(const std::string& what) const { fail(kSyntax, what, current().position); }
void Parser::unexpected(const std::string& wanted) const
{
    problem("expected " + wanted + ", got " + described(current()));
}

ExprPtr Parser::make(ExprKind kind, Position position, Exprs items) const
{
    auto node = std::make_unique<Expr>();
    node->kind = kind;
    node->position = position;
    node->items = std::move(items);
    return finish(std::move(node));
}

/// Trees are evaluated and freed recursively: their depth is bounded here.
ExprPtr Parser::finish(ExprPtr node) const
{
    int depth = 0;
    const auto consider = [&depth](const ExprPtr& child) {
        if (child)
            depth = std::max(depth, child->depth);
    };
    for (const Exprs* children : { &node->items, &node->arguments })
        for (const ExprPtr& child : *children)
            consider(child);
    for (const auto& named : node->named)
        consider(named.second);
    consider(node->starArguments);
    consider(node->starNamed);
    node->depth = depth + 1;
    if (node->depth > kMaxExprDepth)
        fail(kLimit,
            "an expression has more than " + std::to_string(kMaxExprDepth) + " operations on top of each other",
            node->position);
    return node;
}

ExprPtr Parser::parseExpression(bool withConditional) { return withConditional ? parseConditional() : parseOr(); }

ExprPtr Parser::parseTuple(TupleRules rules)
{
    const Position position = current().position;
    const auto atEnd = [&] {
        const TokenType type = current().type;
        return type == TokenType::VariableEnd || type == TokenType::BlockEnd || current().is(")")
            || (rules.endName && current().isName(rules.endName));
    };
    Exprs items;
    bool isTuple = false;
    for (;;) {
        if (!items.empty())
            expectOp(",");
        if (atEnd())
            break;
        items.push_back(rules.simplified ? parsePrimary(rules.withNamespace) : parseExpression(rules.withConditional));
        if (!current().is(","))
            break;
        isTuple = true;
    }
    if (!isTuple) {
        if (!items.empty())
            return std::move(items[0]);
        if (!rules.explicitParentheses)
            unexpected("an expression");
    }
    return make(ExprKind::Tuple, position, std::move(items));
}

ExprPtr Parser::parseConditional()
{
    const Nesting nesting(*this);
    Position position = current().position;
    ExprPtr value = parseOr();
    while (skipName("if")) {
        Exprs items = list(parseOr(), std::move(value));
        if (skipName("else"))
            items.push_back(parseConditional());
        value = make(ExprKind::Conditional, position, std::move(items));
        position = current().position;
    }
    return value;
}

ExprPtr Parser::parseOr()
{
    ExprPtr left = parseAnd();
    while (skipName("or")) {
        const Position position = left->position;
        left = make(ExprKind::Or, position, list(std::move(left), parseAnd()));
    }
    return left;
}

ExprPtr Parser::parseAnd()
{
    ExprPtr left = parseNot();
    while (skipName("and")) {
        const Position position = left->position;
        left = make(ExprKind::And, position, list(std::move(left), parseNot()));
    }
    return left;
}

ExprPtr Parser::parseNot()
{
    const Position position = current().position;
    if (!skipName("not"))
        return parseCompare();
    const Nesting nesting(*this);
    return make(ExprKind::Not, position, list(parseNot()));
}

ExprPtr Parser::parseCompare()
{
    const Position position = current().position;
    Exprs items = list(parseSum());
    std::vector<std::string> ops;
    for (;;) {
        static constexpr const char* kOps[] = { "==", "!=", "<", "<=", ">", ">=" };
        std::string op;
        for (const char* candidate : kOps)
            if (current().is(candidate))
                op = candidate;
        if (!op.empty()) {
            next();
        } else if (skipName("in")) {
            op = "in";
        } else if (current().isName("not") && look().isName("in")) {
            next();
            next();
            op = "not in";
        } else {
            break;
        }
        ops.push_back(op);
        items.push_back(parseSum());
    }
    if (ops.empty())
        return std::move(items[0]);
    ExprPtr node = make(ExprKind::Compare, position, std::move(items));
    node->ops = std::move(ops);
    return node;
}

ExprPtr Parser::parseSum()
{
    ExprPtr left = parseConcat();
    while (current().is("+") || current().is("-")) {
        const Token op = next();
        left = make(
            op.text == "+" ? ExprKind::Add : ExprKind::Subtract, op.position, list(std::move(left), parseConcat()));
    }
    return left;
}

ExprPtr Parser::parseConcat()
{
    const Position position = current().position;
    Exprs items = list(parseProduct());
    while (skipOp("~"))
        items.push_back(parseProduct());
    return items.size() == 1 ? std::move(items[0]) : make(ExprKind::Concat, position, std::move(items));
}

ExprPtr Parser::parseProduct()
{
    ExprPtr left = parsePower();
    while (current().is("*") || current().is("/") || current().is("//") || current().is("%")) {
        const Token op = next();
        const ExprKind kind = op.text == "*" ? ExprKind::Multiply
            : op.text == "/"                 ? ExprKind::Divide
            : op.text == "//"                ? ExprKind::FloorDivide
                                             : ExprKind::Modulo;
        left = make(kind, op.position, list(std::move(left), parsePower()));
    }
    return left;
}

ExprPtr Parser::parsePower()
{
    ExprPtr left = parseUnary();
    while (current().is("**")) {
        const Token op = next();
        left = make(ExprKind::Power, op.position, list(std::move(left), parseUnary()));
    }
    return left;
}

ExprPtr Parser::parseUnary(bool withFilter)
{
    const Position position = current().position;
    ExprPtr node;
    if (current().is("-") || current().is("+")) {
        const Nesting nesting(*this);
        const ExprKind kind = next().text == "-" ? ExprKind::Negative : ExprKind::Positive;
        node = make(kind, position, list(parseUnary(false)));
    } else {
        node = parsePrimary();
    }
    node = parsePostfix(std::move(node));
    return withFilter ? parseFilterExpr(std::move(node)) : std::move(node);
}

ExprPtr Parser::parsePrimary(bool withNamespace)
{
    const Token token = current();
    const auto constant = [&](Value value) {
        ExprPtr node = make(ExprKind::Constant, token.position);
        node->constant = std::move(value);
        return node;
    };
    if (token.type == TokenType::Name) {
        next();
        if (token.text == "true" || token.text == "True" || token.text == "false" || token.text == "False")
            return constant(Value(token.text == "true" || token.text == "True"));
        if (token.text == "none" || token.text == "None")
            return constant(Value());
        const bool reference = withNamespace && skipOp(".");
        ExprPtr node = make(reference ? ExprKind::NamespaceRef : ExprKind::Name, token.position);
        node->name = token.text;
        if (reference)
            node->attribute = expect(TokenType::Name, "an attribute").text;
        return node;
    }
    if (token.type == TokenType::String) {
        std::string text;
        while (current().type == TokenType::String)
            text += next().text;
        return constant(Value::constant(std::move(text)));
    }
    if (token.type == TokenType::Integer || token.type == TokenType::Float)
        return constant(next().number);
    if (token.is("(")) {
        const Nesting nesting(*this);
        next();
        TupleRules rules;
        rules.explicitParentheses = true;
        ExprPtr node = parseTuple(rules);
        expectOp(")");
        return node;
    }
    if (token.is("["))
        return parseList();
    if (token.is("{"))
        return parseDict();
    unexpected("an expression");
}

ExprPtr Parser::parseList()
{
    const Nesting nesting(*this);
    const Position position = current().position;
    expectOp("[");
    Exprs items;
    while (!current().is("]")) {
        if (!items.empty())
            expectOp(",");
        if (current().is("]"))
            break;
        items.push_back(parseExpression());
    }
    expectOp("]");
    return make(ExprKind::List, position, std::move(items));
}

ExprPtr Parser::parseDict()
{
    const Nesting nesting(*this);
    const Position position = current().position;
    expectOp("{");
    Exprs items;
    while (!current().is("}")) {
        if (!items.empty())
            expectOp(",");
        if (current().is("}"))
            break;
        items.push_back(parseExpression());
        expectOp(":");
        items.push_back(parseExpression());
    }
    expectOp("}");
    return make(ExprKind::Dict, position, std::move(items));
}

ExprPtr Parser::parsePostfix(ExprPtr node)
{
    for (;;) {
        if (current().is(".") || current().is("["))
            node = parseSubscript(std::move(node));
        else if (current().is("("))
            node = parseCall(std::move(node));
        else
            return node;
    }
}

ExprPtr Parser::parseFilterExpr(ExprPtr node)
{
    for (;;) {
        if (current().is("|"))
            node = parseFilter(std::move(node));
        else if (current().isName("is"))
            node = parseTest(std::move(node));
        else if (current().is("("))
            node = parseCall(std::move(node));
        else
            return node;
    }
}

ExprPtr Parser::parseSubscript(ExprPtr node)
{
    const Token token = next();
    if (token.text == ".") {
        const Token attribute = next();
        if (attribute.type == TokenType::Name) {
            ExprPtr access = make(ExprKind::Attribute, attribute.position, list(std::move(node)));
            access->name = attribute.text;
            return access;
        }
        if (attribute.type != TokenType::Integer)
            fail(kSyntax, "expected a name or a number behind '.'", attribute.position);
        ExprPtr index = make(ExprKind::Constant, attribute.position);
        index->constant = attribute.number;
        return make(ExprKind::Item, token.position, list(std::move(node), std::move(index)));
    }
    const Nesting nesting(*this);
    Exprs arguments;
    while (!current().is("]")) {
        if (!arguments.empty())
            expectOp(",");
        const Position position = current().position;
        ExprPtr start = current().is(":") ? nullptr : parseExpression();
        if (current().is(":")) {
            if (!arguments.empty())
                fail(kUnsupported, "a slice beside other indices", position);
            ExprPtr slice = parseSlice(std::move(node), std::move(start), token.position);
            if (current().is(","))
                fail(kUnsupported, "a slice beside other indices", position);
            expectOp("]");
            return slice;
        }
        arguments.push_back(std::move(start));
    }
    expectOp("]");
    ExprPtr index
        = arguments.size() == 1 ? std::move(arguments[0]) : make(ExprKind::Tuple, token.position, std::move(arguments));
    return make(ExprKind::Item, token.position, list(std::move(node), std::move(index)));
}

ExprPtr Parser::parseSlice(ExprPtr object, ExprPtr start, Position position)
{
    expectOp(":");
    Exprs items = list(std::move(object), std::move(start));
    const auto part = [&] {
        const bool empty = current().is(":") || current().is("]") || current().is(",");
        items.push_back(empty ? nullptr : parseExpression());
    };
    part();
    if (skipOp(":"))
        part();
    else
        items.push_back(nullptr);
    return make(ExprKind::Slice, position, std::move(items));
}

ExprPtr Parser::parseCall(ExprPtr node)
{
    const Position position = current().position;
    ExprPtr call = make(ExprKind::Call, position, list(std::move(node)));
    parseArguments(*call);
    return finish(std::move(call));
}

void Parser::parseArguments(Expr& call)
{
    const Nesting nesting(*this);
    expectOp("(");
    const auto ensure = [this](bool right) {
        if (!right)
            problem("these arguments are in an order that a call cannot have");
    };
    bool needsComma = false;
    while (!current().is(")")) {
        if (needsComma) {
            expectOp(",");
            if (current().is(")"))
                break;
        }
        if (skipOp("*")) {
            ensure(!call.starArguments && !call.starNamed);
            call.starArguments = parseExpression();
        } else if (skipOp("**")) {
            ensure(!call.starNamed);
            call.starNamed = parseExpression();
        } else if (current().type == TokenType::Name && look().is("=")) {
            ensure(!call.starNamed);
            const std::string key = next().text;
            next();
            for (const auto& named : call.named)
                if (named.first == key)
                    problem("the argument " + key + " is given twice");
            call.named.emplace_back(key, parseExpression());
        } else {
            ensure(!call.starArguments && !call.starNamed && call.named.empty());
            call.arguments.push_back(parseExpression());
        }
        needsComma = true;
    }
    expectOp(")");
}

std::string Parser::dottedName()
{
    std::string name = expect(TokenType::Name, "a name").text;
    while (skipOp("."))
        name += "." + expect(TokenType::Name, "a name").text;
    return name;
}

ExprPtr Parser::parseFilter(ExprPtr node, bool startInline)
{
    while (startInline || current().is("|")) {
        if (!startInline)
            next();
        startInline = false;
        const Position position = current().position;
        ExprPtr filter = make(ExprKind::Filter, position, list(std::move(node)));
        filter->name = dottedName();
        if (current().is("("))
            parseArguments(*filter);
        node = finish(std::move(filter));
    }
    return node;
}

ExprPtr Parser::parseTest(ExprPtr node)
{
    const Position position = next().position; // is
    const bool negated = skipName("not");
    ExprPtr test = make(ExprKind::Test, position, list(std::move(node)));
    test->name = dottedName();
    const Token& token = current();
    if (token.is("(")) {
        parseArguments(*test);
    } else if ((token.type == TokenType::Name || token.type == TokenType::String || token.type == TokenType::Integer
                   || token.type == TokenType::Float || token.is("[") || token.is("{"))
        && !token.isName("else") && !token.isName("or") && !token.isName("and")) {
        if (token.isName("is"))
            problem("tests cannot be chained with is");
        const Nesting nesting(*this);
        test->arguments.push_back(parsePostfix(parsePrimary()));
    }
    test = finish(std::move(test));
    return negated ? make(ExprKind::Not, position, list(std::move(test))) : std::move(test);
}

} // namespace aha::jinja
