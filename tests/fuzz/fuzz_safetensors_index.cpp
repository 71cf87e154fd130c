// Index of shards: any text is refused or names plain files only.

#include "core/weights/safetensors_index.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto index = aha::parseSafetensorsIndex({ reinterpret_cast<const char*>(data), size });
    if (!index)
        return index.error().message.empty() ? std::abort(), 0 : 0;
    for (const std::string& shard : index->shards)
        if (shard.empty() || shard[0] == '.' || shard.find('/') != std::string::npos)
            std::abort();
    return 0;
}
