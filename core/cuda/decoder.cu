#include "core/cuda/decoder.cuh"

#include "core/cuda/training_kernels.cuh"

namespace aha::cuda {

namespace {
constexpr int kRowThreads = 128;
}

Decoder::Decoder(const ModelConfig& config)
    : m_config(config)
{
    if (config.latentAttention())
        throw Failure(
            { "cuda_unsupported", "The GPU's kernels do not cover latent attention and experts (DeepSeek-V3).",
                "Set general.device to cpu." });
    if (config.headDim > kMaxHeadDim)
        throw Failure({ "cuda_unsupported",
            "The model's heads are " + std::to_string(config.headDim) + " wide; the GPU's kernels go up to "
                + std::to_string(kMaxHeadDim) + ".",
            "Set general.device to cpu." });
}

void Decoder::setWeights(const DecoderWeights& weights, cudaStream_t stream)
{
    const ModelConfig& c = m_config;
    const int64_t d = c.hiddenSize, queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim,
                  f = c.intermediateSize;
    const int64_t table = c.vocabSize * d,
                  perLayer = (queries + 2 * keys) * (d + 1) + d * queries + 3 * f * d + 2 * d + 2 * c.headDim;
    m_weights.reserve(size_t((weights.head == weights.embedding ? 1 : 2) * table + d + c.numHiddenLayers * perLayer));
    // The source may be another stream's work, an optimizer's for instance.
    check(cudaDeviceSynchronize(), "Waiting for the weights");
    size_t at = 0;
    const auto copy = [&](const float* source, int64_t count) {
        m_weights.copyFrom(source, size_t(count), stream, at);
        at += size_t(count);
        return m_weights.data() + at - count;
    };
    m_embedding = copy(weights.embedding, table);
    m_head = weights.head == weights.embedding ? m_embedding : copy(weights.head, table);
    m_finalNorm = copy(weights.finalNorm, d);
    m_layers.clear();
    for (const DecoderWeights::Layer& source : weights.layers) {
        Layer layer {};
        layer.attentionNorm = copy(source.attentionNorm, d);
        layer.qkv = copy(source.query, queries * d); // query, key, value: one matrix
        copy(source.key, keys * d);
        copy(source.value, keys * d);
        layer.output = copy(source.output, d * queries);
        layer.mlpNorm = copy(source.mlpNorm, d);
        layer.gateUp = copy(source.gate, f * d);
        copy(source.up, f * d);
        layer.down = copy(source.down, d * f);
        if (c.queryKeyValueBias())
            layer.qkvBias = copy(source.qkvBias, queries + 2 * keys);
        if (c.queryKeyNorm()) {
            layer.queryNorm = copy(source.queryNorm, c.headDim);
            layer.keyNorm = copy(source.keyNorm, c.headDim);
        }
        m_layers.push_back(layer);
    }
    check(cudaStreamSynchronize(stream), "Copying the weights");
}

bool Decoder::reserve(int64_t rows, int64_t logitRows, int64_t positions, cudaStream_t stream)
{
    const ModelConfig& c = m_config;
    bool moved = m_x.reserve(size_t(rows * c.hiddenSize));
    moved |= m_qkv.reserve(size_t(rows * (c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim));
    moved |= m_attended.reserve(size_t(rows * c.numAttentionHeads * c.headDim));
    moved |= m_gateUp.reserve(size_t(rows * 2 * c.intermediateSize));
    moved |= m_logits.reserve(size_t(logitRows * c.vocabSize));
    if (positions > m_positions) {
        const int64_t half = c.headDim / 2;
        moved |= m_cosines.reserve(size_t(positions * half));
        moved |= m_sines.reserve(size_t(positions * half));
        std::vector<float> cosines(size_t(positions * half)), sines(cosines.size());
        fillRotaryTables(rotaryFrequencies(c.rotary, c.headDim, c.maxPositionEmbeddings, positions), positions,
            cosines.data(), sines.data());
        m_cosines.copyFrom(cosines.data(), cosines.size(), stream);
        m_sines.copyFrom(sines.data(), sines.size(), stream);
        check(cudaStreamSynchronize(stream), "Copying the rotary tables"); // the host's copies go now
        m_positions = positions;
    }
    return moved;
}

template <Input input, bool add>
void Decoder::product(const float* x, const float* norm, const float* w, const Rows& rows, int64_t maxRows,
    int64_t inputs, int64_t outputs, float* y, cudaStream_t stream)
{
    AHA_LAUNCH((multiply<input, add>), dim3(blocksFor(outputs, kTileOutputs), blocksFor(maxRows, kTileRows)),
        kTileThreads, stream, x, norm, float(m_config.rmsNormEps), w, rows.count, inputs, outputs, y);
}

void Decoder::forward(const Rows& rows, int64_t maxRows, const Cache& cache, bool wantLogits, cudaStream_t stream)
{
    const ModelConfig& c = m_config;
    const int64_t d = c.hiddenSize, heads = c.numAttentionHeads, attended = heads * c.headDim, f = c.intermediateSize;
    const unsigned blocks = unsigned(maxRows);
    AHA_LAUNCH(embed, blocks, kRowThreads, stream, rows, m_embedding, d, m_x.data());
    for (size_t l = 0; l < m_layers.size(); ++l) {
        const Layer& layer = m_layers[l];
        product<Input::RmsNorm, false>(m_x.data(), layer.attentionNorm, layer.qkv, rows, maxRows, d,
            attended + 2 * c.numKeyValueHeads * c.headDim, m_qkv.data(), stream);
        if (layer.qkvBias)
            AHA_LAUNCH(addBias, blocks, kRowThreads, stream, rows, layer.qkvBias,
                attended + 2 * c.numKeyValueHeads * c.headDim, m_qkv.data());
        if (layer.queryNorm)
            AHA_LAUNCH(normHeads, dim3(blocks, unsigned(heads + c.numKeyValueHeads)), kWarp, stream, rows, heads,
                c.numKeyValueHeads, c.headDim, float(c.rmsNormEps), layer.queryNorm, layer.keyNorm, m_qkv.data());
        AHA_LAUNCH(ropeAndAppend, blocks, kRowThreads, stream, rows, cache, int64_t(l), heads, m_cosines.data(),
            m_sines.data(), m_qkv.data());
        AHA_LAUNCH(decodeAttention, dim3(blocks, unsigned(heads)), kAttentionWarps * kWarp, stream, rows, cache,
            int64_t(l), heads, c.windowOf(l), m_qkv.data(), m_attended.data());
        product<Input::Plain, true>(
            m_attended.data(), nullptr, layer.output, rows, maxRows, attended, d, m_x.data(), stream);
        product<Input::RmsNorm, false>(
            m_x.data(), layer.mlpNorm, layer.gateUp, rows, maxRows, d, 2 * f, m_gateUp.data(), stream);
        product<Input::SwiGlu, true>(m_gateUp.data(), nullptr, layer.down, rows, maxRows, f, d, m_x.data(), stream);
    }
    if (wantLogits)
        product<Input::RmsNorm, false>(
            m_x.data(), m_finalNorm, m_head, rows, maxRows, d, c.vocabSize, m_logits.data(), stream);
}

} // namespace aha::cuda
