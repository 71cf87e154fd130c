#include "core/tasks/programs/packed_tests.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <optional>

namespace aha {

namespace {

constexpr size_t kMost = 256u << 20;

std::optional<std::string> fromBase64(std::string_view text)
{
    std::array<int8_t, 256> values {};
    values.fill(-1);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < letters.size(); ++i)
        values[uint8_t(letters[i])] = int8_t(i);
    while (!text.empty() && (text.back() == '=' || text.back() == '\n'))
        text.remove_suffix(1);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    uint32_t bits = 0;
    int held = 0;
    for (const char letter : text) {
        const int value = values[uint8_t(letter)];
        if (value < 0)
            return std::nullopt;
        bits = bits << 6 | uint32_t(value);
        if ((held += 6) >= 8) {
            held -= 8;
            bytes += char(bits >> held & 0xFF);
        }
    }
    return bytes;
}

std::optional<std::string> inflated(const std::string& packed)
{
    z_stream stream {};
    if (::inflateInit(&stream) != Z_OK)
        return std::nullopt;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = uInt(packed.size());
    std::string bytes;
    int state = Z_OK;
    while (state == Z_OK && bytes.size() < kMost) {
        char piece[64 << 10];
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        state = ::inflate(&stream, Z_NO_FLUSH);
        bytes.append(piece, sizeof piece - stream.avail_out);
    }
    ::inflateEnd(&stream);
    if (state != Z_STREAM_END)
        return std::nullopt;
    return bytes;
}

/// Protocol and frame, one text of 1, 4 or 8 bytes of length, what remembers it, the end.
std::optional<std::string_view> pickledText(std::string_view pickle)
{
    const auto number = [&pickle](size_t bytes) -> std::optional<uint64_t> {
        if (pickle.size() < bytes)
            return std::nullopt;
        uint64_t value = 0;
        for (size_t i = 0; i < bytes; ++i)
            value |= uint64_t(uint8_t(pickle[i])) << 8 * i;
        pickle.remove_prefix(bytes);
        return value;
    };
    std::optional<std::string_view> text;
    while (!pickle.empty()) {
        const uint8_t code = uint8_t(pickle[0]);
        pickle.remove_prefix(1);
        size_t lengthBytes = 0;
        switch (code) {
        case 0x80: // PROTO
        case 'q': // BINPUT
            if (!number(1))
                return std::nullopt;
            continue;
        case 0x95: // FRAME
            if (!number(8))
                return std::nullopt;
            continue;
        case 'r': // LONG_BINPUT
            if (!number(4))
                return std::nullopt;
            continue;
        case 0x94: // MEMOIZE
            continue;
        case '.': // STOP
            return text;
        case 0x8C: // SHORT_BINUNICODE
            lengthBytes = 1;
            break;
        case 'X': // BINUNICODE
            lengthBytes = 4;
            break;
        case 0x8D: // BINUNICODE8
            lengthBytes = 8;
            break;
        default:
            return std::nullopt;
        }
        const std::optional<uint64_t> length = number(lengthBytes);
        if (!length || *length > pickle.size() || text)
            return std::nullopt;
        text = pickle.substr(0, size_t(*length));
        pickle.remove_prefix(size_t(*length));
    }
    return std::nullopt;
}

} // namespace

Result<std::string> unpackTests(std::string_view base64)
{
    const Error broken { "task_item_invalid",
        "The packed tests of this row cannot be read: they are neither JSON nor base64 of zlib of a pickled text.",
        "" };
    const std::optional<std::string> packed = fromBase64(base64);
    const std::optional<std::string> pickle = packed ? inflated(*packed) : std::nullopt;
    const std::optional<std::string_view> text = pickle ? pickledText(*pickle) : std::nullopt;
    if (!text)
        return broken;
    return std::string(*text);
}

} // namespace aha
