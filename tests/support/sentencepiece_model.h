#pragma once
// sentencepiece model files as protobuf bytes, so that a test can write what no trainer would.
// ModelProto: 1 = pieces { 1 = text, 2 = score (float), 3 = type }, 2 = trainer_spec, 3 = normalizer_spec.

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace aha::support {

enum PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

inline std::string varint(uint64_t value)
{
    std::string out;
    for (; value >= 0x80; value >>= 7)
        out += char(value | 0x80);
    return out + char(value);
}
inline std::string integer(int field, uint64_t value) { return varint(uint64_t(field) << 3) + varint(value); }
inline std::string message(int field, std::string_view bytes)
{
    return varint(uint64_t(field) << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}
inline std::string number(int field, float value)
{
    char bytes[4];
    std::memcpy(bytes, &value, 4);
    return varint(uint64_t(field) << 3 | 5) + std::string(bytes, 4);
}

inline std::string piece(std::string_view text, PieceType type = Normal, float score = 0)
{
    return message(1, message(1, text) + number(2, score) + (type == Normal ? "" : integer(3, type)));
}
/// model_type: 1 unigram, 2 bpe, 3 word, 4 char.
inline std::string trainerSpec(int modelType, bool byteFallback = false)
{
    return message(2, integer(3, uint64_t(modelType)) + (byteFallback ? integer(35, 1) : ""));
}
/// Identity normaliser with the given precompiled charsmap ("" = none).
inline std::string normalizerSpec(std::string_view charsmap = {}, bool dummyPrefix = false)
{
    return message(3,
        message(1, "identity") + (charsmap.empty() ? "" : message(2, charsmap)) + integer(3, dummyPrefix)
            + integer(4, 0) + integer(5, 1));
}
inline std::string specials() { return piece("<unk>", Unknown) + piece("<s>", Control) + piece("</s>", Control); }

/// Unigram, a few words, 256 byte pieces: every text can be written.
inline std::string byteFallbackModel()
{
    std::string model = specials();
    for (int byte = 0; byte < 256; ++byte) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", byte);
        model += piece(name, Byte);
    }
    for (const char* word : { "\xE2\x96\x81", "the", "cat", "等", "a", "b", "e", "t", "1", "2" })
        model += piece(word, Normal, -1);
    return model + trainerSpec(1, true) + normalizerSpec();
}

inline void write(const std::string& file, std::string_view bytes)
{
    std::ofstream(file, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}
inline std::string read(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

} // namespace aha::support
