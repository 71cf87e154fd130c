#pragma once
// What a program may use, for each of its runs.

#include <cstdint>

namespace aha {

struct SandboxLimits {
    double cpuSeconds = 4; ///< of all its processes together
    int64_t memoryMb = 512; ///< address space of each process, and what all of them have resident
    int64_t outputKb = 1024; ///< of each of its two streams
    int64_t processes = 4; ///< and threads, at once
    double wallSeconds = 0; ///< for a program that waits instead of working; 0: see wall()

    double wall() const { return wallSeconds > 0 ? wallSeconds : 2 * cpuSeconds + 1; }
};

} // namespace aha
