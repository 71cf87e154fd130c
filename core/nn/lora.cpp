#include "core/nn/lora.h"

#include "core/base/files.h"
#include "core/base/rng.h"
#include "core/nn/transformer.h"
#include "core/weights/open_weights.h"
#include "core/weights/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace aha {

using at::Tensor;

namespace {

struct Target : LoraTarget {
    LoraPair LoraLayer::*pair;
};

std::vector<Target> targetsOf(const LoraConfig& config, const ModelConfig& c)
{
    const std::pair<std::string, LoraPair LoraLayer::*> places[] = { { "q_proj", &LoraLayer::query },
        { "k_proj", &LoraLayer::key }, { "v_proj", &LoraLayer::value }, { "o_proj", &LoraLayer::output },
        { "gate_proj", &LoraLayer::gate }, { "up_proj", &LoraLayer::up }, { "down_proj", &LoraLayer::down },
        { "q_a_proj", &LoraLayer::queryDown }, { "q_b_proj", &LoraLayer::query },
        { "kv_a_proj_with_mqa", &LoraLayer::latentDown }, { "kv_b_proj", &LoraLayer::latentUp } };
    std::vector<Target> all;
    for (const LoraTarget& target : loraTargets(c))
        for (const auto& [name, pair] : places)
            if (name == target.name && config.adapts(name))
                all.push_back({ target, pair });
    return all;
}

/// Calls visit(sizes, slot) for every A and B in the order of the flat buffer.
template <class Visit>
void layout(const LoraConfig& config, const ModelConfig& model, LoraWeights& weights, Visit&& visit)
{
    weights.scale = config.scale();
    weights.layers.resize(size_t(model.numHiddenLayers));
    const std::vector<Target> targets = targetsOf(config, model);
    for (LoraLayer& layer : weights.layers)
        for (const Target& target : targets) {
            LoraPair& pair = layer.*target.pair;
            visit(std::vector<int64_t> { config.rank, target.inputs }, pair.a_RD);
            visit(std::vector<int64_t> { target.outputs, config.rank }, pair.b_ER);
        }
}

} // namespace

namespace {

/// x with some inputs 0 and the others scaled up, so that the mean stays. The numbers belong to (seed, matrix, place):
/// a matrix is known by where its A lies in the adapter's buffer.
Tensor dropped(const Tensor& x_ND, const LoraWeights& lora, const LoraPair& pair)
{
    const uint64_t matrix = uint64_t(pair.a_RD.storage_offset());
    const uint32_t key[2] = { uint32_t(lora.dropoutSeed), uint32_t(lora.dropoutSeed >> 32) },
                   stream[2] = { uint32_t(matrix), uint32_t(matrix >> 32) };
    const uint32_t limit = uint32_t(std::min(lora.dropout * 0x1p32, 4294967295.0));
    const float kept = float(1 / (1 - lora.dropout));
    Tensor mask_ND = at::empty(x_ND.sizes(), at::kFloat);
    float* mask = mask_ND.mutable_data_ptr<float>();
    const int64_t count = mask_ND.numel();
    for (int64_t i = 0; i < count; i += 4) {
        const philox::Block words = philox::block(key, stream, uint64_t(i / 4));
        for (int64_t j = i; j < std::min(i + 4, count); ++j)
            mask[j] = words.word[j - i] < limit ? 0 : kept;
    }
    return x_ND * mask_ND.to(x_ND.device());
}

} // namespace

Tensor addLora(const Tensor& y_NE, const Tensor& x_ND, std::initializer_list<std::pair<const LoraPair*, int64_t>> parts,
    const LoraWeights& lora)
{
    std::vector<Tensor> deltas;
    bool any = false;
    for (const auto& [pair, outputs] : parts) {
        any = any || pair->a_RD.defined();
        deltas.push_back(pair->a_RD.defined()
                ? at::linear(at::linear(lora.dropout > 0 ? dropped(x_ND, lora, *pair) : x_ND, pair->a_RD), pair->b_ER)
                : at::zeros({ x_ND.size(0), outputs }, x_ND.options()));
    }
    if (!any)
        return y_NE;
    return at::add(y_NE, deltas.size() == 1 ? deltas[0] : at::cat(deltas, 1), lora.scale);
}

LoraAdapter::LoraAdapter(const LoraConfig& config, const ModelConfig& model)
    : m_config(config)
    , m_model(model)
{
    LoraWeights weights;
    int64_t total = 0;
    layout(
        m_config, m_model, weights, [&](const std::vector<int64_t>& sizes, Tensor&) { total += sizes[0] * sizes[1]; });
    m_flat_Q = at::zeros({ total }, at::kFloat);
}

LoraWeights LoraAdapter::views(const Tensor& flat_Q) const
{
    LoraWeights weights;
    int64_t at = 0;
    layout(m_config, m_model, weights, [&](const std::vector<int64_t>& sizes, Tensor& slot) {
        slot = flat_Q.narrow(0, at, sizes[0] * sizes[1]).view(sizes);
        at += sizes[0] * sizes[1];
    });
    return weights;
}

LoraWeights LoraAdapter::leaves(const Tensor& gradient_Q) const
{
    LoraWeights weights;
    weights.dropout = m_config.dropout;
    int64_t at = 0;
    layout(m_config, m_model, weights, [&](const std::vector<int64_t>& sizes, Tensor& slot) {
        const int64_t count = sizes[0] * sizes[1];
        slot = m_flat_Q.narrow(0, at, count).view(sizes).detach();
        slot.set_requires_grad(true);
        slot.mutable_grad() = gradient_Q.narrow(0, at, count).view(sizes);
        at += count;
    });
    return weights;
}

LoraAdapter LoraAdapter::create(const LoraConfig& config, const ModelConfig& model, uint64_t seed)
{
    orThrow(checkTargets(config, model));
    LoraAdapter adapter(config, model);
    Rng rng(seed, Purpose::Initialize, 1);
    for (LoraLayer& layer : adapter.views(adapter.m_flat_Q).layers)
        for (const Target& target : targetsOf(config, model)) {
            Tensor& a_RD = (layer.*target.pair).a_RD;
            float* values = a_RD.mutable_data_ptr<float>();
            const double bound = 1 / std::sqrt(double(target.inputs));
            for (int64_t i = 0; i < a_RD.numel(); ++i)
                values[i] = float((2 * rng.uniform() - 1) * bound);
        }
    return adapter;
}

std::vector<std::pair<std::string, Tensor>> LoraAdapter::named(const Tensor& flat_Q) const
{
    std::vector<std::pair<std::string, Tensor>> all;
    const LoraWeights weights = views(flat_Q);
    const std::vector<Target> targets = targetsOf(m_config, m_model);
    for (size_t l = 0; l < weights.layers.size(); ++l)
        for (const Target& target : targets) {
            const LoraPair& pair = weights.layers[l].*target.pair;
            const std::string at
                = "base_model.model.model.layers." + std::to_string(l) + "." + target.block + "." + target.name;
            all.emplace_back(at + ".lora_A.weight", pair.a_RD);
            all.emplace_back(at + ".lora_B.weight", pair.b_ER);
        }
    return all;
}

Result<LoraAdapter> LoraAdapter::load(const std::filesystem::path& folder, const ModelConfig& model)
{
    const Result<std::string> configText = readFile(folder / "adapter_config.json", 1 << 20);
    if (!configText)
        return Error { "lora_config_missing",
            "The adapter folder " + folder.string()
                + " has no readable adapter_config.json: " + configText.error().message,
            "Name a folder that PEFT or AhaScope has written." };
    const Result<LoraConfig> config = parseLoraConfig(*configText);
    if (!config)
        return config.error();
    if (Result<void> fits = checkTargets(*config, model); !fits)
        return fits.error();
    const std::filesystem::path path = folder / "adapter_model.safetensors";
    const Result<std::unique_ptr<WeightSource>> source = openWeights(path);
    if (!source && source.error().code == "file_missing")
        return Error { "lora_weights_missing",
            "The adapter folder " + folder.string() + " has no adapter_model.safetensors.",
            "Save the adapter as safetensors." };
    if (!source)
        return source.error();
    LoraAdapter adapter(*config, model);
    std::set<std::string> used;
    for (auto& [name, view] : adapter.named(adapter.m_flat_Q)) {
        const WeightEntry* entry = (*source)->find(name);
        if (!entry)
            return Error { "lora_tensor_missing", path.string() + " has no tensor " + name + ".",
                "The adapter belongs to another model or other target modules." };
        if (entry->shape != view.sizes().vec())
            return Error { "lora_shape",
                "Tensor " + name + " of the adapter has shape " + shapeText(entry->shape) + "; the model needs "
                    + shapeText(view.sizes().vec()) + ".",
                "The adapter belongs to another model." };
        const std::span<float> place(view.mutable_data_ptr<float>(), size_t(view.numel()));
        if (Result<void> read = (*source)->read(name, place); !read)
            return read.error();
        if (!view.isfinite().all().item<bool>())
            return Error { "lora_not_finite",
                "Tensor " + name + " in " + path.string() + " holds NaN or infinite values.",
                "Use an intact adapter." };
        used.insert(name);
    }
    for (const WeightEntry& entry : (*source)->entries())
        if (!used.count(entry.name))
            return Error { "lora_tensor_unexpected",
                path.string() + " has the tensor " + entry.name + ", which has no place here.",
                "The adapter belongs to another model or other target modules." };
    return adapter;
}

void LoraAdapter::mergeInto(Transformer& merged, const Transformer& base) const
{
    const ModelConfig& c = m_model;
    const TransformerWeights from = base.views(base.flat());
    TransformerWeights to = merged.views(merged.flat());
    const LoraWeights lora = views(m_flat_Q);
    const int64_t queries = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim,
                  f = c.intermediateSize;
    const auto add = [&](const Tensor& target, const Tensor& source, const LoraPair& pair, int64_t row, int64_t rows) {
        if (!pair.a_RD.defined())
            return;
        Tensor part = target.narrow(0, row, rows);
        at::add_out(part, source.narrow(0, row, rows), at::matmul(pair.b_ER, pair.a_RD), lora.scale);
    };
    for (size_t l = 0; l < from.layers.size(); ++l) {
        const LoraLayer& pairs = lora.layers[l];
        const TransformerWeights::Layer &source = from.layers[l], &target = to.layers[l];
        add(target.output_DC, source.output_DC, pairs.output, 0, c.hiddenSize);
        if (c.latentAttention()) {
            const LatentAttentionWeights &m = source.latent, &merging = target.latent;
            add(merging.queryDown_QD, m.queryDown_QD, pairs.queryDown, 0, c.latent.queryRank);
            add(merging.queryUp, m.queryUp, pairs.query, 0, m.queryUp.size(0));
            add(merging.latentDown, m.latentDown, pairs.latentDown, 0, m.latentDown.size(0));
            add(merging.latentUp, m.latentUp, pairs.latentUp, 0, m.latentUp.size(0));
            continue;
        }
        add(target.qkv_ED, source.qkv_ED, pairs.query, 0, queries);
        add(target.qkv_ED, source.qkv_ED, pairs.key, queries, keys);
        add(target.qkv_ED, source.qkv_ED, pairs.value, queries + keys, keys);
        add(target.gateUp_2FD, source.gateUp_2FD, pairs.gate, 0, f);
        add(target.gateUp_2FD, source.gateUp_2FD, pairs.up, f, f);
        add(target.down_DF, source.down_DF, pairs.down, 0, c.hiddenSize);
    }
}

std::string LoraAdapter::toSafetensors() const
{
    const Tensor flat = m_flat_Q.cpu();
    std::vector<SafetensorsTensor> list;
    for (const auto& [name, view] : named(flat)) // rows of a flat buffer: contiguous
        list.push_back({ name, "F32", view.sizes().vec(),
            std::string_view(static_cast<const char*>(view.const_data_ptr()), size_t(view.numel()) * 4) });
    return writeSafetensors(std::move(list), { { "format", "pt" } });
}

} // namespace aha
