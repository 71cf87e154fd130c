#pragma once
// A weight matrix laid out for the decoder's products, in one of three precisions.

#include "core/rollout/aligned_array.h"

#include <optional>
#include <string>

namespace aha {

/// How rollout weights are stored. Products and sums are float32 (int8: exact integer sums inside a group).
enum class WeightFormat {
    Float32,
    BFloat16, ///< rounded to nearest even, widened in registers
    Int8, ///< symmetric, one scale for every output and group of inputs; the inputs are rounded to int8 as well
};

/// "float32", "bfloat16" or "int8".
std::optional<WeightFormat> weightFormatNamed(const std::string& name);

/// A matrix [N][K] as panels of 32 outputs, so that one load serves many outputs of one input. Outputs beyond N are
/// zero rows. Layout of panel p:
///   Float32   [K][32] floats
///   BFloat16  [K][16] words: output j in the low half, output 16 + j in the high half
///   Int8      [K / 4][32][4] bytes, value + 128; K rounded up to whole groups. Scales: [K / group][32] floats
struct PackedMatrix {
    static constexpr int64_t kPanel = 32;
    static constexpr int64_t kGroup = 32; ///< inputs that share a scale

    WeightFormat format = WeightFormat::Float32;
    int64_t inputs = 0, outputs = 0, panels = 0;
    AlignedBytes values;
    AlignedFloats scales;

    int64_t paddedOutputs() const { return panels * kPanel; }
    int64_t groups() const { return (inputs + kGroup - 1) / kGroup; }
    size_t panelBytes() const;
    const std::byte* panel(int64_t p) const { return values.data() + size_t(p) * panelBytes(); }
    const float* panelScales(int64_t p) const { return scales.data() + p * groups() * kPanel; }
    size_t bytes() const { return values.size() + scales.size() * sizeof(float); }

    void reshape(int64_t outputCount, int64_t inputCount, WeightFormat storage);
    /// Packs `rows` rows of [..][inputs] as outputs from `firstOutput` on.
    void setRows(int64_t firstOutput, const float* source, int64_t rows);
    /// One output's weights as the products see them.
    void readRow(int64_t output, float* to) const;
};

} // namespace aha
