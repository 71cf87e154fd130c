#include "core/cuda/attention_kernels.cuh"
#include "core/cuda/cuda_ops.h"
#include "core/cuda/training_kernels.cuh"

namespace aha::cuda {

namespace {

constexpr int kThreads = 256, kRowsPerBlock = kThreads / kWarp;
constexpr cudaStream_t kStream = nullptr;

class CudaOps final : public DeviceOps {
public:
    void rmsNormForward(const float* x, const float* weight, float eps, int64_t rows, int64_t width, float* y,
        float* inverseRms) const override
    {
        if (rows)
            AHA_LAUNCH(cuda::rmsNormForward, blocksFor(rows, kRowsPerBlock), kThreads, kStream, x, weight, eps, rows,
                width, y, inverseRms);
    }
    void rmsNormBackward(const float* x, const float* weight, const float* inverseRms, const float* dy, int64_t rows,
        int64_t width, float* dx, float* dWeight) const override
    {
        if (!rows)
            return;
        AHA_LAUNCH(cuda::rmsNormBackward, blocksFor(rows, kRowsPerBlock), kThreads, kStream, x, weight, inverseRms, dy,
            rows, width, dx);
        AHA_LAUNCH(rmsNormWeightBackward, blocksFor(width, kWarp), dim3(kWarp, kWeightRows), kStream, x, inverseRms, dy,
            rows, width, dWeight);
    }
    void swiGluForward(const float* gateUp, int64_t rows, int64_t width, float* y) const override
    {
        if (rows)
            AHA_LAUNCH(
                cuda::swiGluForward, blocksFor(rows * width, kThreads), kThreads, kStream, gateUp, rows, width, y);
    }
    void swiGluBackward(
        const float* gateUp, const float* dy, int64_t rows, int64_t width, float* dGateUp) const override
    {
        if (rows)
            AHA_LAUNCH(cuda::swiGluBackward, blocksFor(rows * width, kThreads), kThreads, kStream, gateUp, dy, rows,
                width, dGateUp);
    }
    void rope(const Attention& s, const Sequences& sequences, const float* cosines, const float* sines, float sign,
        float* rows) const override
    {
        if (sequences.tokens())
            AHA_LAUNCH(cuda::rope, unsigned(sequences.tokens()), 64, kStream, s.heads + s.keyValueHeads,
                (s.heads + 2 * s.keyValueHeads) * s.headDim, s.headDim, sequences.positions, cosines, sines, sign,
                rows);
    }
    void attentionForward(
        const Attention& s, const Sequences& sequences, const float* qkv, float* out, float* logSum) const override
    {
        const AttentionSizes sizes = sizesOf(s, sequences);
        if (sizes.tokens)
            AHA_LAUNCH(cuda::attentionForward, dim3(blocksFor(sizes.tokens, kAttentionWarps), unsigned(s.heads)),
                kAttentionWarps * kWarp, kStream, sizes, qkv, sequences.positions, out, logSum);
    }
    void attentionBackward(const Attention& s, const Sequences& sequences, const float* qkv, const float* out,
        const float* logSum, const float* dOut, float* dqkv, float* delta) const override
    {
        const AttentionSizes sizes = sizesOf(s, sequences);
        if (!sizes.tokens)
            return;
        const unsigned tokenBlocks = blocksFor(sizes.tokens, kAttentionWarps);
        const dim3 perHead(tokenBlocks, unsigned(s.heads)), perKey(tokenBlocks, unsigned(s.keyValueHeads));
        AHA_LAUNCH(attentionDelta, perHead, kAttentionWarps * kWarp, kStream, sizes, out, dOut, delta);
        AHA_LAUNCH(attentionQueryBackward, perHead, kAttentionWarps * kWarp, kStream, sizes, qkv, sequences.positions,
            logSum, delta, dOut, dqkv);
        AHA_LAUNCH(attentionKeyBackward, perKey, kAttentionWarps * kWarp, kStream, sizes, qkv, sequences.positions,
            logSum, delta, dOut, dqkv);
    }
    void softmaxStatistics(const float* logits, const int64_t* targets, float inverseTemperature, int64_t rows,
        int64_t vocab, float* logSum, float* logprob, float* entropy) const override
    {
        if (rows)
            AHA_LAUNCH(cuda::softmaxStatistics, unsigned(rows), softmaxThreads(vocab), kStream, logits, targets,
                inverseTemperature, vocab, logSum, logprob, entropy);
    }
    void softmaxBackward(float* logits, const int64_t* targets, const float* logSum, const float* dLogprob,
        float inverseTemperature, int64_t rows, int64_t vocab) const override
    {
        if (rows)
            AHA_LAUNCH(cuda::softmaxBackward, unsigned(rows), softmaxThreads(vocab), kStream, logits, targets, logSum,
                dLogprob, inverseTemperature, vocab);
    }

private:
    static AttentionSizes sizesOf(const Attention& s, const Sequences& sequences)
    {
        if (s.headDim > kMaxHeadDim)
            throw Failure({ "cuda_unsupported",
                "The model's heads are " + std::to_string(s.headDim) + " wide; the GPU's kernels go up to "
                    + std::to_string(kMaxHeadDim) + ".",
                "Set general.device to cpu." });
        return { sequences.tokens(), s.heads, s.keyValueHeads, s.headDim, s.window };
    }
};

} // namespace

const DeviceOps* cudaOps()
{
    static const CudaOps ops;
    return &ops;
}

} // namespace aha::cuda
