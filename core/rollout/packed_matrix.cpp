#include "core/rollout/packed_matrix.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace aha {

namespace {

constexpr int64_t kPanel = PackedMatrix::kPanel, kGroup = PackedMatrix::kGroup, kHalf = kPanel / 2;
constexpr int64_t kQuad = 4; ///< inputs that one 32-bit word of int8 holds
constexpr uint8_t kZero = 128;

uint16_t roundToBFloat16(float value)
{
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    if (std::isnan(value))
        return uint16_t(bits >> 16 | 0x40);
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Calls write(k, j, row[k]) for rows j of a panel, a few inputs at a time, so that both sides stay in cache.
template <class Write>
void transpose(const float* source, int64_t inputs, int64_t first, int64_t count, const Write& write)
{
    constexpr int64_t kStep = 16;
    for (int64_t from = 0; from < inputs; from += kStep)
        for (int64_t j = 0; j < count; ++j)
            for (int64_t k = from; k < std::min(inputs, from + kStep); ++k)
                write(k, first + j, source[j * inputs + k]);
}

} // namespace

std::optional<WeightFormat> weightFormatNamed(const std::string& name)
{
    if (name == "float32")
        return WeightFormat::Float32;
    if (name == "bfloat16")
        return WeightFormat::BFloat16;
    if (name == "int8")
        return WeightFormat::Int8;
    return std::nullopt;
}

size_t PackedMatrix::panelBytes() const
{
    switch (format) {
    case WeightFormat::Float32:
        return size_t(inputs * kPanel) * sizeof(float);
    case WeightFormat::BFloat16:
        return size_t(inputs * kHalf) * sizeof(uint32_t);
    case WeightFormat::Int8:
        return size_t(groups() * kGroup * kPanel);
    }
    return 0;
}

void PackedMatrix::reshape(int64_t outputCount, int64_t inputCount, WeightFormat storage)
{
    format = storage;
    inputs = inputCount;
    outputs = outputCount;
    panels = (outputCount + kPanel - 1) / kPanel;
    values.resize(size_t(panels) * panelBytes());
    if (format == WeightFormat::Int8) {
        std::fill_n(reinterpret_cast<uint8_t*>(values.data()), values.size(), kZero);
        scales.resize(size_t(panels * groups() * kPanel));
    }
}

void PackedMatrix::setRows(int64_t firstOutput, const float* source, int64_t rows)
{
    for (int64_t done = 0; done < rows;) {
        const int64_t output = firstOutput + done, p = output / kPanel, first = output % kPanel,
                      count = std::min(rows - done, kPanel - first);
        const float* from = source + done * inputs;
        std::byte* to = values.data() + size_t(p) * panelBytes();
        if (format == WeightFormat::Float32) {
            transpose(from, inputs, first, count,
                [to](int64_t k, int64_t j, float v) { reinterpret_cast<float*>(to)[k * kPanel + j] = v; });
        } else if (format == WeightFormat::BFloat16) {
            static_assert(std::endian::native == std::endian::little);
            transpose(from, inputs, first, count, [to](int64_t k, int64_t j, float v) {
                reinterpret_cast<uint16_t*>(to)[2 * (k * kHalf + j % kHalf) + j / kHalf] = roundToBFloat16(v);
            });
        } else {
            float* panelScale = scales.data() + p * groups() * kPanel;
            std::vector<float> inverse(size_t(count * groups()));
            for (int64_t j = 0; j < count; ++j)
                for (int64_t g = 0; g < groups(); ++g) {
                    float largest = 0;
                    for (int64_t k = g * kGroup; k < std::min(inputs, (g + 1) * kGroup); ++k)
                        largest = std::max(largest, std::abs(from[j * inputs + k]));
                    panelScale[g * kPanel + first + j] = largest / 127.0f;
                    inverse[size_t(j * groups() + g)] = largest > 0 ? 127.0f / largest : 0.0f;
                }
            transpose(from, inputs, first, count, [&](int64_t k, int64_t j, float v) {
                const float scaled = v * inverse[size_t((j - first) * groups() + k / kGroup)];
                reinterpret_cast<uint8_t*>(to)[(k / kQuad * kPanel + j) * kQuad + k % kQuad]
                    = uint8_t(int(std::nearbyint(std::clamp(scaled, -127.0f, 127.0f))) + kZero);
            });
        }
        done += count;
    }
}

void PackedMatrix::readRow(int64_t output, float* to) const
{
    const int64_t p = output / kPanel, j = output % kPanel;
    const std::byte* from = panel(p);
    if (format == WeightFormat::Float32) {
        const float* column = reinterpret_cast<const float*>(from) + j;
        for (int64_t k = 0; k < inputs; ++k)
            to[k] = column[k * kPanel];
    } else if (format == WeightFormat::BFloat16) {
        const uint16_t* column = reinterpret_cast<const uint16_t*>(from) + 2 * (j % kHalf) + j / kHalf;
        for (int64_t k = 0; k < inputs; ++k)
            to[k] = std::bit_cast<float>(uint32_t(column[k * kPanel]) << 16);
    } else {
        const uint8_t* column = reinterpret_cast<const uint8_t*>(from) + j * kQuad;
        const float* scale = panelScales(p) + j;
        for (int64_t k = 0; k < inputs; ++k)
            to[k] = float(int(column[k / kQuad * kPanel * kQuad + k % kQuad]) - kZero) * scale[k / kGroup * kPanel];
    }
}

} // namespace aha
