#pragma once
// A text as the tokens of a tokenizer, ready to be drawn: every byte of it visible.

#include "core/text/tokenizer.h"

#include <QString>
#include <QVector>

#include <string_view>

namespace aha {

struct TokenChip {
    int id = 0;
    QString text; ///< spaces as ·, newlines as ⏎, bytes that are no characters as E4 B8
    bool bytes = false; ///< `text` is hex
    bool special = false;
    int lineBreaks = 0; ///< newlines at its end: the next chip begins a new row
};

struct TokenList {
    QVector<TokenChip> chips;
    qint64 characters = 0, bytes = 0;
    QString problem; ///< the tokenizer gave up, and why

    double charactersPerToken() const { return chips.isEmpty() ? 0 : double(characters) / double(chips.size()); }
};

/// Thread-safe. `parseSpecial`: the text of special tokens becomes those tokens.
TokenList tokenList(const Tokenizer& tokenizer, std::string_view utf8, bool parseSpecial);
TokenChip tokenChip(const Tokenizer& tokenizer, int32_t id);

} // namespace aha
