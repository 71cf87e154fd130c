#pragma once
// safetensors files: strict reader (the rules and error names of the reference implementation) and writer. No torch:
// the file is treated as hostile and this code is fuzzed alone.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct SafetensorsEntry {
    std::string dtype; ///< F64 F32 F16 BF16 F8_E4M3 F8_E5M2 F8_E8M0 C64 I64 I32 I16 I8 U64 U32 U16 U8 BOOL
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0; ///< bytes within the data section
};

struct SafetensorsHeader {
    uint64_t dataOffset = 0; ///< of the data section in the file
    std::map<std::string, SafetensorsEntry> tensors;
    std::map<std::string, std::string> metadata;
};

/// Bytes of one element; 0 for an unknown dtype.
uint64_t safetensorsElementBytes(const std::string& dtype);

/// Parses and validates the header of a whole file's bytes. Errors carry the reference's names:
/// HeaderTooSmall, HeaderTooLarge, InvalidHeaderLength, InvalidHeader, InvalidHeaderDeserialization, InvalidOffset,
/// TensorInvalidInfo, ValidationOverflow, MetadataIncompleteBuffer, TooManyTensors.
Result<SafetensorsHeader> parseSafetensors(std::string_view file);

struct SafetensorsTensor {
    std::string name, dtype;
    std::vector<int64_t> shape;
    std::string_view bytes;
};
/// File content for the tensors, sorted by name; the header is padded with spaces to 8 bytes.
std::string writeSafetensors(
    std::vector<SafetensorsTensor> tensors, const std::map<std::string, std::string>& metadata = {});

} // namespace aha
