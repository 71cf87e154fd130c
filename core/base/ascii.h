#pragma once
// Kinds of ASCII bytes, the same in every locale; a byte beyond ASCII is of none of them.

namespace aha {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool isNameStart(char c) { return isLetter(c) || c == '_'; }
constexpr bool isName(char c) { return isNameStart(c) || isDigit(c); }

} // namespace aha
