#pragma once
// What every kernel file starts from: launching, checked calls, device memory, warp and block reductions.
//
// The .cu files are plain CUDA but for AHA_LAUNCH, which stands for <<<>>>: so tests/unit/cuda can compile the same
// files with g++ against tests/support/cuda_emulation.h, which brings its own AHA_LAUNCH and host versions of the CUDA
// calls.

#ifndef AHA_LAUNCH
#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>
#define AHA_LAUNCH(kernel, grid, block, stream, ...)                                                                   \
    do {                                                                                                               \
        kernel<<<(grid), (block), 0, (stream)>>>(__VA_ARGS__);                                                         \
        ::aha::cuda::check(cudaGetLastError(), "Starting " #kernel);                                                   \
    } while (0)
#endif

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aha::cuda {

inline constexpr int kWarp = 32;
inline constexpr unsigned kAllLanes = 0xffffffffu;

/// Failure with CUDA's own words: out_of_memory or cuda_failed.
inline void check(cudaError_t status, const char* what)
{
    if (status == cudaSuccess)
        return;
    if (status == cudaErrorMemoryAllocation)
        throw Failure({ "out_of_memory", std::string(what) + ": the GPU ran out of memory.",
            "Use fewer prompts per step, shorter completions or a smaller model." });
    throw Failure({ "cuda_failed", std::string(what) + " failed on the GPU: " + cudaGetErrorString(status) + ".",
        "Set general.device to cpu to go on without it." });
}

/// Read and written at once.
struct alignas(16) Four {
    float v[4];
};

inline unsigned blocksFor(int64_t items, int64_t perBlock) { return unsigned((items + perBlock - 1) / perBlock); }

/// Owned device memory. Grows only; a growth loses the content.
template <class T> class DeviceArray {
public:
    DeviceArray() = default;
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;
    ~DeviceArray() { cudaFree(m_data); }

    /// True when the memory moved.
    bool reserve(size_t count)
    {
        if (count <= m_size)
            return false;
        cudaFree(m_data);
        m_data = nullptr;
        m_size = 0;
        void* fresh = nullptr;
        check(cudaMalloc(&fresh, count * sizeof(T)), "Reserving memory");
        m_data = static_cast<T*>(fresh);
        m_size = count;
        return true;
    }
    /// From the host's or the device's memory; `source` must stay until the stream has come past this.
    void copyFrom(const T* source, size_t count, cudaStream_t stream, size_t at = 0)
    {
        if (count)
            check(cudaMemcpyAsync(m_data + at, source, count * sizeof(T), cudaMemcpyDefault, stream),
                "Copying to the GPU");
    }
    /// Waits for the stream.
    std::vector<T> toHost(size_t count, cudaStream_t stream, size_t at = 0) const
    {
        std::vector<T> host(count);
        if (count)
            check(cudaMemcpyAsync(host.data(), m_data + at, count * sizeof(T), cudaMemcpyDefault, stream),
                "Copying from the GPU");
        check(cudaStreamSynchronize(stream), "The work");
        return host;
    }
    void clear(size_t count, cudaStream_t stream)
    {
        check(cudaMemsetAsync(m_data, 0, count * sizeof(T), stream), "Clearing memory");
    }
    T* data() { return m_data; }
    const T* data() const { return m_data; }
    size_t size() const { return m_size; }

private:
    T* m_data = nullptr;
    size_t m_size = 0;
};

// Sums and maxima in a fixed order: the same numbers in, the same bits out.

template <class T> __device__ inline T warpSum(T value)
{
    for (int step = kWarp / 2; step > 0; step /= 2)
        value += __shfl_xor_sync(kAllLanes, value, step);
    return value;
}

__device__ inline float warpMax(float value)
{
    for (int step = kWarp / 2; step > 0; step /= 2)
        value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, step));
    return value;
}

/// Over a one-dimensional block of whole warps; every thread gets the result. `scratch`: shared, one element a warp.
template <class T> __device__ inline T blockSum(T value, T* scratch)
{
    value = warpSum(value);
    if (threadIdx.x % kWarp == 0)
        scratch[threadIdx.x / kWarp] = value;
    __syncthreads();
    T total = 0;
    for (unsigned w = 0; w < blockDim.x / kWarp; ++w)
        total += scratch[w];
    __syncthreads();
    return total;
}

__device__ inline float blockMax(float value, float* scratch)
{
    value = warpMax(value);
    if (threadIdx.x % kWarp == 0)
        scratch[threadIdx.x / kWarp] = value;
    __syncthreads();
    float largest = scratch[0];
    for (unsigned w = 1; w < blockDim.x / kWarp; ++w)
        largest = fmaxf(largest, scratch[w]);
    __syncthreads();
    return largest;
}

} // namespace aha::cuda
