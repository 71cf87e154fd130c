#include "core/rollout/latent_decoder.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

int64_t roundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

void copy(std::vector<float>& to, const float* from, int64_t count) { to.assign(from, from + count); }

void set(LatentMatrix& matrix, const float* rows, int64_t outputs, int64_t inputs)
{
    matrix.reshape(outputs, inputs);
    matrix.setRows(0, rows, outputs);
}

} // namespace

void LatentMatrix::reshape(int64_t outputCount, int64_t inputCount)
{
    inputs = inputCount;
    outputs = outputCount;
    panels = roundUp(outputCount, kPanel) / kPanel;
    values.resize(size_t(padded() * inputs));
}

void LatentMatrix::setRows(int64_t firstOutput, const float* source, int64_t rows)
{
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t k = 0; k < inputs; ++k)
            at(firstOutput + r, k) = source[r * inputs + k];
}

void LatentMlp::set(const float* gateUpRows, const float* downRows, int64_t modelWidth, int64_t width)
{
    const int64_t paddedGate = roundUp(width, LatentMatrix::kPanel);
    gateUp.reshape(2 * paddedGate, modelWidth);
    gateUp.setRows(0, gateUpRows, width);
    gateUp.setRows(paddedGate, gateUpRows + width * modelWidth, width);
    down.reshape(modelWidth, width);
    down.setRows(0, downRows, modelWidth);
}

LatentDecoder::LatentDecoder(const ModelConfig& modelConfig, LatentMode decodeMode)
    : config(modelConfig)
    , mode(decodeMode)
    , layers(size_t(modelConfig.numHiddenLayers))
    , scoreScale(float(yarnScoreScale(modelConfig.rotary) / std::sqrt(double(modelConfig.latent.queryKeyWidth()))))
{
}

void LatentDecoder::setWeights(const DecoderWeights& w)
{
    const LatentAttentionConfig& m = config.latent;
    const ExpertConfig& e = config.experts;
    const int64_t d = config.hiddenSize, heads = config.numAttentionHeads;
    for (size_t l = 0; l < layers.size(); ++l) {
        Layer& layer = layers[l];
        const LatentLayerWeights& from = w.latentLayers[l];
        copy(layer.attentionNorm, from.attentionNorm, d);
        copy(layer.mlpNorm, from.mlpNorm, d);
        copy(layer.latentNorm, from.latentNorm, m.latentWidth);
        if (m.queryRank > 0) {
            set(layer.queryDown, from.queryDown, m.queryRank, d);
            copy(layer.queryNorm, from.queryNorm, m.queryRank);
        }
        set(layer.queryUp, from.queryUp, heads * m.queryKeyWidth(), m.queryRank > 0 ? m.queryRank : d);
        set(layer.latentDown, from.latentDown, m.cachedWidth(), d);
        if (mode == LatentMode::Naive) {
            set(layer.latentUp, from.latentUp, heads * m.expandedWidth(), m.latentWidth);
        } else {
            layer.absorbedKey.resize(size_t(heads));
            layer.absorbedValue.resize(size_t(heads));
            for (int64_t h = 0; h < heads; ++h) {
                const float* rows = from.latentUp + h * m.expandedWidth() * m.latentWidth;
                LatentMatrix& key = layer.absorbedKey[size_t(h)];
                key.reshape(m.latentWidth, m.plainWidth);
                for (int64_t p = 0; p < m.plainWidth; ++p)
                    for (int64_t r = 0; r < m.latentWidth; ++r)
                        key.at(r, p) = rows[p * m.latentWidth + r];
                set(layer.absorbedValue[size_t(h)], rows + m.plainWidth * m.latentWidth, m.valueWidth, m.latentWidth);
            }
        }
        set(layer.output, from.output, d, heads * m.valueWidth);
        if (!config.hasExperts(int64_t(l))) {
            layer.mlp.set(from.gateUp, from.down, d, config.intermediateSize);
            continue;
        }
        set(layer.router, from.router, e.routed, d);
        copy(layer.bias, from.bias, e.routed);
        layer.experts.resize(size_t(e.routed));
        for (int64_t i = 0; i < e.routed; ++i)
            layer.experts[size_t(i)].set(
                from.expertGateUp + i * 2 * e.width * d, from.expertDown + i * d * e.width, d, e.width);
        if (e.shared > 0)
            layer.mlp.set(from.sharedGateUp, from.sharedDown, d, e.sharedWidth());
    }
    copy(embedding, w.embedding, config.vocabSize * d);
    copy(finalNorm, w.finalNorm, d);
    set(head, w.head, config.vocabSize, d);
}

void LatentDecoder::ensurePositions(int64_t count)
{
    if (count <= positions)
        return;
    const int64_t half = config.latent.rotaryWidth / 2;
    cosines.resize(size_t(count * half));
    sines.resize(size_t(count * half));
    fillRotaryTables(rotaryFrequencies(config.rotary, config.headDim, config.maxPositionEmbeddings, count), count,
        cosines.data(), sines.data());
    positions = count;
}

void LatentCache::reserve(const ModelConfig& c, int64_t count)
{
    count = roundUp(count, kBlock);
    if (count <= capacity)
        return;
    capacity = count;
    values.assign(size_t(c.numHiddenLayers * capacity * c.latent.cachedWidth()), 0.0f);
}

void LatentCache::copyFrom(const ModelConfig& c, const LatentCache& source, int64_t count)
{
    const int64_t width = c.latent.cachedWidth();
    for (int64_t l = 0; l < c.numHiddenLayers; ++l)
        std::copy_n(source.values.data() + l * source.capacity * width, roundUp(count, kBlock) * width,
            values.data() + l * capacity * width);
}

int64_t LatentCache::bytesPerToken(const ModelConfig& c)
{
    return c.numHiddenLayers * c.latent.cachedWidth() * int64_t(sizeof(float));
}

void LatentScratch::resize(const LatentDecoder& decoder, int64_t longest)
{
    const ModelConfig& c = decoder.config;
    const LatentAttentionConfig& m = c.latent;
    const int64_t heads = c.numAttentionHeads, panel = LatentMatrix::kPanel, d = roundUp(c.hiddenSize, panel),
                  widest = roundUp(std::max({ c.intermediateSize, c.experts.width, c.experts.sharedWidth() }), panel),
                  positions = roundUp(longest, LatentCache::kBlock);
    const auto grow = [](std::vector<float>& buffer, int64_t count) {
        if (buffer.size() < size_t(count))
            buffer.resize(size_t(count));
    };
    grow(x, kLatentRows * d);
    grow(normed, kLatentRows * d);
    grow(projected, kLatentRows * d);
    grow(narrow, kLatentRows * std::max(d, roundUp(m.queryRank, panel)));
    grow(query, kLatentRows * roundUp(heads * m.queryKeyWidth(), panel));
    grow(cached, kLatentRows * roundUp(m.cachedWidth(), panel));
    grow(absorbed, kLatentRows * heads * (roundUp(m.latentWidth, panel) + m.rotaryWidth));
    grow(latents, kLatentRows * heads * roundUp(m.latentWidth, panel));
    grow(attended, kLatentRows * heads * roundUp(m.valueWidth, panel));
    grow(gateUp, kLatentRows * 2 * widest);
    grow(hidden, kLatentRows * widest);
    grow(router, kLatentRows * roundUp(c.experts.routed, panel));
    grow(logits, kLatentRows * decoder.head.padded());
    grow(scores, heads * positions);
    if (decoder.mode == LatentMode::Naive) {
        grow(expanded, LatentCache::kBlock * roundUp(heads * m.expandedWidth(), panel));
        grow(values, positions * heads * m.valueWidth);
    }
}

} // namespace aha
