#pragma once
// LaTeX or plain mathematical text as tokens. Linear; whatever is not understood is an error, never skipped.

#include "core/base/result.h"

#include <gmpxx.h>

#include <string>
#include <string_view>
#include <vector>

namespace aha::math {

enum class Notation {
    Latex, ///< letters are variables: "4pi" is 4·p·i and "1.2e6" is 1.2·e·6
    Plain ///< "pi" is π, "1.2e6" a number, "1 000" a thousand, "1,22" has a decimal comma
};

enum class TokenKind {
    Number, ///< value, places; text holds its digits
    Letter, ///< one variable: text; the first letter of a word holds all of the word in `run`
    Name, ///< a command or function without its backslash: "frac", "sin", "pi"
    Text, ///< what \text{…} holds
    Sign, ///< operators, relations and brackets; "{" groups, "\{" is a set's
    Begin, ///< of an environment: text is its name
    End,
    Row, ///< \\ between rows
    Stop ///< end of input
};

struct Token {
    TokenKind kind = TokenKind::Stop;
    std::string text;
    mpq_class value;
    int places = 0; ///< digits after the point as written
    std::string run;

    bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
    bool isSign(std::string_view t) const { return is(TokenKind::Sign, t); }
};

inline constexpr size_t kMaxExpression = 4096; ///< bytes
inline constexpr size_t kMaxDigits = 1000; ///< of one number

/// The last token is a Stop. Errors: too_long, bad_character, bad_command, ambiguous_blank ("7 412 564" in LaTeX).
Result<std::vector<Token>> lex(std::string_view text, Notation notation);

} // namespace aha::math
