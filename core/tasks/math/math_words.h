#pragma once
// The vocabulary of the lexer: what commands, words and Unicode characters stand for.

#include "core/tasks/math/math_lexer.h"

#include <utility>

namespace aha::math {

struct Spelling {
    std::string_view written;
    TokenKind kind;
    std::string_view text; ///< of the token; empty: a blank
};

/// Of a command without its backslash; null: not read.
const Spelling* findCommand(std::string_view name);
/// A word among letters: "and", "percent", a function's name before its argument (`called`), "pi" where `plain`.
const Spelling* findWord(std::string_view word, bool plain, bool called);
/// A character beyond ASCII at the front of `text`, with its length.
std::pair<const Spelling*, size_t> findSymbol(std::string_view text);
/// Bytes of a Greek letter at the front of `text`; 0 when there is none.
size_t greekLetter(std::string_view text);

bool isTextCommand(std::string_view name); ///< \text, \mathrm, …
bool isIgnoredCommand(std::string_view name); ///< \left, \displaystyle, …

} // namespace aha::math
