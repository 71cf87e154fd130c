#pragma once
// Counts what tensors hold: the bytes alive now and at most. Exact, unlike the process's resident memory.

#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace aha {

/// Installs itself as LibTorch's CPU allocator for the rest of the process; make one, first thing, and keep it.
class CountingAllocator : public c10::Allocator {
public:
    CountingAllocator() { c10::SetCPUAllocator(this, 255); }

    int64_t live() const { return s_live; }
    /// The most bytes alive since the last call.
    int64_t takePeak() { return s_peak.exchange(s_live.load()); }

    c10::DataPtr allocate(size_t bytes) override
    {
        if (bytes == 0)
            return { nullptr, nullptr, &release, at::Device(at::kCPU) };
        // The size stands in front of the block.
        auto* block = static_cast<char*>(std::aligned_alloc(kAlign, (bytes + 2 * kAlign - 1) / kAlign * kAlign));
        *reinterpret_cast<size_t*>(block) = bytes;
        const int64_t now = s_live += int64_t(bytes);
        for (int64_t peak = s_peak; now > peak && !s_peak.compare_exchange_weak(peak, now);) { }
        return { block + kAlign, block + kAlign, &release, at::Device(at::kCPU) };
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }

private:
    static constexpr size_t kAlign = 64;
    static void release(void* data)
    {
        if (!data)
            return;
        char* block = static_cast<char*>(data) - kAlign;
        s_live -= int64_t(*reinterpret_cast<size_t*>(block));
        std::free(block);
    }
    static inline std::atomic<int64_t> s_live { 0 }, s_peak { 0 };
};

} // namespace aha
