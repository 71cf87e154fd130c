#include "tests/support/cuda_emulation.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <memory>
#include <ucontext.h>

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace emulation {

void giveUp(const char* sentence)
{
    std::fprintf(stderr, "CUDA emulation: %s (block %u, %u, thread %u, %u)\n", sentence, blockIdx.x, blockIdx.y,
        threadIdx.x, threadIdx.y);
    std::abort();
}

namespace {

constexpr int kWarp = 32, kMostThreads = 1024;
constexpr size_t kStackBytes = 128 * 1024;

struct Fiber {
    ucontext_t start;
    jmp_buf at;
    std::unique_ptr<char[]> stack;
    bool started = false, done = true, waitsForBlock = false, waitsForWarp = false;
};

struct Warp {
    uint64_t values[2][kWarp];
    int parity = 0, arrived = 0, lanes = 0, live = 0;
    WarpCall call = WarpCall::Sync;
};

/// One block at a time. A context is entered the first time with ucontext, and from then on by longjmp, which needs no
/// system call.
struct Scheduler {
    std::vector<Fiber> fibers { kMostThreads };
    std::vector<Warp> warps { kMostThreads / kWarp };
    jmp_buf home;
    const std::function<void()>* body = nullptr;
    int current = 0, threads = 0, live = 0, arrived = 0;

    void yield()
    {
        if (_setjmp(fibers[size_t(current)].at) == 0)
            _longjmp(home, 1);
    }

    void releaseBlock()
    {
        arrived = 0;
        for (int i = 0; i < threads; ++i)
            fibers[size_t(i)].waitsForBlock = false;
    }

    void syncBlock()
    {
        if (++arrived == live)
            return releaseBlock();
        fibers[size_t(current)].waitsForBlock = true;
        yield();
    }

    const uint64_t* exchange(WarpCall call, uint64_t bits)
    {
        Warp& warp = warps[size_t(current / kWarp)];
        if (warp.arrived > 0 && warp.call != call)
            giveUp("lanes of one warp wait in different calls");
        if (warp.lanes != kWarp || warp.live != kWarp)
            giveUp("a warp call with lanes missing");
        const int parity = warp.parity;
        warp.call = call;
        warp.values[parity][current % kWarp] = bits;
        if (++warp.arrived == kWarp) {
            warp.arrived = 0;
            warp.parity = 1 - parity; // the next call writes elsewhere: slow lanes may still read
            for (int i = 0, first = current / kWarp * kWarp; i < kWarp; ++i)
                fibers[size_t(first + i)].waitsForWarp = false;
        } else {
            fibers[size_t(current)].waitsForWarp = true;
            yield();
        }
        return warp.values[parity];
    }

    void fiberMain()
    {
        for (;;) {
            (*body)();
            Fiber& self = fibers[size_t(current)];
            self.done = true;
            Warp& warp = warps[size_t(current / kWarp)];
            --warp.live;
            --live;
            if (warp.arrived > 0)
                giveUp("a lane ended while its warp waits for it");
            if (live > 0 && arrived == live)
                releaseBlock();
            yield();
        }
    }

    void resume(int thread);

    void runBlock()
    {
        live = threads;
        arrived = 0;
        for (int i = 0; i < threads; ++i) {
            Fiber& fiber = fibers[size_t(i)];
            fiber.done = fiber.waitsForBlock = fiber.waitsForWarp = false;
            Warp& warp = warps[size_t(i / kWarp)];
            warp.arrived = 0;
            warp.lanes = warp.live = std::min(kWarp, threads - i / kWarp * kWarp);
        }
        while (live > 0) {
            bool moved = false;
            for (int i = 0; i < threads; ++i) {
                const Fiber& fiber = fibers[size_t(i)];
                if (fiber.done || fiber.waitsForBlock || fiber.waitsForWarp)
                    continue;
                moved = true;
                resume(i);
            }
            if (!moved)
                giveUp("threads wait for each other for ever");
        }
    }
};

Scheduler& scheduler()
{
    static Scheduler one;
    return one;
}

void enter() { scheduler().fiberMain(); }

void Scheduler::resume(int thread)
{
    Fiber& fiber = fibers[size_t(thread)];
    current = thread;
    threadIdx = dim3(unsigned(thread) % blockDim.x, unsigned(thread) / blockDim.x % blockDim.y,
        unsigned(thread) / (blockDim.x * blockDim.y));
    if (_setjmp(home) != 0)
        return;
    if (fiber.started)
        _longjmp(fiber.at, 1);
    fiber.started = true;
    fiber.stack = std::make_unique<char[]>(kStackBytes);
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.get();
    fiber.start.uc_stack.ss_size = kStackBytes;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, enter, 0);
    setcontext(&fiber.start);
}

} // namespace

Machine& machine()
{
    static Machine one;
    return one;
}

void runGrid(dim3 grid, dim3 block, const std::function<void()>& thread)
{
    Scheduler& s = scheduler();
    ++machine().launches;
    s.threads = int(block.x * block.y * block.z);
    if (s.threads < 1 || s.threads > kMostThreads || grid.x == 0 || grid.y == 0 || grid.z == 0)
        giveUp("a launch without threads, or with too many");
    s.body = &thread;
    gridDim = grid;
    blockDim = block;
    for (unsigned z = 0; z < grid.z; ++z)
        for (unsigned y = 0; y < grid.y; ++y)
            for (unsigned x = 0; x < grid.x; ++x) {
                blockIdx = dim3(x, y, z);
                s.runBlock();
            }
}

void submit(Stream* stream, std::function<void()> work)
{
    if (stream && stream->recording)
        stream->recording->push_back(std::move(work));
    else
        work();
}

const uint64_t* exchange(WarpCall call, uint64_t bits) { return scheduler().exchange(call, bits); }
int lane() { return scheduler().current % kWarp; }

} // namespace emulation

void __syncthreads() { emulation::scheduler().syncBlock(); }

const char* cudaGetErrorString(cudaError_t status) { return status == cudaSuccess ? "no error" : "out of memory"; }

cudaError_t cudaMalloc(void** target, size_t bytes)
{
    *target = std::malloc(bytes + 1);
    if (*target)
        std::memset(*target, 0xff, bytes); // NaN, and -1
    return *target ? cudaSuccess : cudaErrorMemoryAllocation;
}

cudaError_t cudaFree(void* memory)
{
    std::free(memory);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* target, const void* source, size_t bytes, cudaMemcpyKind, cudaStream_t stream)
{
    emulation::submit(stream, [=] { std::memcpy(target, source, bytes); });
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* target, int value, size_t bytes, cudaStream_t stream)
{
    emulation::submit(stream, [=] { std::memset(target, value, bytes); });
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total)
{
    *free = *total = emulation::machine().freeBytes;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int)
{
    *properties = { "emulated GPU", 8, 0 };
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned)
{
    *stream = new emulation::Stream;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode)
{
    stream->recording = new std::vector<std::function<void()>>;
    ++emulation::machine().captures;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph)
{
    *graph = new emulation::Graph { std::move(*stream->recording) };
    delete stream->recording;
    stream->recording = nullptr;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long)
{
    *executable = new emulation::Graph(*graph);
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t)
{
    ++emulation::machine().replays;
    for (const auto& work : executable->work)
        work();
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    delete graph;
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable)
{
    delete executable;
    return cudaSuccess;
}
