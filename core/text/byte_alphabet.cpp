#include "core/text/byte_alphabet.h"

#include "core/base/utf8.h"

#include <cstdio>

namespace aha {

namespace {

constexpr bool isPrintable(int byte) { return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD); }

constexpr std::array<char32_t, 256> makeAlphabet()
{
    std::array<char32_t, 256> table {};
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte)
        table[size_t(byte)] = isPrintable(byte) ? char32_t(byte) : next++;
    return table;
}

constexpr std::array<char32_t, 256> kAlphabet = makeAlphabet();
constexpr char32_t kLast = 0x143; // 68 bytes are not printable

constexpr std::array<int, kLast + 1> makeReverse()
{
    std::array<int, kLast + 1> table {};
    for (int& byte : table)
        byte = -1;
    for (int byte = 0; byte < 256; ++byte)
        table[kAlphabet[size_t(byte)]] = byte;
    return table;
}
constexpr std::array<int, kLast + 1> kReverse = makeReverse();

int hexDigit(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'A' && c <= 'F'  ? c - 'A' + 10
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
                                : -1;
}

} // namespace

const std::array<char32_t, 256>& byteAlphabet() { return kAlphabet; }

std::optional<std::string> bytesOfPiece(std::string_view piece)
{
    std::string bytes;
    for (size_t at = 0; at < piece.size();) {
        const CodePoint point = decodeUtf8(piece, at);
        if (!point.valid || point.value > kLast || kReverse[point.value] < 0)
            return std::nullopt;
        bytes += char(kReverse[point.value]);
        at += point.bytes;
    }
    return bytes;
}

std::string pieceOfBytes(std::string_view bytes)
{
    std::string piece;
    for (const char byte : bytes)
        appendUtf8(piece, kAlphabet[uint8_t(byte)]);
    return piece;
}

int byteOfFallbackPiece(std::string_view piece)
{
    if (piece.size() != 6 || piece.substr(0, 3) != "<0x" || piece[5] != '>')
        return -1;
    const int high = hexDigit(piece[3]), low = hexDigit(piece[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string fallbackPieceOfByte(unsigned char byte)
{
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte);
    return text;
}

} // namespace aha
