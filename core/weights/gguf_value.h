#pragma once
// A metadata value of a GGUF file.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace aha {

/// The numbers are the file's.
enum class GgufType : uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

/// `type` (and of an array `elementType`) say how it stands in the file; the alternatives below are wide enough for
/// all.
struct GgufValue {
    GgufType type = GgufType::U32;
    GgufType elementType = GgufType::U32; ///< of an array
    std::variant<uint64_t, int64_t, double, bool, std::string, std::vector<uint64_t>, std::vector<int64_t>,
        std::vector<double>, std::vector<std::string>, std::vector<GgufValue>>
        value; ///< arrays of bool are vector<uint64_t>, arrays of arrays vector<GgufValue>

    static GgufValue u32(uint32_t value) { return { GgufType::U32, GgufType::U32, uint64_t(value) }; }
    static GgufValue f32(float value) { return { GgufType::F32, GgufType::U32, double(value) }; }
    static GgufValue boolean(bool value) { return { GgufType::Bool, GgufType::U32, value }; }
    static GgufValue text(std::string value) { return { GgufType::String, GgufType::U32, std::move(value) }; }
    static GgufValue texts(std::vector<std::string> v) { return { GgufType::Array, GgufType::String, std::move(v) }; }
    static GgufValue f32s(std::vector<double> v) { return { GgufType::Array, GgufType::F32, std::move(v) }; }
    static GgufValue i32s(std::vector<int64_t> v) { return { GgufType::Array, GgufType::I32, std::move(v) }; }

    /// A whole number of any width that fits.
    std::optional<int64_t> integer() const
    {
        if (const auto* u = std::get_if<uint64_t>(&value); u && *u <= uint64_t(INT64_MAX))
            return int64_t(*u);
        if (const auto* i = std::get_if<int64_t>(&value))
            return *i;
        return {};
    }
    /// A whole or real number.
    std::optional<double> number() const
    {
        if (const auto* d = std::get_if<double>(&value))
            return *d;
        if (const std::optional<int64_t> i = integer())
            return double(*i);
        return {};
    }
    const bool* truth() const { return std::get_if<bool>(&value); }
    const std::string* string() const { return std::get_if<std::string>(&value); }
    const std::vector<std::string>* strings() const { return std::get_if<std::vector<std::string>>(&value); }
};

/// "UINT32" …, ggml's names.
const char* ggufTypeName(GgufType type);

} // namespace aha
