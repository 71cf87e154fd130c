#include "core/store/stream_rows.h"

#include "core/base/utf8.h"

#include <array>
#include <cmath>
#include <cstdlib>

namespace aha {

using nlohmann::json;

namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string toBase64(const unsigned char* bytes, size_t size)
{
    std::string text;
    text.reserve((size + 2) / 3 * 4);
    for (size_t i = 0; i < size; i += 3) {
        const uint32_t three = uint32_t(bytes[i]) << 16 | (i + 1 < size ? uint32_t(bytes[i + 1]) << 8 : 0)
            | (i + 2 < size ? uint32_t(bytes[i + 2]) : 0);
        for (int shift = 18, n = 0; n < 4; shift -= 6, ++n)
            text += i + size_t(n) > size ? '=' : kDigits[three >> shift & 63];
    }
    return text;
}

Failure malformed(const std::string& why)
{
    return Failure({ "stream_malformed", "A row of the stream is not understood: " + why,
        "Use the same version of AhaScope on both sides." });
}

std::string fromBase64(const std::string& text)
{
    static const std::array<int8_t, 256> kValues = [] {
        std::array<int8_t, 256> values;
        values.fill(-1);
        for (int i = 0; i < 64; ++i)
            values[size_t(static_cast<unsigned char>(kDigits[i]))] = int8_t(i);
        return values;
    }();
    if (text.size() % 4 != 0)
        throw malformed("its bytes are cut.");
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (size_t i = 0; i < text.size(); i += 4) {
        uint32_t three = 0;
        int filled = 0;
        for (size_t n = 0; n < 4; ++n) {
            const char c = text[i + n];
            const int8_t value = kValues[size_t(static_cast<unsigned char>(c))];
            const bool padding = c == '=' && i + 4 == text.size() && n >= 2;
            if (value < 0 && !padding)
                throw malformed("its bytes are damaged.");
            three = three << 6 | uint32_t(padding ? 0 : value);
            filled += !padding;
        }
        for (int n = 0; n < filled - 1; ++n)
            bytes += char(three >> (16 - 8 * n) & 255);
    }
    return bytes;
}

} // namespace

json streamValue(const SQLite::Column& column)
{
    if (column.isNull())
        return nullptr;
    if (column.isInteger())
        return column.getInt64();
    if (column.isFloat()) {
        const double value = column.getDouble();
        return std::isfinite(value) ? json(value) : json { { "real", value > 0 ? "inf" : "-inf" } };
    }
    const auto* bytes = static_cast<const unsigned char*>(column.getBlob());
    const size_t size = size_t(column.getBytes());
    if (column.isBlob())
        return { { "blob", toBase64(bytes, size) } };
    std::string text(reinterpret_cast<const char*>(bytes), size);
    if (validUtf8(text) == text)
        return text;
    return { { "text", toBase64(bytes, size) } };
}

void bindStreamValue(SQLite::Statement& statement, int index, const json& value)
{
    if (value.is_null())
        return statement.bind(index);
    if (value.is_number_float())
        return statement.bind(index, value.get<double>());
    if (value.is_number_integer())
        return statement.bind(index, value.get<int64_t>());
    if (value.is_string())
        return statement.bind(index, value.get<std::string>());
    if (!value.is_object() || value.size() != 1 || !value.begin()->is_string())
        throw malformed("a value is neither text nor a number.");
    const std::string text = value.begin()->get<std::string>();
    if (value.begin().key() == "real")
        return statement.bind(index, text == "inf" ? INFINITY : -INFINITY);
    const std::string bytes = fromBase64(text);
    if (value.begin().key() == "text")
        return statement.bind(index, bytes);
    if (value.begin().key() != "blob")
        throw malformed("a value is of the unknown kind \"" + value.begin().key() + "\".");
    const char none = 0; // a null pointer would be NULL, not an empty blob
    statement.bind(index, bytes.empty() ? static_cast<const void*>(&none) : bytes.data(), int(bytes.size()));
}

} // namespace aha
