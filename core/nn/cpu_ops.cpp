#include "core/nn/cpu_kernels.h"
#include "core/nn/device_ops.h"

#include <cstddef>

namespace aha {

namespace {

class CpuOps final : public DeviceOps {
public:
    void rmsNormForward(const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y,
        float* inverseRms) const override
    {
        cpu::rmsNormForward(x, weight, eps, rows, width, y, inverseRms);
    }
    void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy, int64_t rows,
        int64_t width, float* dx, float* dWeight) const override
    {
        cpu::rmsNormBackward(x, weight, inverseRms, dy, rows, width, dx, dWeight);
    }
    void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y) const override
    {
        cpu::swiGluForward(gateUp, rows, width, y);
    }
    void swiGluBackward(
        const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp) const override
    {
        cpu::swiGluBackward(gateUp, dy, rows, width, dGateUp);
    }
    void rope(const Attention& s, const Sequences& sequences, const float* cosines, const float* sines, float sign,
        float* rows) const override
    {
        const int64_t width = (s.heads + 2 * s.keyValueHeads) * s.headDim, half = s.headDim / 2;
        for (size_t i = 0; i + 1 < sequences.offsets.size(); ++i)
            for (int64_t t = sequences.offsets[i]; t < sequences.offsets[i + 1]; ++t) {
                const int64_t position = t - sequences.offsets[i];
                cpu::rope(kernelShape(s), cosines + position * half, sines + position * half, sign, rows + t * width);
            }
    }
    void attentionForward(
        const Attention& s, const Sequences& sequences, const float* qkv, float* out, float* logSum) const override
    {
        const int64_t width = (s.heads + 2 * s.keyValueHeads) * s.headDim, outWidth = s.heads * s.headDim;
        for (size_t i = 0; i + 1 < sequences.offsets.size(); ++i) {
            const int64_t at = sequences.offsets[i], length = sequences.offsets[i + 1] - at;
            cpu::attentionForward(kernelShape(s), qkv + at * width, length, out + at * outWidth, logSum + at * s.heads);
        }
    }
    void attentionBackward(const Attention& s, const Sequences& sequences, const float* qkv, const float* out,
        const float* logSum, const float* dOut, float* dqkv, float*) const override
    {
        const int64_t width = (s.heads + 2 * s.keyValueHeads) * s.headDim, outWidth = s.heads * s.headDim;
        for (size_t i = 0; i + 1 < sequences.offsets.size(); ++i) {
            const int64_t at = sequences.offsets[i], length = sequences.offsets[i + 1] - at;
            cpu::attentionBackward(kernelShape(s), qkv + at * width, out + at * outWidth, logSum + at * s.heads,
                dOut + at * outWidth, length, dqkv + at * width);
        }
    }
    void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature, int64_t rows,
        int64_t vocab, float* logSum, float* logprob, float* entropy) const override
    {
        cpu::softmaxStatistics(logits, targets, inverseTemperature, rows, vocab, logSum, logprob, entropy);
    }
    void softmaxBackward(float* logits, const int64_t* targets, const float* logSum, const float* dLogprob,
        float inverseTemperature, int64_t rows, int64_t vocab) const override
    {
        cpu::softmaxBackward(logits, targets, logSum, dLogprob, inverseTemperature, rows, vocab);
    }

private:
    static cpu::Attention kernelShape(const Attention& s) { return { s.heads, s.keyValueHeads, s.headDim, s.window }; }
};

} // namespace

const DeviceOps& cpuOps()
{
    static const CpuOps ops;
    return ops;
}

} // namespace aha
