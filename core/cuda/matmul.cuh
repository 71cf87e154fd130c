#pragma once
// y = x · Wᵀ for the rows of a pass, and what a decoder does with each finished row.
//
// Own kernel rather than cuBLAS for three reasons: every element is one sum in an order that the matrix's shape alone
// decides, so a row's bits do not depend on how many rows there are (cuBLAS picks its algorithm by shape); what follows
// the product costs no pass of its own; and the plug-in needs no library of 500 MB.
//
// A decode step has few rows and wide matrices: to keep all multiprocessors busy, k is cut into chunks that other
// blocks sum, and `finish…` adds the chunks in order. With many rows one block walks all chunks of its tile, in the
// same order.

#include "core/cuda/device.cuh"

namespace aha::cuda {

inline constexpr int kTileOutputs = 64, kTileInputs = 16, kMultiplyThreads = 128, kRowThreads = 256;
/// Blocks that keep a large GPU busy (132 multiprocessors, four blocks each).
inline constexpr int64_t kWantedBlocks = 528;

struct alignas(16) Four {
    float v[4];
};

/// The chunks that k is summed in.
struct Chunks {
    int64_t length;
    int count;
};
inline Chunks chunksOf(int64_t inputs, int64_t outputs)
{
    const int64_t most = (inputs + 63) / 64, wanted = kWantedBlocks / blocksFor(outputs, kTileOutputs);
    const int64_t count = wanted < 1 ? 1 : wanted < most ? wanted : most;
    const int64_t length = (blocksFor(inputs, count) + kTileInputs - 1) / kTileInputs * kTileInputs;
    return { length, int(blocksFor(inputs, length)) };
}
/// How a pass of up to `rows` rows is laid out: rows of a tile, and whether its chunks go to blocks of their own.
struct Layout {
    int tileRows, parts;
    /// Floats of the result before `finish…`.
    int64_t elements(int64_t rows, int64_t outputs) const { return parts * rows * outputs; }
};
/// Decided by the rows alone for a given matrix; never changes a bit.
inline Layout layoutOf(int64_t rows, int64_t inputs, int64_t outputs)
{
    const int tileRows = rows <= 16 ? 16 : 64;
    const bool enough = int64_t(blocksFor(rows, tileRows)) * blocksFor(outputs, kTileOutputs) >= kWantedBlocks;
    return { tileRows, enough ? 1 : chunksOf(inputs, outputs).count };
}
/// The most elements of any pass of up to `rows` rows: not always the largest pass's, whose chunks may be added at
/// once.
inline int64_t mostElements(int64_t rows, int64_t inputs, int64_t outputs)
{
    const int64_t tiles = blocksFor(outputs, kTileOutputs), apart = (blocksFor(kWantedBlocks, tiles) - 1) * int64_t(64);
    int64_t most = 0;
    for (const int64_t r : { int64_t(16), apart, rows })
        if (const int64_t some = r < rows ? r : rows; some > 0) {
            const int64_t elements = layoutOf(some, inputs, outputs).elements(some, outputs);
            most = elements > most ? elements : most;
        }
    return most;
}

/// k … k + 3 of a row of `inputs`; zeros behind its end.
__device__ inline Four fourOf(const float* row, int64_t k, int64_t inputs)
{
    if (k + 3 < inputs && inputs % 4 == 0)
        return *reinterpret_cast<const Four*>(row + k);
    Four four;
    for (int i = 0; i < 4; ++i)
        four.v[i] = k + i < inputs ? row[k + i] : 0.0f;
    return four;
}

/// x: [rows][inputs]; w: [outputs][inputs]; parts: [gridDim.z][maxRows][outputs]. Rows from *liveRows on are left
/// alone. Grid: (outputs / kTileOutputs, maxRows / (8 * perThread), chunks or 1), kMultiplyThreads threads; a thread
/// makes perThread rows x 4 outputs.
template <int perThread>
static __global__ void __launch_bounds__(kMultiplyThreads) multiply(const float* x, const float* w, const int* liveRows,
    int64_t maxRows, int64_t inputs, int64_t outputs, int64_t chunk, float* parts)
{
    constexpr int kRows = 8 * perThread;
    alignas(16) __shared__ float xTile[2][kTileInputs][kRows + 4], wTile[2][kTileInputs][kTileOutputs + 4];
    const int rows = *liveRows, thread = threadIdx.x, row = thread / 16 * perThread, column = thread % 16 * 4;
    const int64_t firstRow = int64_t(blockIdx.y) * kRows, firstOutput = int64_t(blockIdx.x) * kTileOutputs;
    if (firstRow >= rows)
        return;
    // Who fetches what: a row or an output, eight k's of it, so that a memory sector is read whole.
    const int64_t output = firstOutput + thread % kTileOutputs, ownRow = firstRow + thread % kRows;
    const int outputK = thread / kTileOutputs * 8, ownK = thread / kRows * 8;
    const bool fetchesOutput = output < outputs, fetches = ownK < kTileInputs, fetchesRow = fetches && ownRow < rows;
    Four nextW[2], nextX[2];
    const auto fetch = [&](int64_t from) {
        for (int i = 0; i < 2; ++i) {
            nextW[i] = fetchesOutput ? fourOf(w + output * inputs, from + outputK + 4 * i, inputs) : Four {};
            nextX[i] = fetchesRow ? fourOf(x + ownRow * inputs, from + ownK + 4 * i, inputs) : Four {};
        }
    };
    const auto keep = [&](int buffer) {
        for (int i = 0; i < 8; ++i) {
            wTile[buffer][outputK + i][thread % kTileOutputs] = nextW[i / 4].v[i % 4];
            if (fetches)
                xTile[buffer][ownK + i][thread % kRows] = nextX[i / 4].v[i % 4];
        }
    };
    const int64_t begin = int64_t(blockIdx.z) * chunk,
                  end = gridDim.z == 1 ? inputs
        : begin + chunk < inputs       ? begin + chunk
                                       : inputs;
    float sums[perThread][4] = {}, total[perThread][4] = {};
    fetch(begin);
    keep(0);
    __syncthreads();
    int buffer = 0;
    for (int64_t from = begin; from < end; from += kTileInputs, buffer ^= 1) {
        const int64_t next = from + kTileInputs;
        if (next < end)
            fetch(next);
#pragma unroll
        for (int k = 0; k < kTileInputs; ++k) {
            const Four b = *reinterpret_cast<const Four*>(&wTile[buffer][k][column]);
            alignas(16) float a[perThread];
            if constexpr (perThread % 4 == 0)
                for (int r = 0; r < perThread; r += 4)
                    *reinterpret_cast<Four*>(a + r) = *reinterpret_cast<const Four*>(&xTile[buffer][k][row + r]);
            else
                for (int r = 0; r < perThread; ++r)
                    a[r] = xTile[buffer][k][row + r];
            for (int r = 0; r < perThread; ++r)
                for (int c = 0; c < 4; ++c)
                    sums[r][c] += a[r] * b.v[c];
        }
        if ((next - begin) % chunk == 0 || next >= end)
            for (int r = 0; r < perThread; ++r)
                for (int c = 0; c < 4; ++c) {
                    total[r][c] += sums[r][c];
                    sums[r][c] = 0;
                }
        if (next < end) {
            keep(buffer ^ 1);
            __syncthreads();
        }
    }
    for (int r = 0; r < perThread; ++r)
        for (int c = 0; c < 4; ++c)
            if (firstRow + row + r < rows && firstOutput + column + c < outputs)
                parts[(int64_t(blockIdx.z) * maxRows + firstRow + row + r) * outputs + firstOutput + column + c]
                    = total[r][c];
}

/// Chunks of a product, laid out as multiply leaves them.
struct Parts {
    const float* data;
    int count;
    int64_t maxRows, outputs;
    __device__ float sum(int64_t row, int64_t output) const
    {
        float total = 0;
        for (int part = 0; part < count; ++part)
            total += data[(part * maxRows + row) * outputs + output];
        return total;
    }
};

// One block of kRowThreads a row.

/// normed = x / rms(x) * norm, of a row whose elements each thread has just written itself.
__device__ inline void normRow(const float* x, const float* norm, float eps, int64_t width, float* normed)
{
    __shared__ float scratch[kRowThreads / kWarp];
    float sum = 0;
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        sum += x[i] * x[i];
    const float inverse = 1.0f / sqrtf(blockSum(sum, scratch) / float(width) + eps);
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        normed[i] = x[i] * inverse * norm[i];
}

/// y = the product, and the bias where there is one.
static __global__ void finishPlain(Parts parts, const int* liveRows, const float* bias, float* y)
{
    const int64_t r = blockIdx.x;
    if (r >= *liveRows)
        return;
    for (int64_t i = threadIdx.x; i < parts.outputs; i += blockDim.x)
        y[r * parts.outputs + i] = parts.sum(r, i) + (bias ? bias[i] : 0.0f);
}

/// x += the product; normed = x / rms(x) * norm.
static __global__ void finishResidual(
    Parts parts, const int* liveRows, const float* norm, float eps, float* x, float* normed)
{
    const int64_t r = blockIdx.x;
    if (r >= *liveRows)
        return;
    x += r * parts.outputs;
    for (int64_t i = threadIdx.x; i < parts.outputs; i += blockDim.x)
        x[i] += parts.sum(r, i);
    normRow(x, norm, eps, parts.outputs, normed + r * parts.outputs);
}

/// y = silu(first half of the product) * second half.
static __global__ void finishSwiGlu(Parts parts, const int* liveRows, float* y)
{
    const int64_t r = blockIdx.x, width = parts.outputs / 2;
    if (r >= *liveRows)
        return;
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x) {
        const float gate = parts.sum(r, i);
        y[r * width + i] = gate / (1.0f + expf(-gate)) * parts.sum(r, width + i);
    }
}

} // namespace aha::cuda
