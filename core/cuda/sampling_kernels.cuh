#pragma once
// From a row of logits to a token, as core/rollout/sampler.h does it: repetition penalty, temperature, top-k, top-p,
// min-p, then one uniform number against the cumulative distribution in order of token id.

#include "core/base/philox.h"
#include "core/cuda/training_kernels.cuh"

namespace aha::cuda {

inline constexpr int kMaxEnds = 16;

/// SamplingParams as the kernels read them; lives in the device's memory, so that a captured graph outlives a change.
struct SamplerSettings {
    float inverseTemperature; ///< 1 when greedy
    float penalty, minP;
    double topP;
    int greedy, topK; ///< topK 0: off
    int maxNewTokens, endCount, ends[kMaxEnds];
    int alternatives; ///< most likely tokens to list for each drawn one
};

/// Shared scratch of one block of kSoftmaxThreads.
struct DrawScratch {
    float floats[kSoftmaxThreads / kWarp];
    double doubles[kSoftmaxThreads / kWarp];
    int ints[kSoftmaxThreads / kWarp];
};

/// Floats in the order of unsigned numbers; both zeros are one.
__device__ inline uint32_t orderOf(float value)
{
    const uint32_t bits = __float_as_uint(value + 0.0f);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ inline void penalize(float* logits, int64_t vocab, float penalty, const uint32_t* seen)
{
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        if (seen[v / 32] >> (v % 32) & 1)
            logits[v] = logits[v] < 0 ? logits[v] * penalty : logits[v] / penalty;
    __syncthreads();
}

/// Removes all below the k-th largest; ties with it stay.
__device__ inline void keepTopK(float* logits, int64_t vocab, int k, DrawScratch& scratch)
{
    uint32_t threshold = 0; // the largest order that at least k logits reach, bit by bit
    for (int bit = 31; bit >= 0; --bit) {
        const uint32_t candidate = threshold | 1u << bit;
        int reached = 0;
        for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
            reached += orderOf(logits[v]) >= candidate;
        if (blockSum(reached, scratch.ints) >= k)
            threshold = candidate;
    }
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        if (orderOf(logits[v]) < threshold)
            logits[v] = -INFINITY;
    __syncthreads();
}

/// Removes the least likely tokens whose probabilities add up to no more than 1 - topP; among equals the lower id goes
/// first, and the most likely (the highest id among equals) stays.
__device__ inline void keepTopP(float* logits, int64_t vocab, const SamplerSettings& s, DrawScratch& scratch)
{
    const RowSoftmax row = rowSoftmax(logits, vocab, s.inverseTemperature, scratch.floats, scratch.doubles);
    const double spare = (1.0 - s.topP) * row.sum;
    const auto massUpTo = [&](uint32_t order) { // of the tokens whose order is at most this
        double mass = 0;
        for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
            mass += orderOf(logits[v]) <= order ? expf(logits[v] * s.inverseTemperature - row.largest) : 0.0f;
        return blockSum(mass, scratch.doubles);
    };
    uint32_t kept = 0; // the smallest order with more mass than can be spared up to it: all below it go
    for (int bit = 31; bit >= 0; --bit) {
        const uint32_t candidate = kept | ((1u << bit) - 1);
        if (massUpTo(candidate) <= spare)
            kept |= 1u << bit;
    }
    float top = -INFINITY; // rounding must not let the last token go
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        top = fmaxf(top, logits[v]);
    const uint32_t highest = orderOf(blockMax(top, scratch.floats));
    kept = kept < highest ? kept : highest;
    const double below = kept == 0 ? 0 : massUpTo(kept - 1);
    if (threadIdx.x == 0) { // of the tokens exactly at the border, those that can still be spared go, lowest id first
        double mass = below;
        int64_t last = -1;
        for (int64_t v = 0; v < vocab; ++v)
            if (orderOf(logits[v]) == kept)
                last = v;
        for (int64_t v = 0; v < vocab; ++v) {
            if (orderOf(logits[v]) != kept || (kept == highest && v == last))
                continue;
            mass += expf(logits[v] * s.inverseTemperature - row.largest);
            if (mass > spare)
                break;
            logits[v] = -INFINITY;
        }
    }
    __syncthreads();
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        if (orderOf(logits[v]) < kept)
            logits[v] = -INFINITY;
    __syncthreads();
}

/// Removes what is less likely than minP times the most likely.
__device__ inline void keepMinP(float* logits, int64_t vocab, const SamplerSettings& s, DrawScratch& scratch)
{
    float largest = -INFINITY;
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        largest = fmaxf(largest, logits[v] * s.inverseTemperature);
    largest = blockMax(largest, scratch.floats);
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        if (expf(logits[v] * s.inverseTemperature - largest) < s.minP)
            logits[v] = -INFINITY;
    __syncthreads();
}

/// The smallest `lowest` of the block.
__device__ inline int blockLowest(int lowest, DrawScratch& scratch)
{
    for (int step = kWarp / 2; step > 0; step /= 2) {
        const int other = __shfl_xor_sync(kAllLanes, lowest, step);
        lowest = other < lowest ? other : lowest;
    }
    if (threadIdx.x % kWarp == 0)
        scratch.ints[threadIdx.x / kWarp] = lowest;
    __syncthreads();
    for (unsigned w = 0; w < blockDim.x / kWarp; ++w)
        lowest = scratch.ints[w] < lowest ? scratch.ints[w] : lowest;
    __syncthreads();
    return lowest;
}

/// The most likely token, the lowest id among equals.
__device__ inline int argmax(const float* logits, int64_t vocab, float largest, DrawScratch& scratch)
{
    int lowest = INT32_MAX;
    for (int64_t v = threadIdx.x; v < vocab && lowest == INT32_MAX; v += blockDim.x)
        if (logits[v] == largest)
            lowest = int(v);
    lowest = blockLowest(lowest, scratch);
    return lowest == INT32_MAX ? 0 : lowest; // logits that are not numbers equal nothing: any token will do
}

/// The first token whose cumulative weight exceeds uniform * sum. Each warp owns a stretch of the vocabulary and adds
/// it up; the warp that the target falls into walks its stretch.
__device__ inline int inverseCumulative(
    const float* logits, int64_t vocab, float inverseTemperature, float largest, double uniform, DrawScratch& scratch)
{
    const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp, warps = blockDim.x / kWarp;
    const int64_t stretch = (vocab + warps * kWarp - 1) / (warps * kWarp) * kWarp, begin = warp * stretch;
    const int64_t end = begin + stretch < vocab ? begin + stretch : vocab;
    const auto weight = [&](int64_t v) { return v < end ? expf(logits[v] * inverseTemperature - largest) : 0.0f; };
    double own = 0;
    int last = -1; // of the stretch, with any weight
#pragma unroll 4
    for (int64_t v = begin + lane; v < end; v += kWarp) {
        const float w = weight(v);
        own += w;
        last = w > 0 ? int(v) : last;
    }
    own = warpSum(own);
    for (int step = kWarp / 2; step > 0; step /= 2) {
        const int other = __shfl_xor_sync(kAllLanes, last, step);
        last = other > last ? other : last;
    }
    if (lane == 0) {
        scratch.doubles[warp] = own;
        scratch.ints[warp] = last;
    }
    __syncthreads();
    double total = 0, before = 0;
    for (int w = 0; w < warps; ++w)
        total += scratch.doubles[w];
    const double target = uniform * total;
    int owner = -1, lastAny = 0;
    double cumulative = 0;
    for (int w = 0; w < warps; ++w) {
        if (owner < 0 && target < cumulative + scratch.doubles[w]) {
            owner = w;
            before = cumulative;
        }
        cumulative += scratch.doubles[w];
        lastAny = scratch.ints[w] >= 0 ? scratch.ints[w] : lastAny;
    }
    __syncthreads();
    if (warp == 0 && lane == 0)
        scratch.ints[0] = lastAny; // rounding may leave the sum a hair below the target
    __syncthreads();
    if (warp == owner) {
        int found = last; // the same for the walk
        bool done = false;
        for (int64_t from = begin; from < end && !done; from += kWarp) {
            double prefix = weight(from + lane);
            for (int step = 1; step < kWarp; step *= 2) {
                const double other = __shfl_up_sync(kAllLanes, prefix, step);
                prefix += lane >= step ? other : 0.0;
            }
            const unsigned over = __ballot_sync(kAllLanes, target < before + prefix);
            if (over) {
                found = int(from) + __ffs(int(over)) - 1;
                done = true;
            }
            before += __shfl_sync(kAllLanes, prefix, kWarp - 1);
        }
        if (lane == 0)
            scratch.ints[0] = found;
    }
    __syncthreads();
    const int token = scratch.ints[0];
    __syncthreads();
    return token;
}

/// Of the tokens that are less likely than `afterLogit`, or as likely with a higher id than `afterId`, the most likely
/// with the lowest id; its id, or -1.
__device__ inline int nextLikely(
    const float* logits, int64_t vocab, float afterLogit, int afterId, DrawScratch& scratch)
{
    const auto comesAfter
        = [&](int64_t v) { return logits[v] < afterLogit || (logits[v] == afterLogit && v > afterId); };
    float top = -INFINITY;
    for (int64_t v = threadIdx.x; v < vocab; v += blockDim.x)
        top = comesAfter(v) ? fmaxf(top, logits[v]) : top;
    top = blockMax(top, scratch.floats);
    if (top == -INFINITY)
        return -1;
    int lowest = INT32_MAX;
    for (int64_t v = threadIdx.x; v < vocab && lowest == INT32_MAX; v += blockDim.x)
        if (logits[v] == top && comesAfter(v))
            lowest = int(v);
    return blockLowest(lowest, scratch);
}

struct Drawn {
    int token;
    float logprob, entropy; ///< of the distribution it was drawn from
};

/// One block of softmaxThreads(vocab); every thread gets the result. Changes the logits when a filter is on.
__device__ inline Drawn draw(
    float* logits, int64_t vocab, const SamplerSettings& s, const uint32_t* seen, double uniform, DrawScratch& scratch)
{
    if (s.penalty != 1.0f)
        penalize(logits, vocab, s.penalty, seen);
    if (!s.greedy) {
        if (s.topK > 0 && s.topK < vocab)
            keepTopK(logits, vocab, s.topK, scratch);
        if (s.topP < 1.0)
            keepTopP(logits, vocab, s, scratch);
        if (s.minP > 0)
            keepMinP(logits, vocab, s, scratch);
    }
    const RowSoftmax row = rowSoftmax(logits, vocab, s.inverseTemperature, scratch.floats, scratch.doubles);
    const int token = s.greedy ? argmax(logits, vocab, row.largest, scratch)
                               : inverseCumulative(logits, vocab, s.inverseTemperature, row.largest, uniform, scratch);
    const float logZ = float(log(row.sum));
    return { token, logits[token] * s.inverseTemperature - row.largest - logZ, logZ - float(row.weighted / row.sum) };
}

} // namespace aha::cuda
