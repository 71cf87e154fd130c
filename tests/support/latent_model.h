#pragma once
// A small DeepSeek-V3 for tests: its configuration, and random weights as the decoder takes them.

#include "core/base/rng.h"
#include "core/rollout/decoder_weights.h"
#include "tests/support/model_shape.h"

namespace aha {

/// Layer 0 is dense, the others have 8 experts in 4 groups. Nothing is a multiple of a vector.
inline ModelConfig latentShape(int64_t layers = 3, int64_t queryRank = 10, bool neighbourPairs = true)
{
    ModelConfig c = modelShape(61, 36, 44, layers, 3, 3, 6, false);
    c.architecture = Architecture::DeepSeekV3;
    c.latent = { queryRank, 9, 7, 6, 5, neighbourPairs };
    c.experts = { .routed = 8,
        .shared = 2,
        .chosen = 3,
        .width = 11,
        .firstLayer = 1,
        .groups = 4,
        .chosenGroups = 2,
        .scaling = 1.7 };
    c.rotary = { .scaling = RotaryConfig::Scaling::Yarn,
        .factor = 4,
        .originalMaxPositions = 32,
        .mscale = 1,
        .mscaleAllDim = 0.8 };
    return c;
}

/// Weights with the storage behind them.
struct LatentModel {
    ModelConfig config;
    std::vector<std::vector<float>> storage;
    DecoderWeights weights;

    explicit LatentModel(const ModelConfig& shape, uint64_t seed = 1)
        : config(shape)
    {
        const ModelConfig& c = config;
        const LatentAttentionConfig& m = c.latent;
        const ExpertConfig& e = c.experts;
        const int64_t d = c.hiddenSize, h = c.numAttentionHeads;
        Rng rng(seed, Purpose::Initialize);
        const auto random = [&](int64_t count, double centre, double scale) {
            storage.emplace_back();
            for (int64_t i = 0; i < count; ++i)
                storage.back().push_back(float(centre + scale * rng.normal()));
            return storage.back().data();
        };
        const auto matrix = [&](int64_t outputs, int64_t inputs) { return random(outputs * inputs, 0, 0.25); };
        weights.config = c;
        weights.embedding = random(c.vocabSize * d, 0, 0.7);
        weights.head = random(c.vocabSize * d, 0, 0.5);
        weights.finalNorm = random(d, 1, 0.1);
        for (int64_t l = 0; l < c.numHiddenLayers; ++l) {
            LatentLayerWeights layer;
            layer.attentionNorm = random(d, 1, 0.1);
            layer.mlpNorm = random(d, 1, 0.1);
            if (m.queryRank > 0) {
                layer.queryDown = matrix(m.queryRank, d);
                layer.queryNorm = random(m.queryRank, 1, 0.1);
            }
            layer.queryUp = matrix(h * m.queryKeyWidth(), m.queryRank > 0 ? m.queryRank : d);
            layer.latentDown = matrix(m.cachedWidth(), d);
            layer.latentNorm = random(m.latentWidth, 1, 0.1);
            layer.latentUp = matrix(h * m.expandedWidth(), m.latentWidth);
            layer.output = matrix(d, h * m.valueWidth);
            if (c.hasExperts(l)) {
                layer.router = matrix(e.routed, d);
                layer.bias = random(e.routed, 0, 0.1);
                layer.expertGateUp = matrix(e.routed * 2 * e.width, d);
                layer.expertDown = matrix(e.routed * d, e.width);
                if (e.shared > 0) {
                    layer.sharedGateUp = matrix(2 * e.sharedWidth(), d);
                    layer.sharedDown = matrix(d, e.sharedWidth());
                }
            } else {
                layer.gateUp = matrix(2 * c.intermediateSize, d);
                layer.down = matrix(d, c.intermediateSize);
            }
            weights.latentLayers.push_back(layer);
        }
    }
};

} // namespace aha
