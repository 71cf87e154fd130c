#pragma once
// Decodes token by token: what comes out is always whole characters.

#include "core/text/tokenizer.h"

namespace aha {

/// Not thread-safe; one per text. The tokenizer outlives it.
class StreamingDecoder {
public:
    explicit StreamingDecoder(const Tokenizer& tokenizer)
        : m_tokenizer(&tokenizer)
    {
    }
    /// Takes one id; the complete text so far. Bytes that may still become a character wait for the next id; bytes that
    /// cannot are U+FFFD. The text only ever grows.
    const std::string& push(int32_t id);
    /// The end: waiting bytes become U+FFFD. Equals decode() of all ids where their bytes are valid UTF-8.
    const std::string& finish();
    const std::string& text() const { return m_text; }

private:
    const Tokenizer* m_tokenizer;
    std::string m_text, m_waiting;
    bool m_first = true;
    bool m_begun = false; ///< no leading space is dropped any more
};

} // namespace aha
