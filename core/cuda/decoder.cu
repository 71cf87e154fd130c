#include "core/cuda/decoder.cuh"

#include "core/cuda/training_kernels.cuh"

#include <algorithm>

namespace aha::cuda {

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
    constexpr size_t kBoundary = sizeof(Four) / sizeof(float);
    m_weights.reserve(size_t((weights.head == weights.embedding ? 1 : 2) * table + d + c.numHiddenLayers * perLayer)
        + kBoundary * size_t(3 + 9 * c.numHiddenLayers));
    // The source may be another stream's work, an optimizer's for instance.
    check(cudaDeviceSynchronize(), "Waiting for the weights");
    size_t at = 0;
    const auto append = [&](const float* source, int64_t count) {
        m_weights.copyFrom(source, size_t(count), stream, at);
        at += size_t(count);
        return m_weights.data() + at - count;
    };
    const auto copy = [&](const float* source, int64_t count) {
        at = (at + kBoundary - 1) / kBoundary * kBoundary;
        return append(source, count);
    };
    m_embedding = copy(weights.embedding, table);
    m_head = weights.head == weights.embedding ? m_embedding : copy(weights.head, table);
    m_finalNorm = copy(weights.finalNorm, d);
    m_layers.clear();
    for (const DecoderWeights::Layer& source : weights.layers) {
        Layer layer {};
        layer.attentionNorm = copy(source.attentionNorm, d);
        layer.qkv = copy(source.query, queries * d); // query, key, value: one matrix
        append(source.key, keys * d);
        append(source.value, keys * d);
        layer.output = copy(source.output, d * queries);
        layer.mlpNorm = copy(source.mlpNorm, d);
        layer.gateUp = copy(source.gate, f * d);
        append(source.up, f * d);
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
    const int64_t d = c.hiddenSize, attended = c.numAttentionHeads * c.headDim,
                  qkv = attended + 2 * c.numKeyValueHeads * c.headDim, f = c.intermediateSize;
    bool moved = m_x.reserve(size_t(rows * d)) | m_normed.reserve(size_t(rows * d));
    moved |= m_qkv.reserve(size_t(rows * qkv)) | m_attended.reserve(size_t(rows * attended));
    moved |= m_gated.reserve(size_t(rows * f)) | m_logits.reserve(size_t(logitRows * c.vocabSize));
    // Logits whose chunks are not apart are written at once.
    const bool logitsApart = chunksOf(d, c.vocabSize).count > 1;
    moved |= m_parts.reserve(
        size_t(std::max({ mostElements(rows, d, qkv), mostElements(rows, attended, d), mostElements(rows, d, 2 * f),
            mostElements(rows, f, d), logitsApart ? mostElements(logitRows, d, c.vocabSize) : 0 })));
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

Parts Decoder::product(const float* x, const float* w, const Rows& rows, int64_t maxRows, int64_t inputs,
    int64_t outputs, float* parts, cudaStream_t stream)
{
    const Layout layout = layoutOf(maxRows, inputs, outputs);
    const dim3 grid(blocksFor(outputs, kTileOutputs), blocksFor(maxRows, layout.tileRows), unsigned(layout.parts));
    const int64_t chunk = chunksOf(inputs, outputs).length;
    const auto multiplied = [&](auto kernel) {
        AHA_LAUNCH(kernel, grid, kMultiplyThreads, stream, x, w, rows.count, maxRows, inputs, outputs, chunk, parts);
    };
    if (layout.tileRows == 16)
        multiplied(multiply<2, 32>);
    else if (layout.tileRows == 32)
        multiplied(multiply<4, 16>);
    else
        multiplied(multiply<8, 16>);
    return { parts, layout.parts, maxRows, outputs };
}

void Decoder::forward(const Rows& rows, int64_t maxRows, const Cache& cache, bool wantLogits, cudaStream_t stream)
{
    const ModelConfig& c = m_config;
    const int64_t d = c.hiddenSize, heads = c.numAttentionHeads, attended = heads * c.headDim, f = c.intermediateSize,
                  qkv = attended + 2 * c.numKeyValueHeads * c.headDim;
    const unsigned blocks = unsigned(maxRows);
    const float eps = float(c.rmsNormEps);
    const auto multiplied = [&](const float* x, const float* w, int64_t inputs, int64_t outputs) {
        return product(x, w, rows, maxRows, inputs, outputs, m_parts.data(), stream);
    };
    AHA_LAUNCH(embed, blocks, rowThreads(d), stream, rows, m_embedding,
        m_layers.empty() ? m_finalNorm : m_layers[0].attentionNorm, eps, d, m_x.data(), m_normed.data());
    for (size_t l = 0; l < m_layers.size(); ++l) {
        const Layer& layer = m_layers[l];
        AHA_LAUNCH(finishPlain, dim3(blocks, blocksFor(qkv, kFinishThreads)), kFinishThreads, stream,
            multiplied(m_normed.data(), layer.qkv, d, qkv), rows.count, layer.qkvBias, m_qkv.data());
        if (layer.queryNorm)
            AHA_LAUNCH(normHeads, dim3(blocks, unsigned(heads + c.numKeyValueHeads)), kWarp, stream, rows, heads,
                c.numKeyValueHeads, c.headDim, eps, layer.queryNorm, layer.keyNorm, m_qkv.data());
        AHA_LAUNCH(ropeAndAppend, blocks, kFinishThreads, stream, rows, cache, int64_t(l), heads, m_cosines.data(),
            m_sines.data(), m_qkv.data());
        AHA_LAUNCH(decodeAttention, dim3(blocks, unsigned(heads)), kAttentionWarps * kWarp, stream, rows, cache,
            int64_t(l), heads, c.windowOf(l), m_qkv.data(), m_attended.data());
        AHA_LAUNCH(finishResidual, blocks, rowThreads(d), stream,
            multiplied(m_attended.data(), layer.output, attended, d), rows.count, layer.mlpNorm, eps, m_x.data(),
            m_normed.data());
        AHA_LAUNCH(finishSwiGlu, dim3(blocks, blocksFor(f, kFinishThreads)), kFinishThreads, stream,
            multiplied(m_normed.data(), layer.gateUp, d, 2 * f), rows.count, m_gated.data());
        AHA_LAUNCH(finishResidual, blocks, rowThreads(d), stream, multiplied(m_gated.data(), layer.down, f, d),
            rows.count, l + 1 < m_layers.size() ? m_layers[l + 1].attentionNorm : m_finalNorm, eps, m_x.data(),
            m_normed.data());
    }
    if (!wantLogits)
        return;
    if (layoutOf(maxRows, d, c.vocabSize).parts == 1)
        product(m_normed.data(), m_head, rows, maxRows, d, c.vocabSize, m_logits.data(), stream);
    else
        AHA_LAUNCH(finishPlain, dim3(blocks, blocksFor(c.vocabSize, kFinishThreads)), kFinishThreads, stream,
            multiplied(m_normed.data(), m_head, d, c.vocabSize), rows.count, static_cast<const float*>(nullptr),
            m_logits.data());
}

} // namespace aha::cuda
