#include "core/weights/element_format.h"

#include "core/base/workers.h"
#include "core/weights/dequantize.h"
#include "core/weights/float_formats.h"

#include <algorithm>

namespace aha {

namespace {

void plainF32(const uint8_t* in, float* out, size_t n) { std::memcpy(out, in, n * 4); }

void plainF16(const uint8_t* in, float* out, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        out[i] = floatOfHalf(uint16_t(in[2 * i] | in[2 * i + 1] << 8));
}

void plainBF16(const uint8_t* in, float* out, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        out[i] = floatOfBfloat(uint16_t(in[2 * i] | in[2 * i + 1] << 8));
}

void plainE4M3(const uint8_t* in, float* out, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        out[i] = floatOfE4m3(in[i]);
}

void plainI8(const uint8_t* in, float* out, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        out[i] = float(int8_t(in[i]));
}

constexpr ElementFormat kFormats[] = { { "F32", 1, 4, plainF32 }, { "F16", 1, 2, plainF16 },
    { "BF16", 1, 2, plainBF16 }, { "F8_E4M3", 1, 1, plainE4M3 }, { "I8", 1, 1, plainI8 },
    { "Q8_0", 32, 34, dequantizeQ8_0 }, { "Q4_0", 32, 18, dequantizeQ4_0 }, { "Q4_1", 32, 20, dequantizeQ4_1 },
    { "Q5_0", 32, 22, dequantizeQ5_0 }, { "Q5_1", 32, 24, dequantizeQ5_1 }, { "Q4_K", 256, 144, dequantizeQ4_K },
    { "Q5_K", 256, 176, dequantizeQ5_K }, { "Q6_K", 256, 210, dequantizeQ6_K },
    // Only the bytes of these can be had.
    { "F64", 1, 8, nullptr }, { "F8_E5M2", 1, 1, nullptr }, { "F8_E8M0", 1, 1, nullptr }, { "C64", 1, 8, nullptr },
    { "I64", 1, 8, nullptr }, { "I32", 1, 4, nullptr }, { "I16", 1, 2, nullptr }, { "U64", 1, 8, nullptr },
    { "U32", 1, 4, nullptr }, { "U16", 1, 2, nullptr }, { "U8", 1, 1, nullptr }, { "BOOL", 1, 1, nullptr },
    { "Q8_1", 32, 40, nullptr }, { "Q2_K", 256, 84, nullptr }, { "Q3_K", 256, 110, nullptr },
    { "Q8_K", 256, 292, nullptr }, { "IQ2_XXS", 256, 66, nullptr }, { "IQ2_XS", 256, 74, nullptr },
    { "IQ3_XXS", 256, 98, nullptr }, { "IQ1_S", 256, 50, nullptr }, { "IQ4_NL", 32, 18, nullptr },
    { "IQ3_S", 256, 110, nullptr }, { "IQ2_S", 256, 82, nullptr }, { "IQ4_XS", 256, 136, nullptr },
    { "IQ1_M", 256, 56, nullptr }, { "TQ1_0", 256, 54, nullptr }, { "TQ2_0", 256, 66, nullptr },
    { "MXFP4", 32, 17, nullptr }, { "NVFP4", 64, 36, nullptr }, { "Q1_0", 128, 18, nullptr } };

/// Names by ggml's type number; nullptr where a number was withdrawn.
constexpr const char* kGgmlNames[] = { "F32", "F16", "Q4_0", "Q4_1", nullptr, nullptr, "Q5_0", "Q5_1", "Q8_0", "Q8_1",
    "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S",
    "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16", nullptr, nullptr, nullptr, "TQ1_0", "TQ2_0", nullptr,
    nullptr, nullptr, "MXFP4", "NVFP4", "Q1_0" };

} // namespace

const ElementFormat* findFormat(std::string_view name)
{
    for (const ElementFormat& format : kFormats)
        if (name == format.name)
            return &format;
    return nullptr;
}

const ElementFormat* ggmlFormat(uint32_t type)
{
    return type < std::size(kGgmlNames) && kGgmlNames[type] ? findFormat(kGgmlNames[type]) : nullptr;
}

int ggmlType(std::string_view name)
{
    for (size_t type = 0; type < std::size(kGgmlNames); ++type)
        if (kGgmlNames[type] && name == kGgmlNames[type])
            return int(type);
    return -1;
}

Result<void> toFloat(const ElementFormat& format, std::string_view bytes, std::span<float> out, Workers* workers)
{
    if (!format.toFloat)
        return Error { "weights_format", std::string("Numbers stored as ") + format.name + " cannot be read.",
            "Readable are F32, F16, BF16, F8_E4M3, I8 and GGUF's Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K: "
            "convert "
            "the file to one of them." };
    const size_t blocks = bytes.size() / format.blockBytes;
    if (bytes.size() % format.blockBytes != 0 || out.size() != blocks * format.blockElements)
        return Error { "weights_size",
            std::to_string(bytes.size()) + " bytes of " + format.name + " are not " + std::to_string(out.size())
                + " numbers.",
            "" };
    if (blocks == 0)
        return {};
    const auto* in = reinterpret_cast<const uint8_t*>(bytes.data());
    const size_t team = workers && out.size() >= (1 << 16) ? size_t(workers->size()) : 1;
    if (team == 1) {
        format.toFloat(in, out.data(), blocks);
        return {};
    }
    workers->run([&](int worker) {
        const size_t begin = blocks * size_t(worker) / team, end = blocks * size_t(worker + 1) / team;
        format.toFloat(in + begin * format.blockBytes, out.data() + begin * format.blockElements, end - begin);
    });
    return {};
}

Result<void> appendEncoded(std::string& bytes, const ElementFormat& format, std::span<const float> values)
{
    const std::string_view name = format.name;
    const size_t blocks = values.size() / format.blockElements, at = bytes.size();
    if (values.size() % format.blockElements != 0)
        return Error { "weights_size",
            std::to_string(values.size()) + " numbers are not whole blocks of " + format.name + ".", "" };
    if (name != "F32" && name != "F16" && name != "BF16" && name != "Q8_0")
        return Error { "weights_format", std::string("Numbers cannot be written as ") + format.name + ".",
            "Choose F32, F16, BF16 or Q8_0." };
    if (blocks == 0)
        return {};
    bytes.resize(at + blocks * format.blockBytes);
    auto* out = reinterpret_cast<uint8_t*>(bytes.data()) + at;
    if (name == "F32") {
        std::memcpy(out, values.data(), values.size_bytes());
    } else if (name == "Q8_0") {
        quantizeQ8_0(values.data(), out, blocks);
    } else {
        const bool half = name == "F16";
        for (size_t i = 0; i < values.size(); ++i) {
            const uint16_t value = half ? halfOfFloat(values[i]) : bfloatOfFloat(values[i]);
            std::memcpy(out + 2 * i, &value, 2);
        }
    }
    return {};
}

} // namespace aha
