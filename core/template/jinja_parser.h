#pragma once
// Tokens to tree: jinja2's parser, with loop controls and {% generation %}. Internal to this room.

#include "core/template/jinja_ast.h"
#include "core/template/jinja_token.h"

#include <initializer_list>

namespace aha::jinja {

class Parser {
public:
    explicit Parser(std::vector<Token> tokens)
        : m_tokens(std::move(tokens))
    {
    }
    Template run();

private:
    const Token& current() const { return m_tokens[m_at]; }
    const Token& look() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    Token next();
    bool skipOp(const char* op);
    bool skipName(const char* name);
    void expectOp(const char* op);
    void expectName(const char* name);
    Token expect(TokenType type, const char* what);
    [[noreturn]] void problem(const std::string& what) const;
    [[noreturn]] void unexpected(const std::string& wanted) const;

    // Statements (jinja_statements_parser.cpp)
    Body parseBody(std::initializer_list<const char*> ends);
    Body parseStatements(std::initializer_list<const char*> ends, bool dropEnd);
    StmtPtr parseStatement();
    StmtPtr parseFor();
    StmtPtr parseIf();
    StmtPtr parseSet();
    StmtPtr parseMacro();
    StmtPtr parseCallBlock();
    StmtPtr parseFilterBlock();
    StmtPtr parseWith();
    StmtPtr parsePrint();
    void parseSignature(Stmt& stmt);
    ExprPtr parseTarget(bool stopAtIn, bool withNamespace);
    ExprPtr parseNameTarget(Use use);
    StmtPtr statement(StmtKind kind) const;

    // Expressions (jinja_parser.cpp)
    ExprPtr parseExpression(bool withConditional = true);
    struct TupleRules {
        bool simplified = false, withConditional = true, explicitParentheses = false, withNamespace = false;
        const char* endName = nullptr;
    };
    ExprPtr parseTuple(TupleRules rules);
    ExprPtr parseConditional();
    ExprPtr parseOr();
    ExprPtr parseAnd();
    ExprPtr parseNot();
    ExprPtr parseCompare();
    ExprPtr parseSum();
    ExprPtr parseConcat();
    ExprPtr parseProduct();
    ExprPtr parsePower();
    ExprPtr parseUnary(bool withFilter = true);
    ExprPtr parsePrimary(bool withNamespace = false);
    ExprPtr parseList();
    ExprPtr parseDict();
    ExprPtr parsePostfix(ExprPtr node);
    ExprPtr parseFilterExpr(ExprPtr node);
    ExprPtr parseSubscript(ExprPtr node);
    ExprPtr parseSlice(ExprPtr object, ExprPtr start, Position position);
    ExprPtr parseCall(ExprPtr node);
    void parseArguments(Expr& call);
    ExprPtr parseFilter(ExprPtr node, bool startInline = false);
    ExprPtr parseTest(ExprPtr node);
    std::string dottedName();
    ExprPtr make(ExprKind kind, Position position, Exprs items = {}) const;
    ExprPtr finish(ExprPtr node) const;

    /// Bounds recursion: brackets, unary operators, tags.
    class Nesting {
    public:
        explicit Nesting(Parser& parser);
        ~Nesting() { --m_parser.m_nesting; }

    private:
        Parser& m_parser;
    };

    std::vector<Token> m_tokens;
    size_t m_at = 0;
    int m_nesting = 0;
    bool m_marksGeneration = false;
};

} // namespace aha::jinja
