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

using Layer = TransformerWeights::Layer;

/// Calls each(layer, its number) for the model's layers, and for that of the prediction.
template <class Weights, class Each> void forLayers(const ModelConfig& c, Weights& w, const Each& each)
{
    for (int64_t l = 0; l < c.numHiddenLayers; ++l)
        each(w.layers[size_t(l)], l);
    if (c.predictLayers > 0)
        each(w.prediction.layer, c.numHiddenLayers);
}

/// Calls visit(sizes, slot) for every weight in the order of the flat buffer: matrices, then vectors.
void layout(const ModelConfig& c, TransformerWeights& w, const WeightVisitor& visit)
{
    const int64_t d = c.hiddenSize, e = (c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim,
                  f = c.intermediateSize;
    w.layers.resize(size_t(c.numHiddenLayers));
    visit({ c.vocabSize, d }, w.embedding_VD);
    forLayers(c, w, [&](Layer& layer, int64_t number) {
        if (c.latentAttention())
            visitMatrices(c, layer.latent, visit);
        else
            visit({ e, d }, layer.qkv_ED);
        visit({ d, c.attendedWidth() }, layer.output_DC);
        if (c.hasExperts(number)) {
            visitMatrices(c, layer.experts, visit);
        } else {
            visit({ 2 * f, d }, layer.gateUp_2FD);
            visit({ d, f }, layer.down_DF);
        }
    });
    if (c.predictLayers > 0)
        visit({ d, 2 * d }, w.prediction.joined_D2D);
    if (c.labels > 0)
        visit({ c.labels, d }, w.head_VD);
    else if (!c.tieWordEmbeddings)
        visit({ c.vocabSize, d }, w.head_VD);
    forLayers(c, w, [&](Layer& layer, int64_t) {
        visit({ d }, layer.attentionNorm_D);
        visit({ d }, layer.mlpNorm_D);
        if (c.latentAttention())
            visitVectors(c, layer.latent, visit);
        if (c.queryKeyValueBias())
            visit({ e }, layer.qkvBias_E);
        if (c.queryKeyNorm()) {
            visit({ c.headDim }, layer.queryNorm_A);
            visit({ c.headDim }, layer.keyNorm_A);
        }
    });
    if (c.predictLayers > 0)
        for (Tensor* norm : { &w.prediction.embeddingNorm_D, &w.prediction.hiddenNorm_D, &w.prediction.headNorm_D })
            visit({ d }, *norm);
    visit({ d }, w.finalNorm_D);
    if (c.classifiesTokens)
        visit({ c.labels }, w.headBias_V);
    if (c.labels == 0 && c.tieWordEmbeddings)
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
        if (sizes.size() > 1)
            m_matrixElements = total;
    });
    m_flat_P = at::zeros({ total }, at::kFloat);
    int64_t withExperts = 0;
    forLayers(config, w, [&](const Layer&, int64_t number) { withExperts += config.hasExperts(number); });
    if (withExperts > 0)
        m_buffers_E = at::zeros({ withExperts * config.experts.routed }, at::kFloat);
}

void Transformer::attachBuffers(TransformerWeights& w) const
{
    int64_t at = 0;
    forLayers(m_config, w, [&](Layer& layer, int64_t number) {
        if (!m_config.hasExperts(number))
            return;
        layer.experts.bias_E = m_buffers_E.narrow(0, at, m_config.experts.routed);
        at += m_config.experts.routed;
    });
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
    attachBuffers(w);
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
    attachBuffers(w);
    return w;
}

Transformer Transformer::to(at::Device device, const DeviceOps* ops) const
{
    Transformer copy = *this;
    copy.m_device = ops;
    copy.m_flat_P = m_flat_P.to(device);
    if (m_buffers_E.defined())
        copy.m_buffers_E = m_buffers_E.to(device);
    return copy;
}

Transformer Transformer::clone() const
{
    Transformer copy = *this;
    copy.m_flat_P = m_flat_P.clone();
    if (m_buffers_E.defined())
        copy.m_buffers_E = m_buffers_E.clone();
    return copy;
}

Transformer Transformer::withHead(int64_t labels, bool tokens) const
{
    ModelConfig config = m_config;
    config.labels = labels;
    config.classifiesTokens = tokens;
    Transformer model(config);
    NamedTensors to = model.named(model.m_flat_P);
    const NamedTensors from = named(m_flat_P);
    for (auto& [name, view] : to)
        for (const auto& [source, values] : from)
            if (name == source && name != "score.weight" && name != "score.bias")
                view.copy_(values);
    if (m_buffers_E.defined())
        model.m_buffers_E.copy_(m_buffers_E);
    return model;
}

Transformer Transformer::create(const ModelConfig& config, uint64_t seed)
{
    Transformer model(config);
    Rng rng(seed, Purpose::Initialize);
    float* values = model.m_flat_P.data_ptr<float>();
    for (int64_t i = 0; i < model.m_matrixElements; ++i)
        values[i] = float(0.02 * rng.normal());
    // After the matrices: norms start at 1, biases at 0.
    model.m_flat_P.narrow(0, model.m_matrixElements, model.m_flat_P.numel() - model.m_matrixElements).fill_(1);
    TransformerWeights w = model.views(model.m_flat_P);
    if (w.headBias_V.defined())
        w.headBias_V.zero_();
    const double residual = 1.0 / std::sqrt(2.0 * double(config.numHiddenLayers));
    forLayers(config, w, [&](Layer& layer, int64_t) {
        for (const Tensor& output : { layer.output_DC, layer.down_DF, layer.experts.down_EDF, layer.experts.down_DS })
            if (output.defined())
                output.mul_(residual);
        if (layer.qkvBias_E.defined())
            layer.qkvBias_E.zero_();
    });
    return model;
}

namespace {

void appendNamed(const ModelConfig& c, const Layer& layer, const std::string& at, NamedTensors& all)
{
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim,
                  f = c.intermediateSize;
    all.emplace_back(at + "input_layernorm.weight", layer.attentionNorm_D);
    if (c.latentAttention()) {
        aha::appendNamed(layer.latent, at + "self_attn.", all);
    } else {
        all.emplace_back(at + "self_attn.q_proj.weight", layer.qkv_ED.narrow(0, 0, queries));
        all.emplace_back(at + "self_attn.k_proj.weight", layer.qkv_ED.narrow(0, queries, keys));
        all.emplace_back(at + "self_attn.v_proj.weight", layer.qkv_ED.narrow(0, queries + keys, keys));
    }
    all.emplace_back(at + "self_attn.o_proj.weight", layer.output_DC);
    if (c.queryKeyValueBias()) {
        all.emplace_back(at + "self_attn.q_proj.bias", layer.qkvBias_E.narrow(0, 0, queries));
        all.emplace_back(at + "self_attn.k_proj.bias", layer.qkvBias_E.narrow(0, queries, keys));
        all.emplace_back(at + "self_attn.v_proj.bias", layer.qkvBias_E.narrow(0, queries + keys, keys));
    }
    if (c.queryKeyNorm()) {
        all.emplace_back(at + "self_attn.q_norm.weight", layer.queryNorm_A);
        all.emplace_back(at + "self_attn.k_norm.weight", layer.keyNorm_A);
    }
    all.emplace_back(at + "post_attention_layernorm.weight", layer.mlpNorm_D);
    if (layer.experts.router_ED.defined()) {
        aha::appendNamed(layer.experts, at + "mlp.", all);
        return;
    }
    all.emplace_back(at + "mlp.gate_proj.weight", layer.gateUp_2FD.narrow(0, 0, f));
    all.emplace_back(at + "mlp.up_proj.weight", layer.gateUp_2FD.narrow(0, f, f));
    all.emplace_back(at + "mlp.down_proj.weight", layer.down_DF);
}

std::string layerName(int64_t number) { return "model.layers." + std::to_string(number) + "."; }

} // namespace

NamedTensors Transformer::named(const Tensor& flat_P) const
{
    const TransformerWeights w = views(flat_P);
    NamedTensors all { { "model.embed_tokens.weight", w.embedding_VD }, { "model.norm.weight", w.finalNorm_D } };
    if (m_config.labels > 0)
        all.emplace_back("score.weight", w.head_VD);
    else if (!m_config.tieWordEmbeddings)
        all.emplace_back("lm_head.weight", w.head_VD);
    if (w.headBias_V.defined())
        all.emplace_back("score.bias", w.headBias_V);
    forLayers(
        m_config, w, [&](const Layer& layer, int64_t number) { appendNamed(m_config, layer, layerName(number), all); });
    if (m_config.predictLayers > 0) {
        const std::string at = layerName(m_config.numHiddenLayers);
        all.emplace_back(at + "enorm.weight", w.prediction.embeddingNorm_D);
        all.emplace_back(at + "hnorm.weight", w.prediction.hiddenNorm_D);
        all.emplace_back(at + "eh_proj.weight", w.prediction.joined_D2D);
        all.emplace_back(at + "shared_head.norm.weight", w.prediction.headNorm_D);
    }
    return all;
}

NamedTensors Transformer::namedBuffers() const
{
    NamedTensors all;
    const TransformerWeights w = views(m_flat_P);
    forLayers(m_config, w, [&](const Layer& layer, int64_t number) {
        if (layer.experts.bias_E.defined())
            all.emplace_back(layerName(number) + "mlp.gate.e_score_correction_bias", layer.experts.bias_E);
    });
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

/// DeepSeek's files repeat the embedding and the head inside the prediction layer, which shares them.
bool isPredictionCopy(const ModelConfig& c, const std::string& name)
{
    const std::string at = layerName(c.numHiddenLayers);
    return c.predictLayers > 0 && (name == at + "embed_tokens.weight" || name == at + "shared_head.head.weight");
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
    NamedTensors wanted = model.named(model.m_flat_P);
    for (auto& buffer : model.namedBuffers())
        wanted.push_back(std::move(buffer));
    for (auto& [name, view] : wanted) {
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
        if (!used.count(entry.name) && !recomputed && !(config.tieWordEmbeddings && entry.name == "lm_head.weight")
            && !isPredictionCopy(config, entry.name))
            return Error { "model_tensor_unexpected",
                path.string() + " has the tensor " + entry.name + ", which this architecture does not know.",
                "It does not fit its configuration." };
    }
    return model;
}

std::string Transformer::toSafetensors() const
{
    NamedTensors all = named(m_flat_P.cpu());
    for (auto& buffer : namedBuffers())
        all.push_back(std::move(buffer));
    std::vector<Tensor> kept; // contiguous copies must outlive the writing
    std::vector<SafetensorsTensor> list;
    for (const auto& [name, view] : all) {
        kept.push_back(view.cpu().contiguous());
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

/// Grouped-query attention, before the output projection.
Tensor groupedQueryAttention(const ModelConfig& c, const Layer& layer, const LoraLayer& lora, int64_t number,
    const TransformerWeights& w, const Tensor& normed_ND, const PackedBatch& batch, const Tensor& tables_2TR)
{
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
    const ops::AttentionShape shape { c.numAttentionHeads, c.numKeyValueHeads, c.headDim, tables_2TR,
        c.windowOf(size_t(number)) };
    Tensor qkv_NE = layer.qkvBias_E.defined() ? at::linear(normed_ND, layer.qkv_ED, layer.qkvBias_E)
                                              : at::linear(normed_ND, layer.qkv_ED);
    qkv_NE
        = addLora(qkv_NE, normed_ND, { { &lora.query, queries }, { &lora.key, keys }, { &lora.value, keys } }, w.lora);
    if (layer.queryNorm_A.defined())
        qkv_NE = ops::normHeads(qkv_NE, layer.queryNorm_A, layer.keyNorm_A, c.rmsNormEps, shape, w.device);
    return ops::causalAttention(qkv_NE, batch, shape, w.device);
}

Tensor denseMlp(const ModelConfig& c, const Layer& layer, const LoraLayer& lora, const TransformerWeights& w,
    const Tensor& normed_ND)
{
    const int64_t f = c.intermediateSize;
    const Tensor gateUp_N2F
        = addLora(at::linear(normed_ND, layer.gateUp_2FD), normed_ND, { { &lora.gate, f }, { &lora.up, f } }, w.lora);
    const Tensor hidden_NF = ops::swiGlu(gateUp_N2F, w.device);
    return addLora(at::linear(hidden_NF, layer.down_DF), hidden_NF, { { &lora.down, c.hiddenSize } }, w.lora);
}

} // namespace

Tensor decoderLayer(const ModelConfig& c, const Layer& layer, int64_t number, const TransformerWeights& w,
    const Tensor& x_ND, const PackedBatch& batch, const Tensor& tables_2TR, const RoutingObserver& observer)
{
    static const LoraLayer kNone;
    const LoraLayer& lora = size_t(number) < w.lora.layers.size() ? w.lora.layers[size_t(number)] : kNone;
    const Tensor normed_ND = ops::rmsNorm(x_ND, layer.attentionNorm_D, c.rmsNormEps, w.device);
    const Tensor attended_NC = c.latentAttention()
        ? latentAttention(c, layer.latent, lora, w.lora, normed_ND, batch, tables_2TR, w.device)
        : groupedQueryAttention(c, layer, lora, number, w, normed_ND, batch, tables_2TR);
    const Tensor y_ND = x_ND
        + addLora(at::linear(attended_NC, layer.output_DC), attended_NC, { { &lora.output, c.hiddenSize } }, w.lora);
    const Tensor mlpNormed_ND = ops::rmsNorm(y_ND, layer.mlpNorm_D, c.rmsNormEps, w.device);
    if (!c.hasExperts(number))
        return y_ND + denseMlp(c, layer, lora, w, mlpNormed_ND);
    Routing routing;
    const Tensor z_ND = y_ND + mixtureOfExperts(c, layer.experts, mlpNormed_ND, w.device, &routing);
    if (observer)
        observer(number, routing);
    return z_ND;
}

Tensor hiddenStates(const ModelConfig& c, const TransformerWeights& w, const PackedBatch& batch,
    const RoutingObserver& observer, bool checkpointLayers)
{
    const Tensor tables_2TR = rotaryTables(c, batch.longest(), w.embedding_VD.device());
    Tensor x_ND = at::embedding(w.embedding_VD, batch.ids_N);
    if (checkpointLayers && at::GradMode::is_enabled()) {
        // Runs again after this function returned, so it owns copies (of views: no values). The observer sees the first
        // time alone.
        const auto layer = std::make_shared<const std::function<Tensor(size_t, const Tensor&)>>(
            [c, w, batch, tables_2TR, observer](size_t l, const Tensor& input_ND) {
                return decoderLayer(c, w.layers[l], int64_t(l), w, input_ND, batch, tables_2TR,
                    at::GradMode::is_enabled() ? RoutingObserver() : observer);
            });
        for (size_t l = 0; l < w.layers.size(); ++l)
            x_ND = checkpointed([layer, l](const Tensor& input_ND) { return (*layer)(l, input_ND); }, x_ND);
    } else {
        for (size_t l = 0; l < w.layers.size(); ++l)
            x_ND = decoderLayer(c, w.layers[l], int64_t(l), w, x_ND, batch, tables_2TR, observer);
    }
    return ops::rmsNorm(x_ND, w.finalNorm_D, c.rmsNormEps, w.device);
}

} // namespace aha
