// Compiled with -O3 -ffast-math (see CMakeLists.txt): the loops below vectorise, and exp becomes a vector routine.
// Nothing here tests for NaN; the trainer checks losses and gradients outside.

#include "core/nn/cpu_kernels.h"

#include <cmath>
#include <cstring>
#include <new>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define AHA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define AHA_CLONES
#endif

namespace aha::cpu {

namespace {

/// The compiler may peel loops until an address is aligned, which changes the order of a sum: scratch memory must not
/// begin here today and there tomorrow, or the same run has other last bits when threads share the heap differently.
template <class T> struct LineAllocator {
    using value_type = T;
    static constexpr std::align_val_t kLine { 64 };
    T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
    void deallocate(T* memory, size_t) { ::operator delete(memory, kLine); }
    bool operator==(const LineAllocator&) const { return true; }
};

using Scratch = std::vector<float, LineAllocator<float>>;

} // namespace

AHA_CLONES void rmsNormForward(
    const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y, float* inverseRms)
{
    for (int64_t n = 0; n < rows; ++n, x += width, y += width) {
        float sum = 0;
        for (int64_t d = 0; d < width; ++d)
            sum += x[d] * x[d];
        const float scale = 1.0f / std::sqrt(sum / float(width) + eps);
        inverseRms[n] = scale;
        for (int64_t d = 0; d < width; ++d)
            y[d] = x[d] * scale * weight[d];
    }
}

AHA_CLONES void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy,
    int64_t rows, int64_t width, float* dx, float* dWeight)
{
    for (int64_t n = 0; n < rows; ++n, x += width, dy += width, dx += width) {
        const float scale = inverseRms[n];
        float dot = 0;
        for (int64_t d = 0; d < width; ++d) {
            dot += dy[d] * weight[d] * x[d];
            dWeight[d] += dy[d] * x[d] * scale;
        }
        const float shrink = dot * scale * scale * scale / float(width);
        for (int64_t d = 0; d < width; ++d)
            dx[d] = dy[d] * weight[d] * scale - x[d] * shrink;
    }
}

AHA_CLONES void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y)
{
    for (int64_t n = 0; n < rows; ++n, gateUp += 2 * width, y += width) {
        const float* up = gateUp + width;
        for (int64_t f = 0; f < width; ++f)
            y[f] = gateUp[f] / (1.0f + std::exp(-gateUp[f])) * up[f];
    }
}

AHA_CLONES void swiGluBackward(const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp)
{
    for (int64_t n = 0; n < rows; ++n, gateUp += 2 * width, dy += width, dGateUp += 2 * width) {
        const float* up = gateUp + width;
        float* dUp = dGateUp + width;
        for (int64_t f = 0; f < width; ++f) {
            const float sigmoid = 1.0f / (1.0f + std::exp(-gateUp[f]));
            const float silu = gateUp[f] * sigmoid;
            dUp[f] = dy[f] * silu;
            dGateUp[f] = dy[f] * up[f] * (sigmoid + silu * (1.0f - sigmoid));
        }
    }
}

AHA_CLONES void rope(const Attention& shape, const float* cosines, const float* sines, float sign, float* row)
{
    const int64_t half = shape.headDim / 2;
    for (int64_t head = 0; head < shape.heads + shape.keyValueHeads; ++head, row += shape.headDim)
        for (int64_t i = 0; i < half; ++i) {
            const float a = row[i], b = row[half + i], s = sign * sines[i];
            row[i] = a * cosines[i] - b * s;
            row[half + i] = b * cosines[i] + a * s;
        }
}

/// First key that token t sees.
static int64_t firstKey(int64_t t, int64_t window) { return window > 0 && t >= window ? t + 1 - window : 0; }

AHA_CLONES static void attentionHeadForward(const float* query, const float* keyT, const float* value, int64_t stride,
    int64_t outStride, int64_t length, int64_t headDim, int64_t window, float* scores, float* out, float* logSum)
{
    const float scale = 1.0f / std::sqrt(float(headDim));
    for (int64_t t = 0; t < length; ++t) {
        const int64_t first = firstKey(t, window), count = t + 1;
        std::memset(scores + first, 0, size_t(count - first) * sizeof(float));
        for (int64_t d = 0; d < headDim; ++d) {
            const float q = query[t * stride + d] * scale;
            const float* row = keyT + d * length;
            for (int64_t j = first; j < count; ++j)
                scores[j] += q * row[j];
        }
        float largest = scores[first];
        for (int64_t j = first + 1; j < count; ++j)
            largest = scores[j] > largest ? scores[j] : largest;
        float sum = 0;
        for (int64_t j = first; j < count; ++j) {
            scores[j] = std::exp(scores[j] - largest);
            sum += scores[j];
        }
        logSum[t] = largest + std::log(sum);
        const float inverse = 1.0f / sum;
        float* result = out + t * outStride;
        std::memset(result, 0, size_t(headDim) * sizeof(float));
        for (int64_t j = first; j < count; ++j) {
            const float p = scores[j] * inverse;
            const float* v = value + j * stride;
            for (int64_t d = 0; d < headDim; ++d)
                result[d] += p * v[d];
        }
    }
}

AHA_CLONES static void attentionHeadBackward(const float* query, const float* key, const float* keyT,
    const float* value, const float* valueT, const float* out, const float* logSum, const float* dOut, int64_t stride,
    int64_t outStride, int64_t length, int64_t headDim, int64_t window, float* scores, float* dScores, float* dQuery,
    float* dKey, float* dValue)
{
    const float scale = 1.0f / std::sqrt(float(headDim));
    for (int64_t t = 0; t < length; ++t) {
        const int64_t first = firstKey(t, window), count = t + 1;
        const float* gradient = dOut + t * outStride;
        std::memset(scores + first, 0, size_t(count - first) * sizeof(float));
        std::memset(dScores + first, 0, size_t(count - first) * sizeof(float));
        float delta = 0;
        for (int64_t d = 0; d < headDim; ++d) {
            const float q = query[t * stride + d] * scale, g = gradient[d];
            delta += g * out[t * outStride + d];
            const float *keyRow = keyT + d * length, *valueRow = valueT + d * length;
            for (int64_t j = first; j < count; ++j) {
                scores[j] += q * keyRow[j];
                dScores[j] += g * valueRow[j];
            }
        }
        const float logZ = logSum[t];
        for (int64_t j = first; j < count; ++j) {
            scores[j] = std::exp(scores[j] - logZ);
            dScores[j] = scores[j] * (dScores[j] - delta) * scale;
        }
        const float* q = query + t * stride;
        float* dq = dQuery + t * stride;
        for (int64_t j = first; j < count; ++j) {
            const float p = scores[j], s = dScores[j];
            const float* k = key + j * stride;
            float *dk = dKey + j * stride, *dv = dValue + j * stride;
            for (int64_t d = 0; d < headDim; ++d) {
                dq[d] += s * k[d];
                dk[d] += s * q[d];
                dv[d] += p * gradient[d];
            }
        }
    }
}

/// [length][headDim] with a row stride to [headDim][length].
static void transpose(const float* rows, int64_t stride, int64_t length, int64_t headDim, float* columns)
{
    for (int64_t t = 0; t < length; ++t)
        for (int64_t d = 0; d < headDim; ++d)
            columns[d * length + t] = rows[t * stride + d];
}

void attentionForward(const Attention& shape, const float* qkv, int64_t length, float* out, float* logSum)
{
    const int64_t a = shape.headDim, stride = (shape.heads + 2 * shape.keyValueHeads) * a, outStride = shape.heads * a;
    const int64_t sharing = shape.heads / shape.keyValueHeads;
    Scratch keyT(size_t(a * length)), scores(static_cast<size_t>(length));
    for (int64_t kv = 0; kv < shape.keyValueHeads; ++kv) {
        const float* key = qkv + (shape.heads + kv) * a;
        const float* value = qkv + (shape.heads + shape.keyValueHeads + kv) * a;
        transpose(key, stride, length, a, keyT.data());
        for (int64_t h = kv * sharing; h < (kv + 1) * sharing; ++h)
            attentionHeadForward(qkv + h * a, keyT.data(), value, stride, outStride, length, a, shape.window,
                scores.data(), out + h * a, logSum + h * length);
    }
}

void attentionBackward(const Attention& shape, const float* qkv, const float* out, const float* logSum,
    const float* dOut, int64_t length, float* dqkv)
{
    const int64_t a = shape.headDim, stride = (shape.heads + 2 * shape.keyValueHeads) * a, outStride = shape.heads * a;
    const int64_t sharing = shape.heads / shape.keyValueHeads;
    std::memset(dqkv, 0, size_t(length * stride) * sizeof(float));
    Scratch keyT(size_t(a * length)), valueT(size_t(a * length)), scores(static_cast<size_t>(length)),
        dScores(static_cast<size_t>(length));
    for (int64_t kv = 0; kv < shape.keyValueHeads; ++kv) {
        const int64_t keyAt = (shape.heads + kv) * a, valueAt = (shape.heads + shape.keyValueHeads + kv) * a;
        transpose(qkv + keyAt, stride, length, a, keyT.data());
        transpose(qkv + valueAt, stride, length, a, valueT.data());
        for (int64_t h = kv * sharing; h < (kv + 1) * sharing; ++h)
            attentionHeadBackward(qkv + h * a, qkv + keyAt, keyT.data(), qkv + valueAt, valueT.data(), out + h * a,
                logSum + h * length, dOut + h * a, stride, outStride, length, a, shape.window, scores.data(),
                dScores.data(), dqkv + h * a, dqkv + keyAt, dqkv + valueAt);
    }
}

AHA_CLONES void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature, int64_t rows,
    int64_t vocab, float* logSum, float* logprob, float* entropy)
{
    for (int64_t n = 0; n < rows; ++n, logits += vocab) {
        float largest = logits[0];
        for (int64_t v = 1; v < vocab; ++v)
            largest = logits[v] > largest ? logits[v] : largest;
        largest *= inverseTemperature;
        float sum = 0, weighted = 0;
        for (int64_t v = 0; v < vocab; ++v) {
            const float shifted = logits[v] * inverseTemperature - largest;
            const float e = std::exp(shifted);
            sum += e;
            weighted += e * shifted;
        }
        const float logZ = std::log(sum);
        logSum[n] = largest + logZ;
        logprob[n] = logits[targets[n]] * inverseTemperature - largest - logZ;
        entropy[n] = logZ - weighted / sum;
    }
}

AHA_CLONES void softmaxBackward(float* logits, const int64_t* targets, const float* logSum, const float* dLogprob,
    float inverseTemperature, int64_t rows, int64_t vocab)
{
    for (int64_t n = 0; n < rows; ++n, logits += vocab) {
        const float g = dLogprob[n] * inverseTemperature, logZ = logSum[n];
        for (int64_t v = 0; v < vocab; ++v)
            logits[v] = -g * std::exp(logits[v] * inverseTemperature - logZ);
        logits[targets[n]] += g;
    }
}

} // namespace aha::cpu
