#pragma once
// Causal attention for training, over packed sequences; one warp a query (forward, dQ) or a key (dK, dV), no atomics,
// so the same numbers come out every time. Lanes stand for 32 keys while scores are made, for the head's elements while
// rows are summed. Softmax in one pass with a running maximum (Milakov & Gimelshein 2018).

#include "core/cuda/device.cuh"

namespace aha::cuda {

inline constexpr int kMaxHeadDim = 256, kLaneElements = kMaxHeadDim / kWarp;
inline constexpr int kAttentionWarps = 4; ///< warps a block

/// One warp's running softmax over keys, and the weighted sum of values: element `lane + 32 * i` in sum[i].
struct RunningAttention {
    float largest = -INFINITY, total = 0, sum[kLaneElements] = {};
};

/// f(i, lane + 32 * i) for this lane's elements of a head; unrolled, so that sums stay in registers.
template <class F> __device__ inline void eachElement(int64_t headDim, F&& f)
{
    const int64_t lane = threadIdx.x % kWarp;
#pragma unroll
    for (int i = 0; i < kLaneElements; ++i)
        if (const int64_t d = lane + i * kWarp; d < headDim)
            f(i, d);
}

/// query · key; each lane reads a row of its own, so in as few reads as possible.
__device__ inline float dot(const float* query, const float* key, int64_t headDim)
{
    float sum = 0;
    if (headDim % 4 == 0) { // then rows begin where four floats can be read at once
#pragma unroll 4
        for (int64_t d = 0; d < headDim; d += 4) {
            const Four q = *reinterpret_cast<const Four*>(query + d), k = *reinterpret_cast<const Four*>(key + d);
            for (int i = 0; i < 4; ++i)
                sum += q.v[i] * k.v[i];
        }
        return sum;
    }
    for (int64_t d = 0; d < headDim; ++d)
        sum += query[d] * key[d];
    return sum;
}

/// Takes in keys from, …, from + 31 (those below `count`). Rows of keys and values lie `stride` apart. `weights`:
/// shared, 32 floats of this warp's own.
__device__ inline void attend(RunningAttention& state, const float* query, const float* keys, const float* values,
    int64_t stride, int64_t from, int64_t count, int64_t headDim, float scale, float* weights)
{
    const int lane = threadIdx.x % kWarp;
    float score = -INFINITY;
    if (from + lane < count) {
        score = dot(query, keys + (from + lane) * stride, headDim) * scale;
    }
    const float largest = fmaxf(state.largest, warpMax(score));
    const float weight = from + lane < count ? expf(score - largest) : 0.0f, shrink = expf(state.largest - largest);
    weights[lane] = weight;
    state.total = state.total * shrink + warpSum(weight);
    state.largest = largest;
    __syncwarp();
    const int64_t here = count - from < kWarp ? count - from : kWarp;
    eachElement(headDim, [&](int i, int64_t d) {
        float sum = state.sum[i] * shrink;
#pragma unroll 8
        for (int64_t j = 0; j < here; ++j)
            sum += weights[j] * values[(from + j) * stride + d];
        state.sum[i] = sum;
    });
    __syncwarp();
}

/// First position that `position` sees through a window; 0 = no window.
__host__ __device__ inline int64_t firstVisible(int64_t position, int64_t window)
{
    return window > 0 && position >= window ? position + 1 - window : 0;
}

struct AttentionSizes {
    int64_t tokens, heads, keyValueHeads, headDim, window;
    __host__ __device__ int64_t width() const { return (heads + 2 * keyValueHeads) * headDim; }
};

/// Grid: (tokens / kAttentionWarps, heads).
static __global__ void attentionForward(
    AttentionSizes s, const float* qkv, const int64_t* positions, float* out, float* logSum)
{
    __shared__ float weights[kAttentionWarps][kWarp];
    const int warp = threadIdx.x / kWarp;
    const int64_t n = int64_t(blockIdx.x) * kAttentionWarps + warp, h = blockIdx.y,
                  kv = h / (s.heads / s.keyValueHeads);
    if (n >= s.tokens)
        return;
    const int64_t begin = n - positions[n], width = s.width();
    const float* keys = qkv + begin * width + (s.heads + kv) * s.headDim;
    RunningAttention state;
    for (int64_t from = firstVisible(positions[n], s.window); from <= positions[n]; from += kWarp)
        attend(state, qkv + n * width + h * s.headDim, keys, keys + s.keyValueHeads * s.headDim, width, from,
            positions[n] + 1, s.headDim, 1.0f / sqrtf(float(s.headDim)), weights[warp]);
    eachElement(
        s.headDim, [&](int i, int64_t d) { out[(n * s.heads + h) * s.headDim + d] = state.sum[i] / state.total; });
    if (threadIdx.x % kWarp == 0)
        logSum[n * s.heads + h] = state.largest + logf(state.total);
}

/// delta[n][h] = dOut · out, one warp each: what every score's gradient subtracts. Grid as in the forward pass.
static __global__ void attentionDelta(AttentionSizes s, const float* out, const float* dOut, float* delta)
{
    const int64_t n = int64_t(blockIdx.x) * kAttentionWarps + threadIdx.x / kWarp, at = n * s.heads + blockIdx.y;
    if (n >= s.tokens)
        return;
    float sum = 0;
    for (int64_t d = threadIdx.x % kWarp; d < s.headDim; d += kWarp)
        sum += out[at * s.headDim + d] * dOut[at * s.headDim + d];
    sum = warpSum(sum);
    if (threadIdx.x % kWarp == 0)
        delta[at] = sum;
}

/// exp(score) / total and d(score) of one query and key.
struct ScoreGradient {
    float weight, dScore;
};
__device__ inline ScoreGradient scoreGradient(const float* query, const float* key, const float* value,
    const float* dOut, int64_t headDim, float scale, float logSum, float delta)
{
    const float weight = expf(dot(query, key, headDim) * scale - logSum);
    return { weight, weight * (dot(dOut, value, headDim) - delta) * scale };
}

/// Grid as in the forward pass.
static __global__ void attentionQueryBackward(AttentionSizes s, const float* qkv, const int64_t* positions,
    const float* logSum, const float* delta, const float* dOut, float* dqkv)
{
    __shared__ float dScores[kAttentionWarps][kWarp];
    const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
    const int64_t n = int64_t(blockIdx.x) * kAttentionWarps + warp, h = blockIdx.y,
                  kv = h / (s.heads / s.keyValueHeads);
    if (n >= s.tokens)
        return;
    const int64_t width = s.width(), count = positions[n] + 1, at = n * s.heads + h;
    const float* keys = qkv + (n - positions[n]) * width + (s.heads + kv) * s.headDim;
    float sum[kLaneElements] = {};
    for (int64_t from = firstVisible(positions[n], s.window); from < count; from += kWarp) {
        if (from + lane < count) {
            const float* key = keys + (from + lane) * width;
            dScores[warp][lane] = scoreGradient(qkv + n * width + h * s.headDim, key, key + s.keyValueHeads * s.headDim,
                dOut + at * s.headDim, s.headDim, 1.0f / sqrtf(float(s.headDim)), logSum[at], delta[at])
                                      .dScore;
        }
        __syncwarp();
        eachElement(s.headDim, [&](int i, int64_t d) {
#pragma unroll 8
            for (int64_t j = 0; j < (count - from < kWarp ? count - from : kWarp); ++j)
                sum[i] += dScores[warp][j] * keys[(from + j) * width + d];
        });
        __syncwarp();
    }
    eachElement(s.headDim, [&](int i, int64_t d) { dqkv[n * width + h * s.headDim + d] = sum[i]; });
}

/// One warp a token and key/value head: all later queries of its sequence, head by head. Grid: (tokens /
/// kAttentionWarps, K).
static __global__ void attentionKeyBackward(AttentionSizes s, const float* qkv, const int64_t* positions,
    const float* logSum, const float* delta, const float* dOut, float* dqkv)
{
    __shared__ float weights[kAttentionWarps][kWarp], dScores[kAttentionWarps][kWarp];
    const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
    const int64_t n = int64_t(blockIdx.x) * kAttentionWarps + warp, kv = blockIdx.y,
                  sharing = s.heads / s.keyValueHeads;
    if (n >= s.tokens)
        return;
    const int64_t width = s.width(), begin = n - positions[n];
    const float *key = qkv + n * width + (s.heads + kv) * s.headDim, *value = key + s.keyValueHeads * s.headDim;
    float dKey[kLaneElements] = {}, dValue[kLaneElements] = {};
    for (int64_t h = kv * sharing; h < (kv + 1) * sharing; ++h)
        for (int64_t from = n;; from += kWarp) {
            const int64_t t = from + lane;
            // Of the same sequence (those of the next begin later), and not past the window: then all later ones are.
            const bool here
                = t < s.tokens && t - positions[t] == begin && firstVisible(positions[t], s.window) <= positions[n];
            ScoreGradient g { 0, 0 };
            if (here)
                g = scoreGradient(qkv + t * width + h * s.headDim, key, value, dOut + (t * s.heads + h) * s.headDim,
                    s.headDim, 1.0f / sqrtf(float(s.headDim)), logSum[t * s.heads + h], delta[t * s.heads + h]);
            weights[warp][lane] = g.weight;
            dScores[warp][lane] = g.dScore;
            const int count = __popc(__ballot_sync(kAllLanes, here));
            __syncwarp();
            eachElement(s.headDim, [&](int i, int64_t d) {
#pragma unroll 4
                for (int j = 0; j < count; ++j) {
                    dKey[i] += dScores[warp][j] * qkv[(from + j) * width + h * s.headDim + d];
                    dValue[i] += weights[warp][j] * dOut[((from + j) * s.heads + h) * s.headDim + d];
                }
            });
            __syncwarp();
            if (count < kWarp)
                break;
        }
    float *dk = dqkv + n * width + (s.heads + kv) * s.headDim, *dv = dk + s.keyValueHeads * s.headDim;
    eachElement(s.headDim, [&](int i, int64_t d) {
        dk[d] = dKey[i];
        dv[d] = dValue[i];
    });
}

} // namespace aha::cuda
