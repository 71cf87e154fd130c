#pragma once
// How numbers are stored in weight files, and the way to float32.

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace aha {

class Workers;

/// A storage format: blocks of `blockElements` numbers in `blockBytes` bytes (plain formats have blocks of one). Names
/// are those of safetensors and ggml, which agree where both have the format.
struct ElementFormat {
    const char* name;
    uint32_t blockElements, blockBytes;
    void (*toFloat)(const uint8_t* in, float* out, size_t blocks); ///< nullptr: only the bytes can be had
};

/// nullptr for an unknown name.
const ElementFormat* findFormat(std::string_view name);
/// By ggml's type number; nullptr for an unknown one.
const ElementFormat* ggmlFormat(uint32_t type);
/// ggml's type number, or -1 for a format that GGUF does not have.
int ggmlType(std::string_view name);

/// Converts whole blocks to `out`, split over `workers` (nullptr: this thread); the result does not depend on them.
/// Values are as stored: an F8 or I8 tensor whose scale is another tensor is not multiplied by it.
/// Errors: weights_format (no conversion), weights_size (`bytes` and `out` do not fit each other).
Result<void> toFloat(
    const ElementFormat& format, std::string_view bytes, std::span<float> out, Workers* workers = nullptr);

/// Appends `values` in F32, F16, BF16 or Q8_0 (ggml's rounding; whole blocks). Errors: weights_format, weights_size.
Result<void> appendEncoded(std::string& bytes, const ElementFormat& format, std::span<const float> values);

} // namespace aha
