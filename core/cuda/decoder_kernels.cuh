#pragma once
// The rest of a decoder layer, row by row. A row is one token at one position of one sequence's cache; a prompt's
// tokens are rows of the same sequence, and see each other through the cache, which is written before it is read.

#include "core/cuda/attention_kernels.cuh"
#include "core/cuda/matmul.cuh"

namespace aha::cuda {

/// The rows of one pass, in the device's memory.
struct Rows {
    const int* count; ///< live rows
    const int* sequence; ///< whose cache
    const int* token;
    const int* position;
};

/// Keys and values: [sequence][layer][K][capacity][A] each, contiguous for every sequence.
struct Cache {
    float *keys, *values;
    int64_t layers, keyValueHeads, capacity, headDim;
    __host__ __device__ int64_t sequenceElements() const { return layers * keyValueHeads * capacity * headDim; }
    __host__ __device__ int64_t at(int64_t sequence, int64_t layer, int64_t head) const
    {
        return sequence * sequenceElements() + (layer * keyValueHeads + head) * capacity * headDim;
    }
};

/// x = the token's embedding; normed = x / rms(x) * norm. One block of rowThreads(width) a row.
static __global__ void embed(
    Rows rows, const float* embedding, const float* norm, float eps, int64_t width, float* x, float* normed)
{
    const int64_t r = blockIdx.x;
    if (r >= *rows.count)
        return;
    for (int64_t d = threadIdx.x; d < width; d += blockDim.x)
        x[r * width + d] = embedding[rows.token[r] * width + d];
    normRow(x + r * width, norm, eps, width, normed + r * width);
}

/// RMSNorm of every query head and every key head in place. Grid: (rows, heads + K), one warp each.
static __global__ void normHeads(Rows rows, int64_t heads, int64_t keyValueHeads, int64_t headDim, float eps,
    const float* queryNorm, const float* keyNorm, float* qkv)
{
    const int r = blockIdx.x, lane = threadIdx.x;
    if (r >= *rows.count)
        return;
    const int64_t h = blockIdx.y;
    const float* weight = h < heads ? queryNorm : keyNorm;
    float* head = qkv + (r * (heads + 2 * keyValueHeads) + h) * headDim;
    float sum = 0;
    for (int64_t d = lane; d < headDim; d += kWarp)
        sum += head[d] * head[d];
    const float scale = 1.0f / sqrtf(warpSum(sum) / float(headDim) + eps);
    for (int64_t d = lane; d < headDim; d += kWarp)
        head[d] = head[d] * scale * weight[d];
}

/// Rotates the query heads in place; rotates the keys into the cache and copies the values there. One block a row.
static __global__ void ropeAndAppend(
    Rows rows, Cache cache, int64_t layer, int64_t heads, const float* cosines, const float* sines, float* qkv)
{
    const int r = blockIdx.x;
    if (r >= *rows.count)
        return;
    const int64_t a = cache.headDim, half = a / 2, kv = cache.keyValueHeads, position = rows.position[r];
    float* row = qkv + r * (heads + 2 * kv) * a;
    for (int64_t i = threadIdx.x; i < (heads + kv) * half; i += blockDim.x) {
        const int64_t h = i / half, d = i % half;
        const float c = cosines[position * half + d], s = sines[position * half + d], first = row[h * a + d],
                    second = row[h * a + half + d];
        float* target
            = h < heads ? row + h * a : cache.keys + cache.at(rows.sequence[r], layer, h - heads) + position * a;
        target[d] = first * c - second * s;
        target[half + d] = second * c + first * s;
    }
    for (int64_t i = threadIdx.x; i < kv * a; i += blockDim.x)
        cache.values[cache.at(rows.sequence[r], layer, i / a) + position * a + i % a] = row[(heads + kv) * a + i];
}

/// Grid: (rows, heads). The warps of a block take chunks of 32 keys in turn and are merged in order, so the sum depends
/// on the position alone. window 0: all positions.
static __global__ void decodeAttention(
    Rows rows, Cache cache, int64_t layer, int64_t heads, int64_t window, const float* qkv, float* out)
{
    __shared__ float weights[kAttentionWarps][kWarp], largest[kAttentionWarps], total[kAttentionWarps],
        sums[kAttentionWarps][kMaxHeadDim];
    const int r = blockIdx.x, warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
    if (r >= *rows.count)
        return;
    const int64_t a = cache.headDim, h = blockIdx.y,
                  part = cache.at(rows.sequence[r], layer, h / (heads / cache.keyValueHeads));
    const int64_t count = rows.position[r] + 1;
    const float* query = qkv + (r * (heads + 2 * cache.keyValueHeads) + h) * a;
    RunningAttention state;
    for (int64_t from = firstVisible(count - 1, window) + warp * kWarp; from < count; from += kAttentionWarps * kWarp)
        attend(state, query, cache.keys + part, cache.values + part, a, from, count, a, 1.0f / sqrtf(float(a)),
            weights[warp]);
    eachElement(a, [&](int i, int64_t d) { sums[warp][d] = state.sum[i]; });
    if (lane == 0) {
        largest[warp] = state.largest;
        total[warp] = state.total;
    }
    __syncthreads();
    float top = largest[0], all = 0;
    for (int w = 1; w < kAttentionWarps; ++w)
        top = fmaxf(top, largest[w]);
    for (int w = 0; w < kAttentionWarps; ++w)
        all += total[w] * expf(largest[w] - top);
    for (int64_t d = threadIdx.x; d < a; d += blockDim.x) {
        float sum = 0;
        for (int w = 0; w < kAttentionWarps; ++w)
            sum += sums[w][d] * expf(largest[w] - top);
        out[(r * heads + h) * a + d] = sum / all;
    }
}

} // namespace aha::cuda
