#pragma once
// What turns one word into tokens: byte-pair encoding, by merge rules or by scores, or a unigram model.

#include "core/text/vocabulary.h"

namespace aha {

/// A token and the bytes of the word that it stands for.
struct WordToken {
    int32_t id;
    uint32_t begin, end;
};

/// Immutable and thread-safe.
class TokenModel {
public:
    virtual ~TokenModel() = default;
    /// Appends the tokens of `word` (valid UTF-8, not empty; under 4 GB).
    virtual void tokenize(std::string_view word, std::vector<WordToken>& out) const = 0;
    virtual const Vocabulary& vocabulary() const = 0;
    virtual int32_t unkId() const = 0; ///< -1 when there is none
    /// An unknown token is shown as its text instead of the unknown token's piece.
    virtual bool showsUnknownText() const { return false; }
};

} // namespace aha
