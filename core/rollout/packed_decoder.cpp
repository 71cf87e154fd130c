#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <cstring>

namespace aha {

namespace {
int64_t roundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }
constexpr int64_t kPanel = PackedMatrix::kPanel;
} // namespace

PackedDecoder::PackedDecoder(const ModelConfig& modelConfig, WeightFormat storage)
    : config(modelConfig)
    , format(storage)
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
        layer.qkv.reshape((c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim, c.hiddenSize, format);
        layer.output.reshape(c.hiddenSize, c.numAttentionHeads * c.headDim, format);
        layer.gateUp.reshape(2 * paddedGate(), c.hiddenSize, format);
        layer.down.reshape(c.hiddenSize, c.intermediateSize, format);
    }
    finalNorm.resize(size_t(roundUp(c.hiddenSize, 16)));
    head.reshape(c.vocabSize, c.hiddenSize, format);
    if (!c.tieWordEmbeddings)
        ownEmbedding.reshape(c.vocabSize, c.hiddenSize, format);
}

int64_t PackedDecoder::paddedGate() const { return roundUp(config.intermediateSize, PackedMatrix::kPanel); }

size_t PackedDecoder::bytes() const
{
    size_t sum = head.bytes() + ownEmbedding.bytes();
    for (const Layer& layer : layers)
        sum += layer.qkv.bytes() + layer.output.bytes() + layer.gateUp.bytes() + layer.down.bytes();
    return sum;
}

void PackedDecoder::setWeights(const DecoderWeights& w, Workers& workers)
{
    const ModelConfig& c = config;
    const auto copy = [](AlignedFloats& to, const float* from, int64_t count) {
        std::memcpy(to.data(), from, size_t(count) * sizeof(float));
    };
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
    const auto setLayer = [&](Layer& layer, const DecoderWeights::Layer& source) {
        copy(layer.attentionNorm, source.attentionNorm, c.hiddenSize);
        copy(layer.mlpNorm, source.mlpNorm, c.hiddenSize);
        layer.qkv.setRows(0, source.query, queries);
        layer.qkv.setRows(queries, source.key, keys);
        layer.qkv.setRows(queries + keys, source.value, keys);
        layer.output.setRows(0, source.output, c.hiddenSize);
        for (int64_t row = 0; row < c.intermediateSize; row += kPanel) {
            const int64_t count = std::min(kPanel, c.intermediateSize - row);
            layer.gateUp.setRows(2 * row, source.gate + row * c.hiddenSize, count);
            layer.gateUp.setRows(2 * row + kPanel, source.up + row * c.hiddenSize, count);
        }
        layer.down.setRows(0, source.down, c.hiddenSize);
        if (c.queryKeyValueBias())
            copy(layer.qkvBias, source.qkvBias, queries + 2 * keys);
        if (c.queryKeyNorm()) {
            copy(layer.queryNorm, source.queryNorm, c.headDim);
            copy(layer.keyNorm, source.keyNorm, c.headDim);
        }
    };
    copy(finalNorm, w.finalNorm, c.hiddenSize);
    workers.run([&](int worker) {
        const TeamPlace place { worker, workers.size() };
        for (auto [i, end] = place.part(int64_t(layers.size())); i < end; ++i)
            setLayer(layers[size_t(i)], w.layers[size_t(i)]);
        const auto [panel, last] = place.part(head.panels);
        const int64_t row = panel * kPanel, count = std::min(last * kPanel, c.vocabSize) - row;
        if (count <= 0)
            return;
        head.setRows(row, w.head + row * c.hiddenSize, count);
        if (!c.tieWordEmbeddings)
            ownEmbedding.setRows(row, w.embedding + row * c.hiddenSize, count);
    });
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

bool sharesPasses(const PackedDecoder& decoder, size_t sequences, int threads)
{
    constexpr size_t kCachedBytes = size_t(32) << 20; // weights that a processor's caches may hold
    return decoder.bytes() > kCachedBytes || sequences < size_t(threads);
}

void PassScratch::resize(const PackedDecoder& decoder, int64_t rows)
{
    const ModelConfig& c = decoder.config;
    x.resize(size_t(rows * roundUp(c.hiddenSize, kPanel)));
    qkv.resize(size_t(rows * roundUp((c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim, kPanel)));
    attended.resize(size_t(rows * roundUp(c.numAttentionHeads * c.headDim, kPanel)));
    hidden.resize(size_t(rows * decoder.paddedGate()));
    logits.resize(size_t(rows * decoder.head.paddedOutputs()));
}

void ThreadScratch::resize(const PackedDecoder& decoder, int64_t rows, int64_t longest)
{
    normed.resize(size_t(rows * roundUp(decoder.config.hiddenSize, kPanel)));
    pair.resize(size_t(rows * 2 * kPanel));
    scores.resize(size_t(roundUp(longest, KvCache::kBlock)) + 16);
    if (decoder.format == WeightFormat::Int8) {
        const ModelConfig& c = decoder.config;
        const int64_t widest
            = roundUp(std::max({ c.hiddenSize, c.numAttentionHeads * c.headDim, c.intermediateSize }), kPanel);
        quantized.values.resize(size_t(rows * widest));
        quantized.scales.resize(size_t(rows * widest / PackedMatrix::kGroup));
        quantized.offsets.resize(size_t(rows * widest / PackedMatrix::kGroup));
    }
}

} // namespace aha
