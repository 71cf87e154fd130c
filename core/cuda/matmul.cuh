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

#include <algorithm>

namespace aha::cuda {

inline constexpr int kTileOutputs = 64, kMultiplyThreads = 128, kFinishThreads = 256;
/// Four blocks on each of a large GPU's 132 multiprocessors; half of them are enough to add all chunks in one.
inline constexpr int64_t kWantedBlocks = 4 * 132, kEnoughBlocks = kWantedBlocks / 2;
/// Chunks are multiples of kChunkStep, at least two of them, and few enough to be added quickly.
inline constexpr int64_t kChunkStep = 32, kMostChunks = 16;

/// The chunks that k is summed in.
struct Chunks {
    int64_t length;
    int count;
};
inline Chunks chunksOf(int64_t inputs, int64_t outputs)
{
    const int64_t wanted = std::min<int64_t>(kWantedBlocks / blocksFor(outputs, kTileOutputs), kMostChunks);
    const int64_t count = std::clamp<int64_t>(wanted, 1, blocksFor(inputs, 2 * kChunkStep));
    const int64_t length = blocksFor(blocksFor(inputs, count), kChunkStep) * kChunkStep;
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
    const int tileRows = rows <= 16 ? 16 : rows <= 32 ? 32 : 64;
    const bool enough = int64_t(blocksFor(rows, tileRows)) * blocksFor(outputs, kTileOutputs) >= kEnoughBlocks;
    return { tileRows, enough ? 1 : chunksOf(inputs, outputs).count };
}
/// The most elements of any pass of up to `rows` rows: not always the largest pass's, whose chunks may be added at
/// once.
inline int64_t mostElements(int64_t rows, int64_t inputs, int64_t outputs)
{
    const int64_t tiles = blocksFor(outputs, kTileOutputs), apart = (blocksFor(kEnoughBlocks, tiles) - 1) * 64;
    int64_t most = 0;
    for (const int64_t r : { apart, rows })
        if (const int64_t some = std::min(r, rows); some > 0)
            most = std::max(most, layoutOf(some, inputs, outputs).elements(some, outputs));
    return most;
}

/// x: [rows][inputs]; w: [outputs][inputs]; parts: [gridDim.z][maxRows][outputs]. Rows from *liveRows on are left
/// alone. Grid: (outputs / kTileOutputs, maxRows / (8 * perThread), chunks or 1), kMultiplyThreads threads; a thread
/// makes perThread rows x 4 outputs. Tiles of `depth` k's are on their way while others are summed.
template <int perThread, int depth>
static __global__ void __launch_bounds__(kMultiplyThreads) multiply(const float* x, const float* w, const int* liveRows,
    int64_t maxRows, int64_t inputs, int64_t outputs, int64_t chunk, float* parts)
{
    // The padding spreads the rows of a tile over all banks.
    constexpr int kRows = 8 * perThread, kStages = 4, kFours = depth / 4, kStep = kMultiplyThreads / kFours;
    alignas(16) __shared__ float xTile[kStages][kRows][depth + 4], wTile[kStages][kTileOutputs][depth + 4];
    const int rows = *liveRows, thread = threadIdx.x, row = thread / 16, column = thread % 16;
    const int64_t firstRow = int64_t(blockIdx.y) * kRows, firstOutput = int64_t(blockIdx.x) * kTileOutputs;
    if (firstRow >= rows)
        return;
    const bool byFours = inputs % 4 == 0;
    const int ownLine = thread / kFours, ownK = thread % kFours * 4;
    const auto fetchFour = [&](float* target, const float* line, bool there, int64_t k) {
        if (byFours)
            __pipeline_memcpy_async(target, there && k < inputs ? line + k : w, 16, there && k < inputs ? 0 : 16);
        else
            for (int i = 0; i < 4; ++i)
                target[i] = there && k + i < inputs ? line[k + i] : 0.0f;
    };
    const auto fetch = [&](int stage, int64_t from) {
#pragma unroll
        for (int line = ownLine; line < kTileOutputs; line += kStep)
            fetchFour(&wTile[stage][line][ownK], w + (firstOutput + line) * inputs, firstOutput + line < outputs,
                from + ownK);
#pragma unroll
        for (int line = ownLine; line < kRows; line += kStep)
            fetchFour(&xTile[stage][line][ownK], x + (firstRow + line) * inputs, firstRow + line < rows, from + ownK);
    };
    const int64_t begin = int64_t(blockIdx.z) * chunk,
                  end = gridDim.z == 1 ? inputs
        : begin + chunk < inputs       ? begin + chunk
                                       : inputs;
    for (int stage = 0; stage < kStages - 1; ++stage) {
        if (begin + stage * depth < end)
            fetch(stage, begin + stage * depth);
        __pipeline_commit();
    }
    float sums[perThread][4] = {}, total[perThread][4] = {};
    int stage = 0;
    for (int64_t from = begin; from < end; from += depth, stage = (stage + 1) % kStages) {
        __pipeline_wait_prior(kStages - 2);
        __syncthreads(); // this stage is there for all, and none still reads the one that is filled next
        if (from + (kStages - 1) * depth < end)
            fetch((stage + kStages - 1) % kStages, from + (kStages - 1) * depth);
        __pipeline_commit();
#pragma unroll
        for (int k = 0; k < depth; k += 4) {
            Four b[4];
            for (int c = 0; c < 4; ++c)
                b[c] = *reinterpret_cast<const Four*>(&wTile[stage][column + 16 * c][k]);
            for (int r = 0; r < perThread; ++r) {
                const Four a = *reinterpret_cast<const Four*>(&xTile[stage][row + 8 * r][k]);
                for (int i = 0; i < 4; ++i)
                    for (int c = 0; c < 4; ++c)
                        sums[r][c] += a.v[i] * b[c].v[i];
            }
        }
        if (const int64_t next = from + depth; (next - begin) % chunk == 0 || next >= end)
            for (int r = 0; r < perThread; ++r)
                for (int c = 0; c < 4; ++c) {
                    total[r][c] += sums[r][c];
                    sums[r][c] = 0;
                }
    }
    for (int r = 0; r < perThread; ++r)
        for (int c = 0; c < 4; ++c)
            if (const int64_t atRow = firstRow + row + 8 * r, output = firstOutput + column + 16 * c;
                atRow < rows && output < outputs)
                parts[(int64_t(blockIdx.z) * maxRows + atRow) * outputs + output] = total[r][c];
}

/// Chunks of a product, laid out as multiply leaves them.
struct Parts {
    const float* data;
    int count;
    int64_t maxRows, outputs;
    __device__ float sum(int64_t row, int64_t output) const
    {
        float total = 0;
#pragma unroll 8
        for (int part = 0; part < count; ++part)
            total += data[(part * maxRows + row) * outputs + output];
        return total;
    }
};

/// Threads of a block that has a row to itself: one an element, as far as they go. Never changes for a width.
inline int rowThreads(int64_t width) { return int(std::clamp<int64_t>(blocksFor(width, kWarp), 1, 32)) * kWarp; }

/// normed = x / rms(x) * norm, of a row whose elements each thread has just written itself.
__device__ inline void normRow(const float* x, const float* norm, float eps, int64_t width, float* normed)
{
    __shared__ float scratch[32];
    float sum = 0;
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        sum += x[i] * x[i];
    const float inverse = 1.0f / sqrtf(blockSum(sum, scratch) / float(width) + eps);
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        normed[i] = x[i] * inverse * norm[i];
}

/// y = the product, and the bias where there is one. Grid: (rows, outputs / kFinishThreads).
static __global__ void finishPlain(Parts parts, const int* liveRows, const float* bias, float* y)
{
    const int64_t r = blockIdx.x, i = int64_t(blockIdx.y) * blockDim.x + threadIdx.x;
    if (r < *liveRows && i < parts.outputs)
        y[r * parts.outputs + i] = parts.sum(r, i) + (bias ? bias[i] : 0.0f);
}

/// x += the product; normed = x / rms(x) * norm. One block of rowThreads(outputs) a row.
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

/// y = silu(first half of the product) * second half. Grid: (rows, outputs / 2 / kFinishThreads).
static __global__ void finishSwiGlu(Parts parts, const int* liveRows, float* y)
{
    const int64_t r = blockIdx.x, i = int64_t(blockIdx.y) * blockDim.x + threadIdx.x, width = parts.outputs / 2;
    if (r >= *liveRows || i >= width)
        return;
    const float gate = parts.sum(r, i);
    y[r * width + i] = gate / (1.0f + expf(-gate)) * parts.sum(r, width + i);
}

} // namespace aha::cuda
