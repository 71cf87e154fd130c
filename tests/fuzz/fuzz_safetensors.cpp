// Header of a weight file: any bytes are refused or describe ranges within the file.

#include "core/weights/safetensors.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    const auto header = aha::parseSafetensors(file);
    if (!header)
        return header.error().message.empty() ? std::abort(), 0 : 0;
    for (const auto& [name, entry] : header->tensors) {
        uint64_t bytes = aha::safetensorsElementBytes(entry.dtype);
        for (const int64_t dimension : entry.shape)
            bytes *= uint64_t(dimension);
        if (entry.end < entry.begin || header->dataOffset + entry.end > size || entry.end - entry.begin != bytes)
            std::abort();
    }
    return 0;
}
