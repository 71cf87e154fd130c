#include "core/nn/mla.h"

#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <cmath>

namespace aha {

using at::Tensor;

namespace {

constexpr double kBottleneckEps = 1e-6;

/// heads_NHA turned by the angles of its tokens. The pairs come out half-split, for queries and keys alike, so scores
/// are those of pairs in place.
Tensor rotated(const Tensor& heads_NHA, bool neighbourPairs, const Tensor& cosines_N1A, const Tensor& sines_N1A)
{
    const int64_t half = heads_NHA.size(2) / 2;
    const Tensor pairs = neighbourPairs ? heads_NHA.unflatten(2, { half, 2 }) : heads_NHA;
    const Tensor first = neighbourPairs ? pairs.select(3, 0) : pairs.narrow(2, 0, half);
    const Tensor second = neighbourPairs ? pairs.select(3, 1) : pairs.narrow(2, half, half);
    return at::cat({ first * cosines_N1A - second * sines_N1A, second * cosines_N1A + first * sines_N1A }, 2);
}

/// The fused attention of the CPU wants queries, keys and values of one width; zeros change nothing.
Tensor padded(const Tensor& heads, int64_t width)
{
    return heads.size(-1) == width ? heads : at::constant_pad_nd(heads, { 0, width - heads.size(-1) });
}

} // namespace

void visitMatrices(const ModelConfig& c, LatentAttentionWeights& w, const WeightVisitor& visit)
{
    const LatentAttentionConfig& m = c.latent;
    if (m.queryRank > 0)
        visit({ m.queryRank, c.hiddenSize }, w.queryDown_QD);
    visit({ c.numAttentionHeads * m.queryKeyWidth(), m.queryRank > 0 ? m.queryRank : c.hiddenSize }, w.queryUp);
    visit({ m.cachedWidth(), c.hiddenSize }, w.latentDown);
    visit({ c.numAttentionHeads * m.expandedWidth(), m.latentWidth }, w.latentUp);
}

void visitVectors(const ModelConfig& c, LatentAttentionWeights& w, const WeightVisitor& visit)
{
    if (c.latent.queryRank > 0)
        visit({ c.latent.queryRank }, w.queryNorm_Q);
    visit({ c.latent.latentWidth }, w.latentNorm_R);
}

void appendNamed(const LatentAttentionWeights& w, const std::string& at, NamedTensors& all)
{
    if (w.queryDown_QD.defined()) {
        all.emplace_back(at + "q_a_proj.weight", w.queryDown_QD);
        all.emplace_back(at + "q_a_layernorm.weight", w.queryNorm_Q);
        all.emplace_back(at + "q_b_proj.weight", w.queryUp);
    } else {
        all.emplace_back(at + "q_proj.weight", w.queryUp);
    }
    all.emplace_back(at + "kv_a_proj_with_mqa.weight", w.latentDown);
    all.emplace_back(at + "kv_a_layernorm.weight", w.latentNorm_R);
    all.emplace_back(at + "kv_b_proj.weight", w.latentUp);
}

Tensor latentAttention(const ModelConfig& c, const LatentAttentionWeights& w, const LoraLayer& lora,
    const LoraWeights& adapter, const Tensor& normed_ND, const PackedBatch& batch, const Tensor& tables_2TA,
    const DeviceOps* device)
{
    const LatentAttentionConfig& m = c.latent;
    const int64_t tokens = normed_ND.size(0), heads = c.numAttentionHeads;
    const auto project = [&](const Tensor& x, const Tensor& weight, const LoraPair& pair) {
        return addLora(at::linear(x, weight), x, { { &pair, weight.size(0) } }, adapter);
    };
    Tensor query = normed_ND;
    if (m.queryRank > 0)
        query = ops::rmsNorm(project(normed_ND, w.queryDown_QD, lora.queryDown), w.queryNorm_Q, kBottleneckEps, device);
    query = project(query, w.queryUp, lora.query).view({ tokens, heads, m.queryKeyWidth() });

    const Tensor cached = project(normed_ND, w.latentDown, lora.latentDown);
    const Tensor latent_NR = ops::rmsNorm(cached.narrow(1, 0, m.latentWidth), w.latentNorm_R, kBottleneckEps, device);
    const Tensor expanded = project(latent_NR, w.latentUp, lora.latentUp).view({ tokens, heads, m.expandedWidth() });

    const Tensor tables_2N1A = tables_2TA.to(normed_ND.scalar_type()).index_select(1, batch.positions_N).unsqueeze(2);
    const Tensor cosines = tables_2N1A.select(0, 0), sines = tables_2N1A.select(0, 1);
    const Tensor turnedKey = rotated(cached.narrow(1, m.latentWidth, m.rotaryWidth).unsqueeze(1), m.neighbourPairs,
        cosines, sines); // one for all heads
    const Tensor turnedQuery = rotated(query.narrow(2, m.plainWidth, m.rotaryWidth), m.neighbourPairs, cosines, sines);
    const int64_t width = std::max(m.queryKeyWidth(), m.valueWidth);
    const Tensor queries = padded(at::cat({ query.narrow(2, 0, m.plainWidth), turnedQuery }, 2), width);
    const Tensor keys
        = padded(at::cat({ expanded.narrow(2, 0, m.plainWidth), turnedKey.expand({ -1, heads, -1 }) }, 2), width);
    const Tensor values = padded(expanded.narrow(2, m.plainWidth, m.valueWidth), width);

    const double scale = yarnScoreScale(c.rotary) / std::sqrt(double(m.queryKeyWidth()));
    std::vector<Tensor> outs;
    for (size_t i = 0; i + 1 < batch.offsets.size(); ++i) {
        const int64_t from = batch.offsets[i], length = batch.offsets[i + 1] - from;
        const auto part = [&](const Tensor& all) { return all.narrow(0, from, length).transpose(0, 1).unsqueeze(0); };
        outs.push_back(at::scaled_dot_product_attention(
            part(queries), part(keys), part(values), {}, 0.0, /*is_causal=*/true, scale)
                           .squeeze(0)
                           .narrow(2, 0, m.valueWidth)
                           .transpose(0, 1)
                           .reshape({ length, heads * m.valueWidth }));
    }
    return at::cat(outs, 0);
}

} // namespace aha
