#pragma once
// The fused loops behind ops.h, as one device offers them: the CPU's own (cpuOps()), or the CUDA plug-in's. Pointers
// are that device's memory; calls are ordered among themselves and with LibTorch's operators on the same device.

#include <cstdint>
#include <vector>

namespace aha {

/// Stateless and thread-safe. All matrices are dense, float32, row-major.
class DeviceOps {
public:
    virtual ~DeviceOps() = default;

    virtual void rmsNormForward(const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y,
        float* inverseRms) const = 0;
    /// Writes dx; adds to dWeight.
    virtual void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy,
        int64_t rows, int64_t width, float* dx, float* dWeight) const = 0;

    /// gateUp: [rows][2 * width].
    virtual void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y) const = 0;
    virtual void swiGluBackward(
        const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp) const = 0;

    struct Attention {
        int64_t heads, keyValueHeads, headDim;
        int64_t window = 0; ///< tokens that a token sees, itself included; 0 = all before it
    };
    /// Sequences end to end: offsets (S + 1, always in the host's memory) and each token's position (the device's).
    struct Sequences {
        const std::vector<int64_t>& offsets;
        const int64_t* positions;
        int64_t tokens() const { return offsets.back(); }
    };
    /// Rotates query and key heads of every row of width (H + 2K) * A in place by tables of [positions][A / 2]; sign -1
    /// gives the gradient (the tables may be scaled, so that is the transpose and not the inverse).
    virtual void rope(const Attention& shape, const Sequences& sequences, const float* cosines, const float* sines,
        float sign, float* rows) const = 0;
    /// Causal within each sequence, over rotated rows. logSum [N * H] is for the backward pass of the same device
    /// alone.
    virtual void attentionForward(
        const Attention& shape, const Sequences& sequences, const float* qkv, float* out, float* logSum) const = 0;
    /// Writes dqkv (still rotated). scratch: [N * H].
    virtual void attentionBackward(const Attention& shape, const Sequences& sequences, const float* qkv,
        const float* out, const float* logSum, const float* dOut, float* dqkv, float* scratch) const = 0;

    /// Log-sum-exp of logits * inverseTemperature, log-prob of the target and entropy, per row.
    virtual void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature, int64_t rows,
        int64_t vocab, float* logSum, float* logprob, float* entropy) const = 0;
    /// logits (untempered) become d(loss)/d(logits) given d(loss)/d(logprob).
    virtual void softmaxBackward(float* logits, const int64_t* targets, const float* logSum, const float* dLogprob,
        float inverseTemperature, int64_t rows, int64_t vocab) const = 0;
};

/// The loops of cpu_kernels.h.
const DeviceOps& cpuOps();

} // namespace aha
