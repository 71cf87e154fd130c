#pragma once
// Pieces of a template.

#include "core/template/jinja_value.h"

namespace aha::jinja {

enum class TokenType {
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End
};

struct Token {
    TokenType type = TokenType::End;
    std::string text; ///< data, name, operator, or the string with its escapes resolved
    Value number;
    Position position;
    bool is(const char* op) const { return type == TokenType::Operator && text == op; }
    bool isName(const char* name) const { return type == TokenType::Name && text == name; }
};

/// Largest template that is read.
inline constexpr size_t kMaxTemplateBytes = 4u << 20;

/// jinja2's lexer with trim_blocks and lstrip_blocks. Problems: template_syntax, template_unsupported, template_limit.
std::vector<Token> tokenize(std::string_view source);

} // namespace aha::jinja
