#pragma once
// Enough of CUDA to run the .cu files of core/cuda on the CPU: the words of the language, the calls of the runtime, and
// launches whose threads are fibers of one block at a time. Slow, deterministic, and stricter than a GPU: a barrier
// that not all threads reach, a warp operation whose lanes are elsewhere or gone, ends the program with a sentence;
// fresh memory is full of NaN. What it cannot show: races between warps, and speed.
//
// Compile the .cu file as C++ with this file in front (-include).

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <tuple>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __launch_bounds__(threads)

struct dim3 {
    unsigned x = 1, y = 1, z = 1;
    dim3(unsigned xx = 1, unsigned yy = 1, unsigned zz = 1)
        : x(xx)
        , y(yy)
        , z(zz)
    {
    }
};

namespace emulation {

struct Stream {
    std::vector<std::function<void()>>* recording = nullptr;
};
struct Graph {
    std::vector<std::function<void()>> work;
};
/// What has happened so far, and how much memory the machine says is free.
struct Machine {
    int64_t launches = 0, captures = 0, replays = 0;
    size_t freeBytes = size_t(256) << 20;
};
Machine& machine();

/// Runs or records, as the stream says.
void submit(Stream* stream, std::function<void()> work);
/// Runs `thread` as every thread of every block in turn.
void runGrid(dim3 grid, dim3 block, const std::function<void()>& thread);

template <class... P, class... A>
void launch(void (*kernel)(P...), dim3 grid, dim3 block, Stream* stream, A... arguments)
{
    const std::tuple<P...> kept(arguments...);
    submit(stream, [=] { runGrid(grid, block, [&] { std::apply(kernel, kept); }); });
}

enum class WarpCall { Shuffle, Ballot, Sync };
/// Gives `bits` to the warp and waits for it; the values of all lanes.
const uint64_t* exchange(WarpCall call, uint64_t bits);
int lane();
[[noreturn]] void giveUp(const char* sentence);

template <class T> T shuffled(T value, int from)
{
    static_assert(sizeof(T) <= 8);
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    const uint64_t* all = exchange(WarpCall::Shuffle, bits);
    std::memcpy(&value, &all[from], sizeof value);
    return value;
}

} // namespace emulation

extern dim3 threadIdx, blockIdx, blockDim, gridDim;

#define AHA_LAUNCH(kernel, grid, block, stream, ...) ::emulation::launch(kernel, grid, block, stream, __VA_ARGS__)

void __syncthreads();
inline void __syncwarp() { emulation::exchange(emulation::WarpCall::Sync, 0); }
template <class T> T __shfl_xor_sync(unsigned, T value, int step)
{
    return emulation::shuffled(value, emulation::lane() ^ step);
}
template <class T> T __shfl_up_sync(unsigned, T value, int step)
{
    return emulation::shuffled(value, emulation::lane() >= step ? emulation::lane() - step : emulation::lane());
}
template <class T> T __shfl_sync(unsigned, T value, int from) { return emulation::shuffled(value, from); }
inline unsigned __ballot_sync(unsigned, bool flag)
{
    const uint64_t* all = emulation::exchange(emulation::WarpCall::Ballot, flag);
    unsigned mask = 0;
    for (int i = 0; i < 32; ++i)
        mask |= unsigned(all[i] != 0) << i;
    return mask;
}
inline int __popc(unsigned bits) { return __builtin_popcount(bits); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }
inline unsigned __float_as_uint(float value)
{
    unsigned bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
/// Copies at once. As on the GPU, the last `zeros` bytes are zeroed and their source is not read.
inline void __pipeline_memcpy_async(void* target, const void* source, size_t bytes, size_t zeros = 0)
{
    if ((reinterpret_cast<uintptr_t>(target) | reinterpret_cast<uintptr_t>(source)) % bytes != 0)
        emulation::giveUp("an asynchronous copy from or to a place that is not aligned");
    std::memcpy(target, source, bytes - zeros);
    std::memset(static_cast<char*>(target) + bytes - zeros, 0, zeros);
}
inline void __pipeline_commit() { }
inline void __pipeline_wait_prior(int) { }
inline int atomicAdd(int* target, int value)
{
    const int before = *target;
    *target += value;
    return before;
}

enum cudaError_t { cudaSuccess = 0, cudaErrorMemoryAllocation = 2 };
enum cudaMemcpyKind { cudaMemcpyDefault = 4 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };
inline constexpr unsigned cudaStreamNonBlocking = 1;
using cudaStream_t = emulation::Stream*;
using cudaGraph_t = emulation::Graph*;
using cudaGraphExec_t = emulation::Graph*;
struct cudaDeviceProp {
    char name[256];
    int major, minor;
};

const char* cudaGetErrorString(cudaError_t status);
cudaError_t cudaMalloc(void** target, size_t bytes);
cudaError_t cudaFree(void* memory);
cudaError_t cudaMemcpyAsync(void* target, const void* source, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* target, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaMemGetInfo(size_t* free, size_t* total);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable);
