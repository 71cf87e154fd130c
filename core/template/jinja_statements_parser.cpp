// Statements: what stands in {% … %}, and the text between.

#include "core/template/jinja_parser.h"

namespace aha::jinja {

namespace {

/// A target is written once and used by two functions when a loop has a filter.
ExprPtr copyTarget(const Expr& target)
{
    auto copy = std::make_unique<Expr>();
    copy->kind = target.kind;
    copy->position = target.position;
    copy->use = target.use;
    copy->name = target.name;
    copy->attribute = target.attribute;
    copy->depth = target.depth;
    for (const ExprPtr& item : target.items)
        copy->items.push_back(copyTarget(*item));
    return copy;
}

/// Marks names as stored; false when this cannot be assigned to.
bool makeStore(Expr& target, Use use)
{
    target.use = use;
    if (target.kind == ExprKind::Name || target.kind == ExprKind::NamespaceRef)
        return true;
    if (target.kind != ExprKind::Tuple)
        return false;
    bool all = true;
    for (const ExprPtr& item : target.items)
        all = makeStore(*item, use) && all;
    return all;
}

} // namespace

Template Parser::run()
{
    Template tree;
    tree.body = parseBody({});
    tree.marksGeneration = m_marksGeneration;
    return tree;
}

StmtPtr Parser::statement(StmtKind kind) const
{
    auto stmt = std::make_unique<Stmt>();
    stmt->kind = kind;
    stmt->position = current().position;
    return stmt;
}

/// Until one of `ends` opens a tag (which is left standing on its name), or the template ends.
Body Parser::parseBody(std::initializer_list<const char*> ends)
{
    const Nesting nesting(*this);
    Body body;
    const auto output = [&](ExprPtr what) {
        if (body.empty() || body.back()->kind != StmtKind::Output)
            body.push_back(statement(StmtKind::Output));
        body.back()->outputs.push_back(std::move(what));
    };
    for (;;) {
        const Token token = current();
        if (token.type == TokenType::End)
            return body;
        if (token.type == TokenType::Data) {
            next();
            ExprPtr data = make(ExprKind::Constant, token.position);
            data->constant = Value::constant(token.text);
            output(std::move(data));
        } else if (token.type == TokenType::VariableBegin) {
            next();
            output(parseTuple({}));
            expect(TokenType::VariableEnd, "'}}'");
        } else {
            expect(TokenType::BlockBegin, "'{%'");
            for (const char* end : ends)
                if (current().isName(end))
                    return body;
            body.push_back(parseStatement());
            expect(TokenType::BlockEnd, "'%}'");
        }
    }
}

Body Parser::parseStatements(std::initializer_list<const char*> ends, bool dropEnd)
{
    skipOp(":");
    expect(TokenType::BlockEnd, "'%}'");
    Body body = parseBody(ends);
    if (current().type == TokenType::End) {
        std::string wanted;
        for (const char* end : ends)
            wanted += (wanted.empty() ? "{% " : " or {% ") + std::string(end) + " %}";
        problem("the template ends where " + wanted + " is missing");
    }
    if (dropEnd)
        next();
    return body;
}

StmtPtr Parser::parseStatement()
{
    const Token token = current();
    if (token.type != TokenType::Name)
        problem("a tag begins with its name");
    const std::string& tag = token.text;
    if (tag == "for")
        return parseFor();
    if (tag == "if")
        return parseIf();
    if (tag == "set")
        return parseSet();
    if (tag == "macro")
        return parseMacro();
    if (tag == "call")
        return parseCallBlock();
    if (tag == "filter")
        return parseFilterBlock();
    if (tag == "with")
        return parseWith();
    if (tag == "print")
        return parsePrint();
    if (tag == "generation") {
        StmtPtr stmt = statement(StmtKind::Generation);
        next();
        m_marksGeneration = true;
        stmt->body = parseStatements({ "endgeneration" }, true);
        return stmt;
    }
    if (tag == "break" || tag == "continue") {
        StmtPtr stmt = statement(tag == "break" ? StmtKind::Break : StmtKind::Continue);
        next();
        return stmt;
    }
    for (const char* known : { "block", "extends", "include", "import", "from", "autoescape" })
        if (tag == known)
            fail(kUnsupported, "the tag {% " + tag + " %}", token.position);
    problem("there is no tag {% " + tag + " %} here");
}

StmtPtr Parser::parseFor()
{
    StmtPtr stmt = statement(StmtKind::For);
    next();
    stmt->target = parseTarget(true, false);
    expectName("in");
    TupleRules rules;
    rules.withConditional = false;
    rules.endName = "recursive";
    stmt->value = parseTuple(rules);
    if (skipName("if")) {
        stmt->test = parseExpression();
        stmt->testTarget = copyTarget(*stmt->target);
    }
    stmt->recursive = skipName("recursive");
    stmt->body = parseStatements({ "endfor", "else" }, false);
    if (next().text == "else")
        stmt->orElse = parseStatements({ "endfor" }, true);
    return stmt;
}

StmtPtr Parser::parseIf()
{
    StmtPtr first = statement(StmtKind::If);
    Stmt* branch = first.get();
    next();
    for (;;) {
        TupleRules rules;
        rules.withConditional = false;
        branch->test = parseTuple(rules);
        branch->body = parseStatements({ "elif", "else", "endif" }, false);
        const std::string end = next().text;
        if (end == "elif") {
            first->elifs.push_back(statement(StmtKind::If));
            branch = first->elifs.back().get();
            continue;
        }
        if (end == "else")
            first->orElse = parseStatements({ "endif" }, true);
        return first;
    }
}

StmtPtr Parser::parseSet()
{
    StmtPtr stmt = statement(StmtKind::Set);
    next();
    stmt->target = parseTarget(false, true);
    if (skipOp("=")) {
        stmt->value = parseTuple({});
        return stmt;
    }
    stmt->kind = StmtKind::SetBlock;
    stmt->filter = parseFilter(nullptr);
    stmt->body = parseStatements({ "endset" }, true);
    return stmt;
}

ExprPtr Parser::parseNameTarget(Use use)
{
    const Token token = expect(TokenType::Name, "a name");
    for (const char* taken : { "true", "false", "none", "True", "False", "None" })
        if (token.text == taken)
            fail(kSyntax, token.text + " cannot be assigned to", token.position);
    ExprPtr name = make(ExprKind::Name, token.position);
    name->name = token.text;
    name->use = use;
    return name;
}

ExprPtr Parser::parseTarget(bool stopAtIn, bool withNamespace)
{
    TupleRules rules;
    rules.simplified = true;
    rules.withNamespace = withNamespace;
    rules.endName = stopAtIn ? "in" : nullptr;
    ExprPtr target = parseTuple(rules);
    if (!makeStore(*target, Use::Store))
        fail(kSyntax, "this cannot be assigned to", target->position);
    return target;
}

void Parser::parseSignature(Stmt& stmt)
{
    expectOp("(");
    while (!current().is(")")) {
        if (!stmt.targets.empty())
            expectOp(",");
        ExprPtr parameter = parseNameTarget(Use::Parameter);
        if (skipOp("="))
            stmt.values.push_back(parseExpression());
        else if (!stmt.values.empty())
            problem("a parameter without default follows one with a default");
        for (const std::string& earlier : stmt.function.parameters)
            if (earlier == parameter->name)
                problem("the parameter " + earlier + " is declared twice");
        stmt.function.parameters.push_back(parameter->name);
        stmt.targets.push_back(std::move(parameter));
    }
    expectOp(")");
}

StmtPtr Parser::parseMacro()
{
    StmtPtr stmt = statement(StmtKind::Macro);
    next();
    stmt->name = parseNameTarget(Use::Store)->name;
    parseSignature(*stmt);
    stmt->body = parseStatements({ "endmacro" }, true);
    return stmt;
}

StmtPtr Parser::parseCallBlock()
{
    StmtPtr stmt = statement(StmtKind::CallBlock);
    next();
    if (current().is("("))
        parseSignature(*stmt);
    stmt->value = parseExpression();
    if (stmt->value->kind != ExprKind::Call)
        fail(kSyntax, "{% call %} needs a call", stmt->position);
    stmt->body = parseStatements({ "endcall" }, true);
    return stmt;
}

StmtPtr Parser::parseFilterBlock()
{
    StmtPtr stmt = statement(StmtKind::FilterBlock);
    next();
    stmt->filter = parseFilter(nullptr, true);
    stmt->body = parseStatements({ "endfilter" }, true);
    return stmt;
}

StmtPtr Parser::parseWith()
{
    StmtPtr stmt = statement(StmtKind::With);
    next();
    while (current().type != TokenType::BlockEnd) {
        if (!stmt->targets.empty())
            expectOp(",");
        ExprPtr target = parseTarget(false, false);
        makeStore(*target, Use::Parameter);
        stmt->targets.push_back(std::move(target));
        expectOp("=");
        stmt->values.push_back(parseExpression());
    }
    stmt->body = parseStatements({ "endwith" }, true);
    return stmt;
}

StmtPtr Parser::parsePrint()
{
    StmtPtr stmt = statement(StmtKind::Output);
    next();
    while (current().type != TokenType::BlockEnd) {
        if (!stmt->outputs.empty())
            expectOp(",");
        stmt->outputs.push_back(parseExpression());
    }
    return stmt;
}

Template parseSyntax(std::string_view source) { return Parser(tokenize(source)).run(); }

std::shared_ptr<const Template> parseTemplate(std::string_view source)
{
    auto tree = std::make_shared<Template>(parseSyntax(source));
    tree->source = source;
    resolveNames(*tree);
    return tree;
}

} // namespace aha::jinja
