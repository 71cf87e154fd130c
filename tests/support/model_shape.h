#pragma once
// Small model configurations for tests.

#include "core/config/model_config.h"

namespace aha {

/// A Llama with begin token 0 and end token 1.
inline ModelConfig modelShape(int64_t vocab, int64_t width, int64_t inner, int64_t layers, int64_t heads,
    int64_t keyValueHeads, int64_t headDim, bool tied = true)
{
    ModelConfig c;
    c.vocabSize = vocab;
    c.hiddenSize = width;
    c.intermediateSize = inner;
    c.numHiddenLayers = layers;
    c.numAttentionHeads = heads;
    c.numKeyValueHeads = keyValueHeads;
    c.headDim = headDim;
    c.maxPositionEmbeddings = 128;
    c.tieWordEmbeddings = tied;
    c.bosTokenId = 0;
    c.eosTokenIds = { 1 };
    return c;
}

/// About half a billion parameters with room for 4,096 tokens, as advice and estimates are asked of it.
inline ModelConfig halfBillion()
{
    ModelConfig model;
    model.vocabSize = 150000;
    model.hiddenSize = 896;
    model.intermediateSize = 4864;
    model.numHiddenLayers = 24;
    model.numAttentionHeads = 14;
    model.numKeyValueHeads = 2;
    model.headDim = 64;
    model.maxPositionEmbeddings = 4096;
    return model;
}

} // namespace aha
