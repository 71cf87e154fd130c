#pragma once
// Float32 loops behind the CPU side of ops.h: one thread each, compiled for several instruction sets, chosen at run
// time.

#include <cstdint>

namespace aha::cpu {

void rmsNormForward(
    const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y, float* inverseRms);
/// Adds to dWeight; writes dx.
void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy, int64_t rows,
    int64_t width, float* dx, float* dWeight);

void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y);
void swiGluBackward(const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp);

struct Attention {
    int64_t heads, keyValueHeads, headDim, window; ///< window 0: all tokens before it
};
/// Rotates the query and key heads of one token's row in place; sign -1 rotates back.
void rope(const Attention& shape, const float* cosines, const float* sines, float sign, float* row);
/// One sequence of `length` rotated rows of width (H + 2K) * A. logSum: [H][length], for the backward pass.
void attentionForward(const Attention& shape, const float* qkv, int64_t length, float* out, float* logSum);
/// Writes dqkv (still rotated).
void attentionBackward(const Attention& shape, const float* qkv, const float* out, const float* logSum,
    const float* dOut, int64_t length, float* dqkv);

/// In place over rows of logits: returns log-sum-exp, log-prob of the target and entropy per row.
void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature, int64_t rows,
    int64_t vocab, float* logSum, float* logprob, float* entropy);
/// logits (untempered) become d(loss)/d(logits) given d(loss)/d(logprob).
void softmaxBackward(float* logits, const int64_t* targets, const float* logSum, const float* dLogprob,
    float inverseTemperature, int64_t rows, int64_t vocab);

} // namespace aha::cpu
