#include "core/nn/transformer.h"

#include "core/base/files.h"
#include "core/base/rng.h"
#include "core/nn/block_checkpoint.h"
#include "core/nn/ops.h"
#include "core/weights/open_weights.h"
#include "core/weights/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace aha {

using at::Tensor;

namespace {

/// Calls visit(sizes, slot) for every weight in the order of the flat buffer.
template <class Visit> void layout(const ModelConfig& c, TransformerWeights& w, Visit&& visit)
{
    const int64_t d = c.hiddenSize, e = (c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim;
    const int64_t attention = c.numAttentionHeads * c.headDim, f = c.intermediateSize;
    w.layers.resize(size_t(c.numHiddenLayers));
    visit(std::vector<int64_t> { c.vocabSize, d }, w.embedding_VD);
    for (TransformerWeights::Layer& layer : w.layers) {
        visit({ e, d }, layer.qkv_ED);
        visit({ d, attention }, layer.output_DC);
        visit({ 2 * f, d }, layer.gateUp_2FD);
        visit({ d, f }, layer.down_DF);
    }
    if (!c.tieWordEmbeddings)
        visit({ c.vocabSize, d }, w.head_VD);
    for (TransformerWeights::Layer& layer : w.layers) {
        visit({ d }, layer.attentionNorm_D);
        visit({ d }, layer.mlpNorm_D);
        if (c.queryKeyValueBias())
            visit({ e }, layer.qkvBias_E);
        if (c.queryKeyNorm()) {
            visit({ c.headDim }, layer.queryNorm_A);
            visit({ c.headDim }, layer.keyNorm_A);
        }
    }
    visit({ d }, w.finalNorm_D);
    if (c.tieWordEmbeddings)
        w.head_VD = w.embedding_VD;
}

int64_t elements(const std::vector<int64_t>& sizes)
{
    int64_t count = 1;
    for (int64_t size : sizes)
        count *= size;
    return count;
}

} // namespace

Transformer::Transformer(const ModelConfig& config)
    : m_config(config)
{
    TransformerWeights w;
    int64_t total = 0;
    layout(config, w, [&](const std::vector<int64_t>& sizes, Tensor&) {
        total += elements(sizes);
        if (sizes.size() == 2)
            m_matrixElements = total;
    });
    m_flat_P = at::zeros({ total }, at::kFloat);
}

TransformerWeights Transformer::views(const Tensor& flat_P) const
{
    TransformerWeights w;
    w.device = m_device;
    int64_t at = 0;
    layout(m_config, w, [&](const std::vector<int64_t>& sizes, Tensor& slot) {
        const int64_t count = elements(sizes);
        slot = flat_P.narrow(0, at, count).view(sizes);
        at += count;
    });
    return w;
}

TransformerWeights Transformer::leaves(const Tensor& gradient_P) const
{
    TransformerWeights w;
    w.device = m_device;
    int64_t at = 0;
    layout(m_config, w, [&](const std::vector<int64_t>& sizes, Tensor& slot) {
        const int64_t count = elements(sizes);
        slot = m_flat_P.narrow(0, at, count).view(sizes).detach();
        slot.set_requires_grad(true);
        slot.mutable_grad() = gradient_P.narrow(0, at, count).view(sizes);
        at += count;
    });
    return w;
}

Transformer Transformer::to(at::Device device, const DeviceOps* ops) const
{
    Transformer copy = *this;
    copy.m_device = ops;
    copy.m_flat_P = m_flat_P.to(device);
    return copy;
}

Transformer Transformer::clone() const
{
    Transformer copy = *this;
    copy.m_flat_P = m_flat_P.clone();
    return copy;
}

Transformer Transformer::create(const ModelConfig& config, uint64_t seed)
{
    Transformer model(config);
    Rng rng(seed, Purpose::Initialize);
    float* values = model.m_flat_P.data_ptr<float>();
    for (int64_t i = 0; i < model.m_matrixElements; ++i)
        values[i] = float(0.02 * rng.normal());
    TransformerWeights w = model.views(model.m_flat_P);
    for (TransformerWeights::Layer& layer : w.layers) {
        const double residual = 1.0 / std::sqrt(2.0 * double(config.numHiddenLayers));
        layer.output_DC.mul_(residual);
        layer.down_DF.mul_(residual);
        layer.attentionNorm_D.fill_(1);
        layer.mlpNorm_D.fill_(1);
        if (config.queryKeyNorm()) {
            layer.queryNorm_A.fill_(1);
            layer.keyNorm_A.fill_(1);
        }
    }
    w.finalNorm_D.fill_(1);
    return model;
}

std::vector<std::pair<std::string, Tensor>> Transformer::named(const Tensor& flat_P) const
{
    const TransformerWeights w = views(flat_P);
    const int64_t queries = m_config.numAttentionHeads * m_config.headDim,
                  keys = m_config.numKeyValueHeads * m_config.headDim;
    std::vector<std::pair<std::string, Tensor>> all { { "model.embed_tokens.weight", w.embedding_VD },
        { "model.norm.weight", w.finalNorm_D } };
    if (!m_config.tieWordEmbeddings)
        all.emplace_back("lm_head.weight", w.head_VD);
    for (size_t i = 0; i < w.layers.size(); ++i) {
        const TransformerWeights::Layer& layer = w.layers[i];
        const std::string at = "model.layers." + std::to_string(i) + ".";
        all.emplace_back(at + "input_layernorm.weight", layer.attentionNorm_D);
        all.emplace_back(at + "self_attn.q_proj.weight", layer.qkv_ED.narrow(0, 0, queries));
        all.emplace_back(at + "self_attn.k_proj.weight", layer.qkv_ED.narrow(0, queries, keys));
        all.emplace_back(at + "self_attn.v_proj.weight", layer.qkv_ED.narrow(0, queries + keys, keys));
        all.emplace_back(at + "self_attn.o_proj.weight", layer.output_DC);
        if (m_config.queryKeyValueBias()) {
            all.emplace_back(at + "self_attn.q_proj.bias", layer.qkvBias_E.narrow(0, 0, queries));
            all.emplace_back(at + "self_attn.k_proj.bias", layer.qkvBias_E.narrow(0, queries, keys));
            all.emplace_back(at + "self_attn.v_proj.bias", layer.qkvBias_E.narrow(0, queries + keys, keys));
        }
        if (m_config.queryKeyNorm()) {
            all.emplace_back(at + "self_attn.q_norm.weight", layer.queryNorm_A);
            all.emplace_back(at + "self_attn.k_norm.weight", layer.keyNorm_A);
        }
        all.emplace_back(at + "post_attention_layernorm.weight", layer.mlpNorm_D);
        all.emplace_back(at + "mlp.gate_proj.weight", layer.gateUp_2FD.narrow(0, 0, m_config.intermediateSize));
        all.emplace_back(at + "mlp.up_proj.weight",
            layer.gateUp_2FD.narrow(0, m_config.intermediateSize, m_config.intermediateSize));
        all.emplace_back(at + "mlp.down_proj.weight", layer.down_DF);
    }
    return all;
}

namespace {

struct OpenModel {
    ModelConfig config;
    std::unique_ptr<WeightSource> weights;
};

Result<OpenModel> openModel(const std::filesystem::path& path)
{
    std::error_code ignored;
    const bool withConfig = std::filesystem::exists(path / "config.json", ignored);
    Result<ModelConfig> config = withConfig ? readModelConfig(path) : Result<ModelConfig>(Error {});
    if (withConfig && !config)
        return config.error();
    Result<std::unique_ptr<WeightSource>> weights = openWeights(path);
    if (!weights) {
        const std::string& code = weights.error().code;
        if (code == "weights_none" || code == "file_missing")
            return withConfig ? Error { "model_weights_missing", weights.error().message, weights.error().hint }
                              : readModelConfig(path).error();
        return weights.error();
    }
    if (!withConfig) { // a GGUF file says itself what it is
        const Result<nlohmann::ordered_json> json = (*weights)->config();
        if (!json)
            return json.error();
        config = parseModelConfig(json->dump(), path.string());
        if (!config)
            return config.error();
    }
    return OpenModel { std::move(*config), std::move(*weights) };
}

} // namespace

Result<ModelConfig> Transformer::configOf(const std::filesystem::path& path)
{
    Result<OpenModel> opened = openModel(path);
    return opened ? Result<ModelConfig>(std::move(opened->config)) : Result<ModelConfig>(opened.error());
}

Result<Transformer> Transformer::load(const std::filesystem::path& path)
{
    Result<OpenModel> opened = openModel(path);
    if (!opened)
        return opened.error();
    const ModelConfig& config = opened->config;
    const WeightSource& source = *opened->weights;
    // What the file holds bounds what is allocated, with room for the message that names a missing tensor.
    uint64_t stored = 0;
    for (const WeightEntry& entry : source.entries())
        stored += entry.elements;
    if (uint64_t(config.parameterCount()) / 4 > stored)
        return Error { "model_shape",
            "The configuration describes " + std::to_string(config.parameterCount()) + " parameters, but "
                + path.string() + " holds " + std::to_string(stored) + ".",
            "The two do not belong together." };
    Transformer model(config);
    std::set<std::string> used;
    for (auto& [name, view] : model.named(model.m_flat_P)) {
        const WeightEntry* entry = source.find(name);
        if (!entry)
            return Error { "model_tensor_missing", path.string() + " has no tensor " + name + ".",
                "It does not fit its configuration." };
        if (entry->shape != view.sizes().vec())
            return Error { "model_shape",
                "Tensor " + name + " has shape " + shapeText(entry->shape) + "; the configuration needs "
                    + shapeText(view.sizes().vec()) + ".",
                "The two do not belong together." };
        // Rows of the flat buffer are contiguous: the values go straight to their place.
        const std::span<float> place(view.mutable_data_ptr<float>(), size_t(view.numel()));
        if (Result<void> read = source.read(name, place); !read)
            return read.error();
        if (!view.isfinite().all().item<bool>())
            return Error { "model_not_finite",
                "Tensor " + name + " in " + path.string() + " holds NaN or infinite values.",
                "Use an intact checkpoint." };
        used.insert(name);
    }
    for (const WeightEntry& entry : source.entries()) {
        const bool recomputed = entry.name.ends_with("rotary_emb.inv_freq"); // in files of old versions
        if (!used.count(entry.name) && !recomputed && !(config.tieWordEmbeddings && entry.name == "lm_head.weight"))
            return Error { "model_tensor_unexpected",
                path.string() + " has the tensor " + entry.name + ", which this architecture does not know.",
                "It does not fit its configuration." };
    }
    return model;
}

std::string Transformer::toSafetensors() const
{
    const Tensor flat = m_flat_P.cpu();
    std::vector<Tensor> kept; // contiguous copies must outlive the writing
    std::vector<SafetensorsTensor> list;
    for (const auto& [name, view] : named(flat)) {
        kept.push_back(view.contiguous());
        list.push_back({ name, "F32", view.sizes().vec(),
            std::string_view(static_cast<const char*>(kept.back().const_data_ptr()), size_t(view.numel()) * 4) });
    }
    return writeSafetensors(std::move(list), { { "format", "pt" } });
}

Tensor rotaryTables(const ModelConfig& c, int64_t longest, at::Device device)
{
    const RotaryFrequencies frequencies = rotaryFrequencies(c.rotary, c.headDim, c.maxPositionEmbeddings, longest);
    Tensor tables_2TR = at::empty({ 2, longest, c.headDim / 2 }, at::kFloat);
    float* cosines = tables_2TR.mutable_data_ptr<float>();
    fillRotaryTables(frequencies, longest, cosines, cosines + longest * (c.headDim / 2));
    return tables_2TR.to(device);
}

namespace {

/// One layer: attention, then SwiGLU, each added to its input.
Tensor decoderLayer(const ModelConfig& c, const TransformerWeights& w, size_t l, const PackedBatch& batch,
    ops::AttentionShape shape, const Tensor& input_ND)
{
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim,
                  f = c.intermediateSize;
    static const LoraLayer kNone;
    const TransformerWeights::Layer& layer = w.layers[l];
    const LoraLayer& lora = w.lora.layers.empty() ? kNone : w.lora.layers[l];
    shape.window = c.windowOf(l);
    const Tensor normed_ND = ops::rmsNorm(input_ND, layer.attentionNorm_D, c.rmsNormEps, w.device);
    Tensor qkv_NE = layer.qkvBias_E.defined() ? at::linear(normed_ND, layer.qkv_ED, layer.qkvBias_E)
                                              : at::linear(normed_ND, layer.qkv_ED);
    qkv_NE = addLora(
        qkv_NE, normed_ND, { { &lora.query, queries }, { &lora.key, keys }, { &lora.value, keys } }, w.lora.scale);
    if (layer.queryNorm_A.defined())
        qkv_NE = ops::normHeads(qkv_NE, layer.queryNorm_A, layer.keyNorm_A, c.rmsNormEps, shape, w.device);
    const Tensor attended_NC = ops::causalAttention(qkv_NE, batch, shape, w.device);
    const Tensor x_ND = input_ND
        + addLora(
            at::linear(attended_NC, layer.output_DC), attended_NC, { { &lora.output, c.hiddenSize } }, w.lora.scale);
    const Tensor mlpNormed_ND = ops::rmsNorm(x_ND, layer.mlpNorm_D, c.rmsNormEps, w.device);
    const Tensor gateUp_N2F = addLora(
        at::linear(mlpNormed_ND, layer.gateUp_2FD), mlpNormed_ND, { { &lora.gate, f }, { &lora.up, f } }, w.lora.scale);
    const Tensor hidden_NF = ops::swiGlu(gateUp_N2F, w.device);
    return x_ND
        + addLora(at::linear(hidden_NF, layer.down_DF), hidden_NF, { { &lora.down, c.hiddenSize } }, w.lora.scale);
}

} // namespace

Tensor hiddenStates(const ModelConfig& c, const TransformerWeights& w, const PackedBatch& batch, bool checkpointLayers)
{
    int64_t longest = 0;
    for (size_t i = 0; i + 1 < batch.offsets.size(); ++i)
        longest = std::max(longest, batch.offsets[i + 1] - batch.offsets[i]);
    const ops::AttentionShape shape { c.numAttentionHeads, c.numKeyValueHeads, c.headDim,
        rotaryTables(c, longest, w.embedding_VD.device()) };
    Tensor x_ND = at::embedding(w.embedding_VD, batch.ids_N);
    if (checkpointLayers && at::GradMode::is_enabled()) {
        // Runs again after this function returned, so it owns copies (of views: no values).
        const auto layer = std::make_shared<const std::function<Tensor(size_t, const Tensor&)>>(
            [c, w, batch, shape](
                size_t l, const Tensor& input_ND) { return decoderLayer(c, w, l, batch, shape, input_ND); });
        for (size_t l = 0; l < w.layers.size(); ++l)
            x_ND = checkpointed([layer, l](const Tensor& input_ND) { return (*layer)(l, input_ND); }, x_ND);
    } else {
        for (size_t l = 0; l < w.layers.size(); ++l)
            x_ND = decoderLayer(c, w, l, batch, shape, x_ND);
    }
    return ops::rmsNorm(x_ND, w.finalNorm_D, c.rmsNormEps, w.device);
}

} // namespace aha
