#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <cstring>

namespace aha {

namespace {
constexpr size_t kAlignFloats = 16;
int64_t roundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }
} // namespace

void AlignedFloats::resize(size_t count)
{
    if (count <= m_size)
        return;
    m_storage.assign(count + kAlignFloats, 0.0f);
    const auto address = reinterpret_cast<uintptr_t>(m_storage.data());
    m_begin = m_storage.data() + (64 - address % 64) % 64 / sizeof(float);
    m_size = count;
}

void PackedMatrix::reshape(int64_t outputCount, int64_t inputCount)
{
    inputs = inputCount;
    outputs = outputCount;
    panels = roundUp(outputCount, kPanel) / kPanel;
    values.resize(size_t(panels * kPanel * inputs));
}

void PackedMatrix::setRows(int64_t firstOutput, const float* source, int64_t rows)
{
    for (int64_t r = 0; r < rows; ++r) {
        const int64_t output = firstOutput + r;
        float* column = values.data() + output / kPanel * kPanel * inputs + output % kPanel;
        const float* row = source + r * inputs;
        for (int64_t k = 0; k < inputs; ++k)
            column[k * kPanel] = row[k];
    }
}

PackedDecoder::PackedDecoder(const ModelConfig& modelConfig)
    : config(modelConfig)
{
    const ModelConfig& c = config;
    layers.resize(size_t(c.numHiddenLayers));
    for (Layer& layer : layers) {
        layer.attentionNorm.resize(size_t(roundUp(c.hiddenSize, 16)));
        layer.mlpNorm.resize(size_t(roundUp(c.hiddenSize, 16)));
        if (c.queryKeyValueBias())
            layer.qkvBias.resize(size_t((c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim));
        if (c.queryKeyNorm()) {
            layer.queryNorm.resize(size_t(c.headDim));
            layer.keyNorm.resize(size_t(c.headDim));
        }
        layer.qkv.reshape((c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim, c.hiddenSize);
        layer.output.reshape(c.hiddenSize, c.numAttentionHeads * c.headDim);
        layer.gateUp.reshape(2 * paddedGate(), c.hiddenSize);
        layer.down.reshape(c.hiddenSize, c.intermediateSize);
    }
    embedding.resize(size_t(c.vocabSize * c.hiddenSize));
    finalNorm.resize(size_t(roundUp(c.hiddenSize, 16)));
    head.reshape(c.vocabSize, c.hiddenSize);
}

int64_t PackedDecoder::paddedGate() const { return roundUp(config.intermediateSize, PackedMatrix::kPanel); }

void PackedDecoder::setWeights(const DecoderWeights& w)
{
    const ModelConfig& c = config;
    const auto copy = [](AlignedFloats& to, const float* from, int64_t count) {
        std::memcpy(to.data(), from, size_t(count) * sizeof(float));
    };
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
    for (size_t i = 0; i < layers.size(); ++i) {
        Layer& layer = layers[i];
        const DecoderWeights::Layer& source = w.layers[i];
        copy(layer.attentionNorm, source.attentionNorm, c.hiddenSize);
        copy(layer.mlpNorm, source.mlpNorm, c.hiddenSize);
        layer.qkv.setRows(0, source.query, queries);
        layer.qkv.setRows(queries, source.key, keys);
        layer.qkv.setRows(queries + keys, source.value, keys);
        layer.output.setRows(0, source.output, c.hiddenSize);
        layer.gateUp.setRows(0, source.gate, c.intermediateSize);
        layer.gateUp.setRows(paddedGate(), source.up, c.intermediateSize);
        layer.down.setRows(0, source.down, c.hiddenSize);
        if (c.queryKeyValueBias())
            copy(layer.qkvBias, source.qkvBias, queries + 2 * keys);
        if (c.queryKeyNorm()) {
            copy(layer.queryNorm, source.queryNorm, c.headDim);
            copy(layer.keyNorm, source.keyNorm, c.headDim);
        }
    }
    copy(embedding, w.embedding, c.vocabSize * c.hiddenSize);
    copy(finalNorm, w.finalNorm, c.hiddenSize);
    head.setRows(0, w.head, c.vocabSize);
}

void PackedDecoder::ensurePositions(int64_t count)
{
    if (count <= positions)
        return;
    cosines.resize(size_t(count * (config.headDim / 2)));
    sines.resize(cosines.size());
    fillRotaryTables(rotaryFrequencies(config.rotary, config.headDim, config.maxPositionEmbeddings, count), count,
        cosines.data(), sines.data());
    positions = count;
}

void KvCache::reserve(const ModelConfig& c, int64_t count)
{
    count = roundUp(count, kBlock);
    if (count <= capacity)
        return;
    capacity = count;
    const size_t floats = size_t(c.numHiddenLayers * c.numKeyValueHeads * c.headDim * capacity);
    keys = {};
    values = {};
    keys.resize(floats);
    values.resize(floats);
}

void KvCache::copyFrom(const ModelConfig& c, const KvCache& source, int64_t count)
{
    const int64_t blocks = roundUp(count, kBlock);
    for (int64_t part = 0; part < c.numHiddenLayers * c.numKeyValueHeads; ++part) {
        std::memcpy(keys.data() + part * capacity * c.headDim, source.keys.data() + part * source.capacity * c.headDim,
            size_t(blocks * c.headDim) * sizeof(float));
        std::memcpy(values.data() + part * capacity * c.headDim,
            source.values.data() + part * source.capacity * c.headDim, size_t(count * c.headDim) * sizeof(float));
    }
}

void TileScratch::resize(const PackedDecoder& decoder, int64_t rows, int64_t longest)
{
    const ModelConfig& c = decoder.config;
    const int64_t width = roundUp(std::max(c.hiddenSize, c.numAttentionHeads * c.headDim), 32);
    x.resize(size_t(rows * roundUp(c.hiddenSize, 32)));
    normed.resize(size_t(rows * roundUp(c.hiddenSize, 32)));
    projected.resize(size_t(rows * width));
    attended.resize(size_t(rows * width));
    qkv.resize(size_t(rows) * size_t(roundUp((c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim, 32)));
    gateUp.resize(size_t(rows * 2 * decoder.paddedGate()));
    hidden.resize(size_t(rows * decoder.paddedGate()));
    logits.resize(size_t(rows * decoder.head.paddedOutputs()));
    scores.resize(size_t(roundUp(longest, KvCache::kBlock)) + 16);
}

} // namespace aha
