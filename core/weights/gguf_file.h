#pragma once
// The head of a GGUF file (versions 2 and 3, little-endian): metadata and the list of tensors. The bytes are hostile;
// every length, count, product and offset is checked against the file before it is used. Format: ggml/docs/gguf.md.

#include "core/base/result.h"
#include "core/weights/element_format.h"
#include "core/weights/gguf_value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aha {

struct GgufTensor {
    std::string name;
    const ElementFormat* format = nullptr;
    std::vector<int64_t> shape; ///< outermost first: the reverse of the file's dimensions; rank 0 has one element
    uint64_t elements = 0;
    uint64_t begin = 0, end = 0; ///< bytes in the file
};

struct GgufFile {
    uint32_t version = 3;
    uint64_t alignment = 32, dataOffset = 0;
    std::vector<std::pair<std::string, GgufValue>> metadata; ///< in the order of the file, keys unique
    std::vector<GgufTensor> tensors; ///< in the order of the file, names unique

    /// nullptr without such a key.
    const GgufValue* find(std::string_view key) const;
};

inline constexpr uint64_t kGgufMaxTensors = 200'000, kGgufMaxKeys = 100'000, kGgufMaxElements = 8'000'000;
inline constexpr int kGgufMaxArrayDepth = 4;

/// Parses the head of a whole file's bytes; memory is bounded by a small multiple of the head and by the limits above.
/// Errors: gguf_magic, gguf_big_endian, gguf_version, gguf_truncated (ends within the head), gguf_too_many_tensors,
/// gguf_too_many_keys, gguf_key (empty, too long), gguf_key_twice, gguf_value_type, gguf_bool, gguf_string, gguf_array
/// (length), gguf_array_depth, gguf_alignment, gguf_tensor_name, gguf_tensor_twice, gguf_dimensions (more than 4),
/// gguf_shape (zero, negative or overflowing), gguf_tensor_type (unknown), gguf_block (row is not whole blocks),
/// gguf_offset (not aligned), gguf_range (beyond the file), gguf_overlap.
Result<GgufFile> parseGguf(std::string_view file);

} // namespace aha
