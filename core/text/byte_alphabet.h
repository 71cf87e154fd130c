#pragma once
// GPT-2's alphabet: every byte as one printable character, so that byte-level vocabularies can be written as text.
// Source: openai/gpt-2, src/encoder.py, bytes_to_unicode.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace aha {

/// The character of each byte: itself where it is printable Latin-1, else U+0100 and up in order.
const std::array<char32_t, 256>& byteAlphabet();

/// The bytes that `piece` stands for; nothing when one of its characters is not in the alphabet.
std::optional<std::string> bytesOfPiece(std::string_view piece);

/// `bytes` in the alphabet.
std::string pieceOfBytes(std::string_view bytes);

/// "<0x0A>" is byte 10; -1 for any other text. Exactly two hexadecimal digits.
int byteOfFallbackPiece(std::string_view piece);
std::string fallbackPieceOfByte(unsigned char byte);

} // namespace aha
