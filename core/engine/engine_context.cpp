#include "core/engine/engine_context.h"

#include <ATen/Parallel.h>

#include <cstdlib>

namespace aha {

std::filesystem::path resourceRoot()
{
    if (const char* root = std::getenv("AHASCOPE_ROOT"); root && *root)
        return root;
    return AHASCOPE_SOURCE_ROOT;
}

std::filesystem::path resolvePath(const std::filesystem::path& path, const std::filesystem::path& base)
{
    std::error_code ignored;
    if (path.is_absolute() || std::filesystem::exists(path, ignored))
        return path;
    if (!base.empty() && std::filesystem::exists(base / path, ignored))
        return base / path;
    if (std::filesystem::exists(resourceRoot() / path, ignored))
        return resourceRoot() / path;
    return path;
}

std::unique_ptr<Workers> makeWorkers(int64_t threads)
{
    const int count = threads > 0 ? int(threads) : int(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(1);
    return std::make_unique<Workers>(count, [] { at::set_num_threads(1); });
}

namespace {

const float* at(const at::Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr; }

LatentLayerWeights latentLayer(const TransformerWeights::Layer& layer)
{
    const LatentAttentionWeights& m = layer.latent;
    const MixtureWeights& e = layer.experts;
    LatentLayerWeights l;
    l.attentionNorm = at(layer.attentionNorm_D);
    l.mlpNorm = at(layer.mlpNorm_D);
    l.queryDown = at(m.queryDown_QD);
    l.queryNorm = at(m.queryNorm_Q);
    l.queryUp = at(m.queryUp);
    l.latentDown = at(m.latentDown);
    l.latentNorm = at(m.latentNorm_R);
    l.latentUp = at(m.latentUp);
    l.output = at(layer.output_DC);
    l.gateUp = at(layer.gateUp_2FD);
    l.down = at(layer.down_DF);
    l.router = at(e.router_ED);
    l.bias = at(e.bias_E);
    l.expertGateUp = at(e.gateUp_E2FD);
    l.expertDown = at(e.down_EDF);
    l.sharedGateUp = at(e.gateUp_2SD);
    l.sharedDown = at(e.down_DS);
    return l;
}

} // namespace

DecoderWeights decoderWeights(const Transformer& model)
{
    const ModelConfig& c = model.config();
    if (c.labels > 0)
        throw Failure({ "model_head", "The model is a classifier (a reward model): it cannot write.",
            "Name a language model; a reward model is asked by a run, see rewards.model_path." });
    const TransformerWeights w = model.views(model.flat());
    DecoderWeights d;
    d.config = c;
    d.embedding = at(w.embedding_VD);
    d.finalNorm = at(w.finalNorm_D);
    d.head = at(w.head_VD);
    for (const TransformerWeights::Layer& layer : w.layers) {
        if (c.latentAttention()) {
            d.latentLayers.push_back(latentLayer(layer));
            continue;
        }
        const float* qkv = at(layer.qkv_ED);
        const float* gateUp = at(layer.gateUp_2FD);
        const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
        d.layers.push_back(
            { at(layer.attentionNorm_D), qkv, qkv + queries * c.hiddenSize, qkv + (queries + keys) * c.hiddenSize,
                at(layer.output_DC), at(layer.mlpNorm_D), gateUp, gateUp + c.intermediateSize * c.hiddenSize,
                at(layer.down_DF), at(layer.qkvBias_E), at(layer.queryNorm_A), at(layer.keyNorm_A) });
    }
    return d;
}

} // namespace aha
