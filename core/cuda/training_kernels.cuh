#pragma once
// RMSNorm, SwiGLU, RoPE and the softmax over the vocabulary, forward and backward. Formulas: core/nn/cpu_kernels.h.

#include "core/cuda/device.cuh"

namespace aha::cuda {

/// One warp a row, blockDim.x / 32 rows a block.
static __global__ void rmsNormForward(
    const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y, float* inverseRms)
{
    const int64_t row = int64_t(blockIdx.x) * (blockDim.x / kWarp) + threadIdx.x / kWarp;
    if (row >= rows)
        return;
    x += row * width;
    y += row * width;
    float sum = 0;
    for (int64_t i = threadIdx.x % kWarp; i < width; i += kWarp)
        sum += x[i] * x[i];
    const float inverse = 1.0f / sqrtf(warpSum(sum) / float(width) + eps);
    for (int64_t i = threadIdx.x % kWarp; i < width; i += kWarp)
        y[i] = x[i] * inverse * weight[i];
    if (threadIdx.x % kWarp == 0)
        inverseRms[row] = inverse;
}

static __global__ void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy,
    int64_t rows, int64_t width, float* dx)
{
    const int64_t row = int64_t(blockIdx.x) * (blockDim.x / kWarp) + threadIdx.x / kWarp;
    if (row >= rows)
        return;
    x += row * width;
    dy += row * width;
    dx += row * width;
    const float inverse = inverseRms[row];
    float dot = 0;
    for (int64_t i = threadIdx.x % kWarp; i < width; i += kWarp)
        dot += dy[i] * weight[i] * x[i];
    const float shared = warpSum(dot) * inverse * inverse / float(width);
    for (int64_t i = threadIdx.x % kWarp; i < width; i += kWarp)
        dx[i] = inverse * (dy[i] * weight[i] - x[i] * shared);
}

inline constexpr int kWeightRows = 8;
/// Columns of dWeight: 32 a block, each summed by kWeightRows threads over interleaved rows, then added in order.
static __global__ void rmsNormWeightBackward(
    const float* x, const float* inverseRms, const float* dy, int64_t rows, int64_t width, float* dWeight)
{
    __shared__ float partial[kWeightRows][kWarp];
    const int64_t column = int64_t(blockIdx.x) * kWarp + threadIdx.x;
    float sum = 0;
    if (column < width)
        for (int64_t row = threadIdx.y; row < rows; row += kWeightRows)
            sum += dy[row * width + column] * x[row * width + column] * inverseRms[row];
    partial[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y > 0 || column >= width)
        return;
    float total = 0;
    for (int r = 0; r < kWeightRows; ++r)
        total += partial[r][threadIdx.x];
    dWeight[column] += total;
}

static __global__ void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y)
{
    const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= rows * width)
        return;
    const float* gate = gateUp + i / width * 2 * width + i % width;
    y[i] = gate[0] / (1.0f + expf(-gate[0])) * gate[width];
}

static __global__ void swiGluBackward(const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp)
{
    const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= rows * width)
        return;
    const int64_t at = i / width * 2 * width + i % width;
    const float gate = gateUp[at], up = gateUp[at + width];
    const float sigmoid = 1.0f / (1.0f + expf(-gate)), silu = gate * sigmoid;
    dGateUp[at + width] = dy[i] * silu;
    dGateUp[at] = dy[i] * up * (sigmoid + silu * (1.0f - sigmoid));
}

/// One block a token.
static __global__ void rope(int64_t heads, int64_t width, int64_t headDim, const int64_t* positions,
    const float* cosines, const float* sines, float sign, float* rows)
{
    const int64_t half = headDim / 2, position = positions[blockIdx.x];
    float* row = rows + int64_t(blockIdx.x) * width;
    for (int64_t i = threadIdx.x; i < heads * half; i += blockDim.x) {
        float* a = row + i / half * headDim + i % half;
        const float c = cosines[position * half + i % half], s = sign * sines[position * half + i % half];
        const float first = a[0], second = a[half];
        a[0] = first * c - second * s;
        a[half] = second * c + first * s;
    }
}

inline constexpr int kSoftmaxThreads = 1024; ///< at most
/// Threads of a block that reads a row of this many logits; always the same, so that sums are.
inline int softmaxThreads(int64_t vocab) { return vocab < 8192 ? 256 : kSoftmaxThreads; }

/// Largest of the scaled logits, sum of exp(scaled - largest), and that sum weighted by (scaled - largest). One block a
/// row; logits of minus infinity count as removed.
struct RowSoftmax {
    float largest;
    double sum, weighted;
};
__device__ inline RowSoftmax rowSoftmax(
    const float* logits, int64_t vocab, float inverseTemperature, float* floats, double* doubles)
{
    RowSoftmax row { -INFINITY, 0, 0 };
#pragma unroll 4
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        row.largest = fmaxf(row.largest, logits[v] * inverseTemperature);
    row.largest = blockMax(row.largest, floats);
#pragma unroll 4
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x) {
        const float shifted = logits[v] * inverseTemperature - row.largest, e = expf(shifted);
        row.sum += e;
        row.weighted += e > 0 ? e * shifted : 0.0f;
    }
    row.sum = blockSum(row.sum, doubles);
    row.weighted = blockSum(row.weighted, doubles);
    return row;
}

/// One block of softmaxThreads(vocab) a row. A negative target leaves the row's log-prob alone.
static __global__ void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature,
    int64_t vocab, float* logSum, float* logprob, float* entropy)
{
    __shared__ float floats[kSoftmaxThreads / kWarp];
    __shared__ double doubles[kSoftmaxThreads / kWarp];
    const int64_t n = blockIdx.x, target = targets[n];
    logits += n * vocab;
    const RowSoftmax row = rowSoftmax(logits, vocab, inverseTemperature, floats, doubles);
    if (threadIdx.x > 0)
        return;
    const float logZ = float(log(row.sum));
    if (logSum)
        logSum[n] = row.largest + logZ;
    if (target >= 0)
        logprob[n] = logits[target] * inverseTemperature - row.largest - logZ;
    entropy[n] = logZ - float(row.weighted / row.sum);
}

static __global__ void softmaxBackward(float* logits, const int64_t* targets, const float* logSum,
    const float* dLogprob, float inverseTemperature, int64_t vocab)
{
    const int64_t n = blockIdx.x;
    logits += n * vocab;
    const float g = dLogprob[n] * inverseTemperature, logZ = logSum[n];
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        logits[v] = (v == targets[n] ? g : 0.0f) - g * expf(logits[v] * inverseTemperature - logZ);
}

} // namespace aha::cuda
