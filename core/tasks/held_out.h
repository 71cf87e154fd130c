#pragma once
// Which problems are never trained on.

#include <cstdint>
#include <string_view>

namespace aha {

/// Fixed for all seeds and versions: a problem's own bytes decide (FNV-1a), so `percent` of all problems are held out.
inline bool isHeldOut(std::string_view problem, int64_t percent)
{
    uint64_t hash = 0xCBF29CE484222325ull;
    for (const char byte : problem)
        hash = (hash ^ uint8_t(byte)) * 0x100000001B3ull;
    return (hash >> 17) % 100 < uint64_t(percent);
}

} // namespace aha
