#include "core/config/training_memory.h"

namespace aha {

namespace {
constexpr int64_t kMostActivationBytes = int64_t(256) << 20; ///< a thread
constexpr int64_t kMostDeviceActivationBytes = int64_t(8) << 30;
} // namespace

int64_t tokensPerPass(const TrainingConfig& training, bool onGpu)
{
    return training.tokensPerPass > 0 ? training.tokensPerPass : onGpu ? kTokensPerDevicePass : kTokensPerPass;
}

int64_t activationBytesPerToken(const ModelConfig& c, bool checkpointed)
{
    const int64_t attention = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
    // Two norms keep input and result; attention its rotated rows, its result and a sum a head; SwiGLU both halves and
    // their product.
    int64_t layer
        = 4 * c.hiddenSize + 2 + (attention + 2 * keys) + attention + c.numAttentionHeads + 3 * c.intermediateSize;
    if (c.queryKeyNorm())
        layer += attention + keys + c.numAttentionHeads + c.numKeyValueHeads;
    const int64_t last = 2 * c.hiddenSize; // the final norm
    return 4 * (last + (checkpointed ? c.numHiddenLayers * c.hiddenSize + layer : c.numHiddenLayers * layer));
}

bool checkpointsLayers(const TrainingConfig& training, const ModelConfig& model, bool onGpu)
{
    if (training.gradientCheckpointing != "auto")
        return training.gradientCheckpointing == "on";
    return tokensPerPass(training, onGpu) * activationBytesPerToken(model, false)
        > (onGpu ? kMostDeviceActivationBytes : kMostActivationBytes);
}

} // namespace aha
