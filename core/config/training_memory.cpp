#include "core/config/training_memory.h"

#include <algorithm>

namespace aha {

namespace {
constexpr int64_t kMostActivationBytes = int64_t(256) << 20; ///< a thread
constexpr int64_t kMostDeviceActivationBytes = int64_t(8) << 30;
} // namespace

int64_t tokensPerPass(const TrainingConfig& training, bool onGpu)
{
    return training.tokensPerPass > 0 ? training.tokensPerPass : onGpu ? kTokensPerDevicePass : kTokensPerPass;
}

namespace {

/// Numbers that attention keeps of a token: its rotated rows, its result and a sum a head, and what head norms keep.
int64_t attentionNumbers(const ModelConfig& c)
{
    const int64_t h = c.numAttentionHeads;
    if (c.latentAttention()) // about: queries, expanded keys and values, their heads side by side, the latents
        return h * (3 * c.latent.queryKeyWidth() + 3 * c.latent.valueWidth + 1)
            + 2 * (c.latent.queryRank + c.latent.cachedWidth());
    const int64_t queries = h * c.headDim, keys = c.numKeyValueHeads * c.headDim;
    return 2 * queries + 2 * keys + h + (c.queryKeyNorm() ? queries + keys + h + c.numKeyValueHeads : 0);
}

/// SwiGLU keeps both halves and their product; experts also the rows given out to them.
int64_t mlpNumbers(const ModelConfig& c, int64_t layer)
{
    if (!c.hasExperts(layer))
        return 3 * c.intermediateSize;
    return 3 * (c.experts.chosen * c.experts.width + c.experts.sharedWidth()) + 2 * c.experts.chosen * c.hiddenSize
        + c.experts.routed;
}

} // namespace

int64_t activationBytesPerToken(const ModelConfig& c, bool checkpointed)
{
    int64_t all = 0, largest = 0;
    for (int64_t l = 0; l < c.numHiddenLayers; ++l) {
        const int64_t layer = 4 * c.hiddenSize + 2 + attentionNumbers(c) + mlpNumbers(c, l); // two norms and their rows
        all += layer;
        largest = std::max(largest, layer);
    }
    const int64_t last = 2 * c.hiddenSize; // the final norm
    return 4 * (last + (checkpointed ? c.numHiddenLayers * c.hiddenSize + largest : all));
}

bool checkpointsLayers(const TrainingConfig& training, const ModelConfig& model, bool onGpu)
{
    if (training.gradientCheckpointing != "auto")
        return training.gradientCheckpointing == "on";
    return tokensPerPass(training, onGpu) * activationBytesPerToken(model, false)
        > (onGpu ? kMostDeviceActivationBytes : kMostActivationBytes);
}

} // namespace aha
