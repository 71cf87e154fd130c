#include "core/nn/transformer.h"

#include "core/base/files.h"
#include "core/base/rng.h"
#include "core/nn/ops.h"
#include "core/weights/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

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

/// Float32 copy of a stored tensor.
Result<Tensor> toFloat(const SafetensorsEntry& entry, std::string_view bytes, const std::string& name)
{
    const at::ScalarType type = entry.dtype == "F32" ? at::kFloat
        : entry.dtype == "F16"                       ? at::kHalf
        : entry.dtype == "BF16"                      ? at::kBFloat16
                                                     : at::ScalarType::Undefined;
    if (type == at::ScalarType::Undefined)
        return Error { "model_dtype", "Tensor " + name + " has dtype " + entry.dtype + ".",
            "Supported are F32, F16 and BF16." };
    Tensor copy = at::empty(entry.shape, at::TensorOptions(type));
    std::memcpy(copy.data_ptr(), bytes.data(), bytes.size()); // the file's bytes need not be aligned
    return copy.to(at::kFloat);
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
        all.emplace_back(at + "post_attention_layernorm.weight", layer.mlpNorm_D);
        all.emplace_back(at + "mlp.gate_proj.weight", layer.gateUp_2FD.narrow(0, 0, m_config.intermediateSize));
        all.emplace_back(at + "mlp.up_proj.weight",
            layer.gateUp_2FD.narrow(0, m_config.intermediateSize, m_config.intermediateSize));
        all.emplace_back(at + "mlp.down_proj.weight", layer.down_DF);
    }
    return all;
}

Result<Transformer> Transformer::load(const std::filesystem::path& folder)
{
    Result<ModelConfig> config = readModelConfig(folder);
    if (!config)
        return config.error();
    const std::filesystem::path path = folder / "model.safetensors";
    Result<std::string> bytes = readFile(path, uint64_t(1) << 40);
    if (!bytes)
        return Error { "model_weights_missing",
            "The model folder " + folder.string() + " has no readable model.safetensors: " + bytes.error().message,
            "Point model.path at a folder with config.json and model.safetensors." };
    Result<SafetensorsHeader> header = parseSafetensors(*bytes);
    if (!header)
        return Error { header.error().code, path.string() + ": " + header.error().message, header.error().hint };
    // The file's size bounds the parameters before anything is allocated.
    if (config->parameterCount() > int64_t(bytes->size()))
        return Error { "model_shape",
            "config.json describes " + std::to_string(config->parameterCount())
                + " parameters, but model.safetensors has only " + std::to_string(bytes->size()) + " bytes.",
            "The two do not belong together." };
    Transformer model(*config);
    std::set<std::string> used;
    for (auto& [name, view] : model.named(model.m_flat_P)) {
        const auto found = header->tensors.find(name);
        if (found == header->tensors.end())
            return Error { "model_tensor_missing", path.string() + " has no tensor " + name + ".",
                "It does not fit config.json." };
        if (found->second.shape != view.sizes().vec()) {
            const auto text = [](const std::vector<int64_t>& shape) {
                std::string list;
                for (int64_t size : shape)
                    list += (list.empty() ? "[" : ", ") + std::to_string(size);
                return list + "]";
            };
            return Error { "model_shape",
                "Tensor " + name + " has shape " + text(found->second.shape) + "; config.json needs "
                    + text(view.sizes().vec()) + ".",
                "The two do not belong together." };
        }
        Result<Tensor> value = toFloat(found->second,
            std::string_view(*bytes).substr(
                header->dataOffset + found->second.begin, found->second.end - found->second.begin),
            name);
        if (!value)
            return value.error();
        if (!value->isfinite().all().item<bool>())
            return Error { "model_not_finite",
                "Tensor " + name + " in " + path.string() + " holds NaN or infinite values.",
                "Use an intact checkpoint." };
        view.copy_(*value);
        used.insert(name);
    }
    for (const auto& [name, entry] : header->tensors)
        if (!used.count(name) && !(config->tieWordEmbeddings && name == "lm_head.weight"))
            return Error { "model_tensor_unexpected",
                path.string() + " has the tensor " + name + ", which this architecture does not know.",
                "It does not fit config.json." };
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

Tensor hiddenStates(const ModelConfig& c, const TransformerWeights& w, const PackedBatch& batch)
{
    const ops::AttentionShape shape { c.numAttentionHeads, c.numKeyValueHeads, c.headDim, c.ropeTheta };
    Tensor x_ND = at::embedding(w.embedding_VD, batch.ids_N);
    for (const TransformerWeights::Layer& layer : w.layers) {
        const Tensor qkv_NE
            = at::linear(ops::rmsNorm(x_ND, layer.attentionNorm_D, c.rmsNormEps, w.device), layer.qkv_ED);
        x_ND = x_ND + at::linear(ops::causalAttention(qkv_NE, batch, shape, w.device), layer.output_DC);
        const Tensor gateUp_N2F
            = at::linear(ops::rmsNorm(x_ND, layer.mlpNorm_D, c.rmsNormEps, w.device), layer.gateUp_2FD);
        x_ND = x_ND + at::linear(ops::swiGlu(gateUp_N2F, w.device), layer.down_DF);
    }
    return ops::rmsNorm(x_ND, w.finalNorm_D, c.rmsNormEps, w.device);
}

} // namespace aha
