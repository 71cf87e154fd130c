#pragma once
// The decoder on the GPU: its weights, and one pass of rows through all layers.

#include "core/cuda/decoder_kernels.cuh"
#include "core/rollout/decoder_weights.h"

namespace aha::cuda {

class Decoder {
public:
    /// Failure cuda_unsupported when the heads are wider than the kernels cover.
    explicit Decoder(const ModelConfig& config);

    /// Copies from the host's or the device's memory and waits for it.
    void setWeights(const DecoderWeights& weights, cudaStream_t stream);
    /// Room for passes of `rows` rows, for logits of `logitRows` rows and for positions below `positions`. True when
    /// something moved, and captured passes with it.
    bool reserve(int64_t rows, int64_t logitRows, int64_t positions, cudaStream_t stream);
    /// Puts the work of one pass on the stream: rows' keys and values go to `cache`; logits() are those of all rows
    /// when `wantLogits`. `maxRows` bounds *rows.count.
    void forward(const Rows& rows, int64_t maxRows, const Cache& cache, bool wantLogits, cudaStream_t stream);

    float* logits() { return m_logits.data(); }
    const ModelConfig& config() const { return m_config; }

private:
    struct Layer {
        float *attentionNorm, *qkv, *output, *mlpNorm, *gateUp, *down;
        float *qkvBias = nullptr, *queryNorm = nullptr, *keyNorm = nullptr; ///< where the model has them
    };
    /// x · wᵀ on the stream, in chunks that a finish… kernel adds up.
    Parts product(const float* x, const float* w, const Rows& rows, int64_t maxRows, int64_t inputs, int64_t outputs,
        float* parts, cudaStream_t stream);

    ModelConfig m_config;
    DeviceArray<float> m_weights, m_cosines, m_sines;
    float *m_embedding = nullptr, *m_finalNorm = nullptr, *m_head = nullptr;
    std::vector<Layer> m_layers;
    int64_t m_positions = 0;
    DeviceArray<float> m_x, m_normed, m_parts, m_qkv, m_attended, m_gated, m_logits;
};

} // namespace aha::cuda
