// One pass of rows through a decoder with latent attention and experts. Compiled once for each instruction set; the
// best one is chosen at run time. Sums over inputs run in one fixed order, and an expert's rows are independent of each
// other, so a row's bits do not depend on how many rows share the pass, or on where they go.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/rollout/latent_tile.cpp"
// clang-format off
#include <hwy/foreach_target.h> // first, or the file is compiled once instead of once for each set
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

#include "core/rollout/expert_choice.h"
#include "core/rollout/latent_decoder.h"

#include <algorithm>
#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace aha {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

namespace {

using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;

constexpr float kBottleneckEps = 1e-6f;

/// R rows times two vectors of outputs of one panel.
template <int R>
HWY_INLINE void latentBlock(const float* HWY_RESTRICT x, int64_t xStride, const float* HWY_RESTRICT panel,
    int64_t inputs, float* HWY_RESTRICT y, int64_t yStride)
{
    const Tag tag;
    const size_t lanes = hn::Lanes(tag);
    Vector low[R], high[R];
    for (int r = 0; r < R; ++r)
        low[r] = high[r] = hn::Zero(tag);
    for (int64_t k = 0; k < inputs; ++k) {
        const Vector w0 = hn::LoadU(tag, panel + k * LatentMatrix::kPanel);
        const Vector w1 = hn::LoadU(tag, panel + k * LatentMatrix::kPanel + lanes);
        for (int r = 0; r < R; ++r) {
            const Vector input = hn::Set(tag, x[r * xStride + k]);
            low[r] = hn::MulAdd(input, w0, low[r]);
            high[r] = hn::MulAdd(input, w1, high[r]);
        }
    }
    for (int r = 0; r < R; ++r) {
        hn::StoreU(low[r], tag, y + r * yStride);
        hn::StoreU(high[r], tag, y + r * yStride + lanes);
    }
}

/// y[rows][padded outputs] = x[rows][inputs] · Wᵀ.
void product(const LatentMatrix& w, const float* x, int64_t xStride, int rows, float* y, int64_t yStride)
{
    const int64_t step = 2 * int64_t(hn::Lanes(Tag()));
    for (int64_t panel = 0; panel < w.panels; ++panel)
        for (int64_t c = 0; c < LatentMatrix::kPanel; c += step) {
            const float* values = w.values.data() + panel * LatentMatrix::kPanel * w.inputs + c;
            float* out = y + panel * LatentMatrix::kPanel + c;
            int r = 0;
            for (; rows - r >= 4; r += 4)
                latentBlock<4>(x + r * xStride, xStride, values, w.inputs, out + r * yStride, yStride);
            for (; r < rows; ++r)
                latentBlock<1>(x + r * xStride, xStride, values, w.inputs, out + r * yStride, yStride);
        }
}

void normRow(const float* x, const std::vector<float>& weight, float eps, float* y)
{
    const Tag tag;
    const int64_t width = int64_t(weight.size()), lanes = int64_t(hn::Lanes(tag));
    Vector sums = hn::Zero(tag);
    int64_t i = 0;
    for (; i + lanes <= width; i += lanes)
        sums = hn::MulAdd(hn::LoadU(tag, x + i), hn::LoadU(tag, x + i), sums);
    float total = hn::GetLane(hn::SumOfLanes(tag, sums));
    for (; i < width; ++i)
        total += x[i] * x[i];
    const float scale = 1.0f / std::sqrt(total / float(width) + eps);
    for (i = 0; i < width; ++i)
        y[i] = x[i] * scale * weight[size_t(i)];
}

/// y += factor * x
void addRow(float* y, const float* x, float factor, int64_t width)
{
    for (int64_t i = 0; i < width; ++i)
        y[i] += factor * x[i];
}

/// out = silu(gate) * up over `padded` entries, whose padding is zero and stays zero.
void swiGluRow(const float* gate, const float* up, int64_t padded, float* out)
{
    const Tag tag;
    const Vector one = hn::Set(tag, 1.0f);
    for (int64_t i = 0; i < padded; i += int64_t(hn::Lanes(tag))) {
        const Vector g = hn::LoadU(tag, gate + i);
        const Vector denominator = hn::Add(one, hn::Exp(tag, hn::Neg(g)));
        hn::StoreU(hn::Mul(hn::Div(g, denominator), hn::LoadU(tag, up + i)), tag, out + i);
    }
}

/// Turns one head; the pairs come out half-split, in queries and keys alike.
void rotate(float* head, const float* cosines, const float* sines, int64_t half, bool neighbourPairs, float* scratch)
{
    for (int64_t i = 0; i < half; ++i) {
        const float a = neighbourPairs ? head[2 * i] : head[i], b = neighbourPairs ? head[2 * i + 1] : head[half + i];
        scratch[i] = a * cosines[i] - b * sines[i];
        scratch[half + i] = b * cosines[i] + a * sines[i];
    }
    std::copy_n(scratch, 2 * half, head);
}

/// Softmax of scores * scale in place over `count` entries, zeros up to the end of the block.
void softmaxRow16(float* scores, int64_t count, float scale)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag)),
                  padded = (count + LatentCache::kBlock - 1) / LatentCache::kBlock * LatentCache::kBlock;
    std::fill(scores + count, scores + padded, -1e30f);
    const Vector scales = hn::Set(tag, scale);
    Vector top = hn::Set(tag, -1e30f), sums = hn::Zero(tag);
    for (int64_t i = 0; i < padded; i += lanes) {
        const Vector v = hn::Mul(hn::LoadU(tag, scores + i), scales);
        hn::StoreU(v, tag, scores + i);
        top = hn::Max(top, v);
    }
    const Vector largest = hn::MaxOfLanes(tag, top);
    for (int64_t i = 0; i < padded; i += lanes) {
        const Vector e = hn::Exp(tag, hn::Sub(hn::LoadU(tag, scores + i), largest));
        hn::StoreU(e, tag, scores + i);
        sums = hn::Add(sums, e);
    }
    const Vector inverse = hn::Set(tag, 1.0f / hn::GetLane(hn::SumOfLanes(tag, sums)));
    for (int64_t i = 0; i < padded; i += lanes)
        hn::StoreU(hn::Mul(hn::LoadU(tag, scores + i), inverse), tag, scores + i);
    std::fill(scores + count, scores + padded, 0.0f);
}

/// Scores of one block of 16 positions: query [width] over cached [width][16].
HWY_INLINE void blockScores(const float* query, const float* block, int64_t width, float* scores)
{
    const Tag tag;
    for (int64_t c = 0; c < LatentCache::kBlock; c += int64_t(hn::Lanes(tag))) {
        Vector even = hn::Zero(tag), odd = hn::Zero(tag);
        int64_t d = 0;
        for (; d + 2 <= width; d += 2) {
            even = hn::MulAdd(hn::Set(tag, query[d]), hn::LoadU(tag, block + d * LatentCache::kBlock + c), even);
            odd = hn::MulAdd(
                hn::Set(tag, query[d + 1]), hn::LoadU(tag, block + (d + 1) * LatentCache::kBlock + c), odd);
        }
        if (d < width)
            even = hn::MulAdd(hn::Set(tag, query[d]), hn::LoadU(tag, block + d * LatentCache::kBlock + c), even);
        hn::StoreU(hn::Add(even, odd), tag, scores + c);
    }
}

/// out[d] = sum over positions of weights[t] * cached[t][d], d < width.
void weightedLatent(
    const float* weights, const float* blocks, int64_t blockCount, int64_t blockFloats, int64_t width, float* out)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag));
    for (int64_t d = 0; d < width; ++d) {
        Vector sums = hn::Zero(tag);
        for (int64_t b = 0; b < blockCount; ++b)
            for (int64_t c = 0; c < LatentCache::kBlock; c += lanes)
                sums = hn::MulAdd(hn::LoadU(tag, weights + b * LatentCache::kBlock + c),
                    hn::LoadU(tag, blocks + b * blockFloats + d * LatentCache::kBlock + c), sums);
        out[d] = hn::GetLane(hn::SumOfLanes(tag, sums));
    }
}

/// Where the pass is.
struct Pass {
    const LatentDecoder& decoder;
    const LatentRow* rows;
    int count;
    LatentScratch& s;
    int64_t stride; ///< of x, normed and projected

    const float* cacheOf(int row, size_t layer) const
    {
        const LatentCache& cache = *rows[row].cache;
        return cache.values.data() + int64_t(layer) * cache.capacity * decoder.config.latent.cachedWidth();
    }
};

/// Queries into s.query, turned; latents and turned keys into the caches.
void projectRows(const Pass& p, size_t l)
{
    const ModelConfig& c = p.decoder.config;
    const LatentAttentionConfig& m = c.latent;
    const LatentDecoder::Layer& layer = p.decoder.layers[l];
    LatentScratch& s = p.s;
    const int64_t half = m.rotaryWidth / 2, queryStride = layer.queryUp.padded();
    if (m.queryRank > 0) {
        const int64_t narrow = layer.queryDown.padded();
        product(layer.queryDown, s.normed.data(), p.stride, p.count, s.narrow.data(), narrow);
        for (int r = 0; r < p.count; ++r)
            normRow(s.narrow.data() + r * narrow, layer.queryNorm, kBottleneckEps, s.narrow.data() + r * narrow);
        product(layer.queryUp, s.narrow.data(), narrow, p.count, s.query.data(), queryStride);
    } else {
        product(layer.queryUp, s.normed.data(), p.stride, p.count, s.query.data(), queryStride);
    }
    const int64_t cachedStride = layer.latentDown.padded(), width = m.cachedWidth();
    product(layer.latentDown, s.normed.data(), p.stride, p.count, s.cached.data(), cachedStride);
    for (int r = 0; r < p.count; ++r) {
        const int64_t position = p.rows[r].position;
        const float *cosines = p.decoder.cosines.data() + position * half,
                    *sines = p.decoder.sines.data() + position * half;
        float* latent = s.cached.data() + r * cachedStride;
        normRow(latent, layer.latentNorm, kBottleneckEps, latent);
        rotate(latent + m.latentWidth, cosines, sines, half, m.neighbourPairs, s.narrow.data());
        LatentCache& cache = *p.rows[r].cache;
        float* place = cache.values.data() + int64_t(l) * cache.capacity * width
            + position / LatentCache::kBlock * LatentCache::kBlock * width + position % LatentCache::kBlock;
        for (int64_t d = 0; d < width; ++d)
            place[d * LatentCache::kBlock] = latent[d];
        for (int64_t h = 0; h < c.numAttentionHeads; ++h)
            rotate(s.query.data() + r * queryStride + h * m.queryKeyWidth() + m.plainWidth, cosines, sines, half,
                m.neighbourPairs, s.narrow.data());
    }
}

/// Heads work on the latents as they lie: s.attended, head h of row r at (r * H + h) * padded value width.
void attendAbsorbed(const Pass& p, size_t l)
{
    const ModelConfig& c = p.decoder.config;
    const LatentAttentionConfig& m = c.latent;
    const LatentDecoder::Layer& layer = p.decoder.layers[l];
    LatentScratch& s = p.s;
    const int64_t heads = c.numAttentionHeads, queryStride = layer.queryUp.padded(), width = m.cachedWidth(),
                  blockFloats = width * LatentCache::kBlock, paddedLatent = layer.absorbedKey[0].padded(),
                  absorbedWidth = paddedLatent + m.rotaryWidth, paddedValue = layer.absorbedValue[0].padded();
    for (int64_t h = 0; h < heads; ++h) {
        product(layer.absorbedKey[size_t(h)], s.query.data() + h * m.queryKeyWidth(), queryStride, p.count,
            s.absorbed.data() + h * absorbedWidth, heads * absorbedWidth);
        for (int r = 0; r < p.count; ++r) // the rotary part goes beside the latent one, over its padding
            std::copy_n(s.query.data() + r * queryStride + h * m.queryKeyWidth() + m.plainWidth, m.rotaryWidth,
                s.absorbed.data() + (r * heads + h) * absorbedWidth + m.latentWidth);
    }
    for (int r = 0; r < p.count; ++r) {
        const float* blocks = p.cacheOf(r, l);
        const int64_t positions = p.rows[r].position + 1,
                      blockCount = (positions + LatentCache::kBlock - 1) / LatentCache::kBlock;
        for (int64_t h = 0; h < heads; ++h) {
            const float* query = s.absorbed.data() + (r * heads + h) * absorbedWidth;
            for (int64_t b = 0; b < blockCount; ++b)
                blockScores(query, blocks + b * blockFloats, width, s.scores.data() + b * LatentCache::kBlock);
            softmaxRow16(s.scores.data(), positions, p.decoder.scoreScale);
            weightedLatent(s.scores.data(), blocks, blockCount, blockFloats, m.latentWidth,
                s.latents.data() + (r * heads + h) * paddedLatent);
        }
    }
    for (int64_t h = 0; h < heads; ++h)
        product(layer.absorbedValue[size_t(h)], s.latents.data() + h * paddedLatent, heads * paddedLatent, p.count,
            s.attended.data() + h * paddedValue, heads * paddedValue);
}

/// Keys and values of all tokens are expanded from their latents first; s.attended as above.
void attendNaive(const Pass& p, size_t l)
{
    const ModelConfig& c = p.decoder.config;
    const LatentAttentionConfig& m = c.latent;
    const LatentDecoder::Layer& layer = p.decoder.layers[l];
    LatentScratch& s = p.s;
    const int64_t heads = c.numAttentionHeads, width = m.cachedWidth(), blockFloats = width * LatentCache::kBlock,
                  expandedStride = layer.latentUp.padded(),
                  paddedValue = (m.valueWidth + LatentMatrix::kPanel - 1) / LatentMatrix::kPanel * LatentMatrix::kPanel;
    std::vector<float> latents(size_t(LatentCache::kBlock * m.latentWidth));
    for (int r = 0; r < p.count; ++r) {
        const float* query = s.query.data() + r * layer.queryUp.padded();
        const int64_t positions = p.rows[r].position + 1,
                      scoreStride = (positions + LatentCache::kBlock - 1) / LatentCache::kBlock * LatentCache::kBlock;
        for (int64_t from = 0; from < positions; from += LatentCache::kBlock) {
            const float* block = p.cacheOf(r, l) + from / LatentCache::kBlock * blockFloats;
            const int rowsHere = int(std::min(LatentCache::kBlock, positions - from));
            for (int t = 0; t < rowsHere; ++t)
                for (int64_t d = 0; d < m.latentWidth; ++d)
                    latents[size_t(t * m.latentWidth + d)] = block[d * LatentCache::kBlock + t];
            product(layer.latentUp, latents.data(), m.latentWidth, rowsHere, s.expanded.data(), expandedStride);
            for (int t = 0; t < rowsHere; ++t)
                for (int64_t h = 0; h < heads; ++h) {
                    const float* key = s.expanded.data() + t * expandedStride + h * m.expandedWidth();
                    const float* head = query + h * m.queryKeyWidth();
                    float score = 0;
                    for (int64_t d = 0; d < m.plainWidth; ++d)
                        score += head[d] * key[d];
                    for (int64_t d = 0; d < m.rotaryWidth; ++d)
                        score += head[m.plainWidth + d] * block[(m.latentWidth + d) * LatentCache::kBlock + t];
                    s.scores[size_t(h * scoreStride + from + t)] = score;
                    std::copy_n(
                        key + m.plainWidth, m.valueWidth, s.values.data() + ((from + t) * heads + h) * m.valueWidth);
                }
        }
        for (int64_t h = 0; h < heads; ++h) {
            float* weights = s.scores.data() + h * scoreStride;
            softmaxRow16(weights, positions, p.decoder.scoreScale);
            float* out = s.attended.data() + (r * heads + h) * paddedValue;
            std::fill_n(out, m.valueWidth, 0.0f);
            for (int64_t t = 0; t < positions; ++t)
                addRow(out, s.values.data() + (t * heads + h) * m.valueWidth, weights[t], m.valueWidth);
        }
    }
}

/// s.projected = SwiGLU of `count` rows of `input` (stride of the pass).
void mlpRows(const Pass& p, const LatentMlp& mlp, const float* input, int count)
{
    LatentScratch& s = p.s;
    const int64_t gate = mlp.paddedWidth();
    product(mlp.gateUp, input, p.stride, count, s.gateUp.data(), 2 * gate);
    for (int r = 0; r < count; ++r)
        swiGluRow(
            s.gateUp.data() + r * 2 * gate, s.gateUp.data() + r * 2 * gate + gate, gate, s.hidden.data() + r * gate);
    product(mlp.down, s.hidden.data(), gate, count, s.projected.data(), p.stride);
}

/// Rows go to their experts in groups; a row gathers its experts in the order of their numbers.
void expertRows(const Pass& p, const LatentDecoder::Layer& layer)
{
    const ModelConfig& c = p.decoder.config;
    LatentScratch& s = p.s;
    product(layer.router, s.normed.data(), p.stride, p.count, s.router.data(), layer.router.padded());
    std::vector<ExpertChoice> choices[kLatentRows];
    for (int r = 0; r < p.count; ++r)
        choices[r] = chooseExperts(c.experts, s.router.data() + r * layer.router.padded(), layer.bias.data());
    for (size_t e = 0; e < layer.experts.size(); ++e) {
        int owners[kLatentRows], count = 0;
        float weights[kLatentRows];
        for (int r = 0; r < p.count; ++r)
            for (const ExpertChoice& choice : choices[r])
                if (size_t(choice.expert) == e) {
                    std::copy_n(s.normed.data() + r * p.stride, c.hiddenSize, s.narrow.data() + count * p.stride);
                    owners[count] = r;
                    weights[count++] = choice.weight;
                }
        if (count == 0)
            continue;
        mlpRows(p, layer.experts[e], s.narrow.data(), count);
        for (int i = 0; i < count; ++i)
            addRow(s.x.data() + owners[i] * p.stride, s.projected.data() + i * p.stride, weights[i], c.hiddenSize);
    }
}

} // namespace

void latentForward(const LatentDecoder& decoder, const LatentRow* rows, int count, int firstLogitRow, LatentScratch& s)
{
    const ModelConfig& c = decoder.config;
    const int64_t width = c.hiddenSize,
                  stride = (width + LatentMatrix::kPanel - 1) / LatentMatrix::kPanel * LatentMatrix::kPanel;
    const Pass pass { decoder, rows, count, s, stride };
    const auto normAll = [&](const std::vector<float>& weight) {
        for (int r = 0; r < count; ++r)
            normRow(s.x.data() + r * stride, weight, float(c.rmsNormEps), s.normed.data() + r * stride);
    };
    const auto addProjected = [&] {
        for (int r = 0; r < count; ++r)
            addRow(s.x.data() + r * stride, s.projected.data() + r * stride, 1.0f, width);
    };
    std::vector<float> heads; // values of all heads side by side, without padding
    for (int r = 0; r < count; ++r)
        std::copy_n(decoder.embedding.data() + rows[r].token * width, width, s.x.data() + r * stride);
    for (size_t l = 0; l < decoder.layers.size(); ++l) {
        const LatentDecoder::Layer& layer = decoder.layers[l];
        normAll(layer.attentionNorm);
        projectRows(pass, l);
        decoder.mode == LatentMode::Absorbed ? attendAbsorbed(pass, l) : attendNaive(pass, l);
        const int64_t value = c.latent.valueWidth, all = c.numAttentionHeads * value,
                      padded = (value + LatentMatrix::kPanel - 1) / LatentMatrix::kPanel * LatentMatrix::kPanel;
        heads.resize(size_t(count * all));
        for (int64_t i = 0; i < count * c.numAttentionHeads; ++i)
            std::copy_n(s.attended.data() + i * padded, value, heads.data() + i * value);
        product(layer.output, heads.data(), all, count, s.projected.data(), stride);
        addProjected();
        normAll(layer.mlpNorm);
        if (layer.mlp.down.inputs > 0) { // dense, or shared by all tokens
            mlpRows(pass, layer.mlp, s.normed.data(), count);
            addProjected();
        }
        if (!layer.experts.empty())
            expertRows(pass, layer);
    }
    if (firstLogitRow >= count)
        return;
    normAll(decoder.finalNorm);
    product(decoder.head, s.normed.data() + firstLogitRow * stride, stride, count - firstLogitRow,
        s.logits.data() + firstLogitRow * decoder.head.padded(), decoder.head.padded());
}

} // namespace HWY_NAMESPACE
} // namespace aha
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace aha {

HWY_EXPORT(latentForward);

void latentForward(
    const LatentDecoder& decoder, const LatentRow* rows, int count, int firstLogitRow, LatentScratch& scratch)
{
    HWY_DYNAMIC_DISPATCH(latentForward)(decoder, rows, count, firstLogitRow, scratch);
}

} // namespace aha
#endif
