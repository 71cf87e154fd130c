#pragma once
// Tokens back to text. Hugging Face's decoders are chains of small steps; the chains that occur come down to a few
// facts.

#include "core/text/tokenizer.h"

#include <optional>

namespace aha {

/// Immutable and thread-safe.
struct TokenDecoder {
    bool byteLevel = false; ///< pieces are written in GPT-2's byte alphabet
    bool byteFallback = false; ///< "<0xNN>" is a byte
    bool joinWithSpaces = false; ///< a file without a decoder: pieces with spaces between
    std::vector<std::pair<std::string, std::string>> replacements; ///< in each piece, in order
    LeadingSpaces leadingSpaces = LeadingSpaces::Keep;

    std::string bytesOf(std::string_view piece) const;
    /// Text of `pieces`; invalid UTF-8 becomes U+FFFD as the reference does it: byte-level by maximal parts, fallback
    /// bytes each for itself with all of their run.
    std::string decode(const std::vector<std::string_view>& pieces, std::vector<int32_t>& ends) const;
};

/// `bytes` with invalid parts replaced (Unicode 15, §3.9: one U+FFFD for each maximal part). `ends` are positions in
/// `bytes` and become positions in the result.
std::string replaceInvalid(std::string_view bytes, std::vector<int32_t>& ends);

/// Length of the beginning of `bytes` that holds whole characters or certain mistakes only: what may still become a
/// character is left out.
size_t completeUtf8(std::string_view bytes);

} // namespace aha
