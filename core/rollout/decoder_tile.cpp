// The fused decoder: one tile of rows through every layer without leaving this file. Compiled once for each instruction
// set; the best one is chosen at run time. Sums over inputs run in one fixed order, so a row's bits do not depend on
// how many rows share its tile.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/rollout/decoder_tile.cpp"
// clang-format off
#include <hwy/foreach_target.h> // first, or the file is compiled once instead of once for each set
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace aha {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most 16 lanes: panels and key blocks are multiples of it.
using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;

/// R rows times two vectors of outputs of one panel.
template <int R>
HWY_INLINE void multiplyBlock(const float* HWY_RESTRICT x, int64_t xStride, const float* HWY_RESTRICT panel,
    int64_t inputs, float* HWY_RESTRICT y, int64_t yStride)
{
    const Tag tag;
    const size_t lanes = hn::Lanes(tag);
    Vector low[R], high[R];
    for (int r = 0; r < R; ++r)
        low[r] = high[r] = hn::Zero(tag);
    for (int64_t k = 0; k < inputs; ++k) {
        const Vector w0 = hn::Load(tag, panel + k * PackedMatrix::kPanel);
        const Vector w1 = hn::Load(tag, panel + k * PackedMatrix::kPanel + lanes);
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

/// y[rows][paddedOutputs] = x[rows][inputs] · Wᵀ.
void multiply(const PackedMatrix& w, const float* x, int64_t xStride, int rows, float* y, int64_t yStride)
{
    const int64_t step = 2 * int64_t(hn::Lanes(Tag()));
    for (int64_t panel = 0; panel < w.panels; ++panel) {
        const float* values = w.values.data() + panel * PackedMatrix::kPanel * w.inputs;
        for (int64_t c = 0; c < PackedMatrix::kPanel; c += step) {
            int r = 0;
            float* out = y + panel * PackedMatrix::kPanel + c;
            for (; rows - r >= 6; r += 6)
                multiplyBlock<6>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
            switch (rows - r) {
            case 5:
                multiplyBlock<5>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
                break;
            case 4:
                multiplyBlock<4>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
                break;
            case 3:
                multiplyBlock<3>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
                break;
            case 2:
                multiplyBlock<2>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
                break;
            case 1:
                multiplyBlock<1>(x + r * xStride, xStride, values + c, w.inputs, out + r * yStride, yStride);
                break;
            default:
                break;
            }
        }
    }
}

/// Whole vectors first, the rest one by one.
template <class Whole, class Single> HWY_INLINE void sweep(int64_t count, const Whole& whole, const Single& single)
{
    const int64_t lanes = int64_t(hn::Lanes(Tag()));
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        whole(i);
    for (; i < count; ++i)
        single(i);
}

void rmsNormRow(const float* x, const float* weight, int64_t width, double eps, float* y)
{
    const Tag tag;
    Vector sums = hn::Zero(tag);
    float rest = 0;
    sweep(
        width,
        [&](int64_t i) {
            const Vector v = hn::LoadU(tag, x + i);
            sums = hn::MulAdd(v, v, sums);
        },
        [&](int64_t i) { rest += x[i] * x[i]; });
    const float total = hn::GetLane(hn::SumOfLanes(tag, sums)) + rest;
    const float scale = 1.0f / std::sqrt(total / float(width) + float(eps));
    const Vector scales = hn::Set(tag, scale);
    sweep(
        width,
        [&](int64_t i) {
            hn::StoreU(hn::Mul(hn::Mul(hn::LoadU(tag, x + i), scales), hn::LoadU(tag, weight + i)), tag, y + i);
        },
        [&](int64_t i) { y[i] = x[i] * scale * weight[i]; });
}

void addRow(float* x, const float* y, int64_t width)
{
    const Tag tag;
    sweep(
        width, [&](int64_t i) { hn::StoreU(hn::Add(hn::LoadU(tag, x + i), hn::LoadU(tag, y + i)), tag, x + i); },
        [&](int64_t i) { x[i] += y[i]; });
}

void swiGluRow(const float* gate, const float* up, int64_t padded, float* y)
{
    const Tag tag;
    const Vector one = hn::Set(tag, 1.0f);
    for (int64_t i = 0; i < padded; i += int64_t(hn::Lanes(tag))) { // padding is zero and stays zero
        const Vector g = hn::LoadU(tag, gate + i);
        const Vector sigmoidDenominator = hn::Add(one, hn::Exp(tag, hn::Neg(g)));
        hn::StoreU(hn::Mul(hn::Div(g, sigmoidDenominator), hn::LoadU(tag, up + i)), tag, y + i);
    }
}

void rotateHead(float* head, const float* cosines, const float* sines, int64_t half)
{
    const Tag tag;
    sweep(
        half,
        [&](int64_t i) {
            const Vector a = hn::LoadU(tag, head + i), b = hn::LoadU(tag, head + half + i);
            const Vector c = hn::LoadU(tag, cosines + i), s = hn::LoadU(tag, sines + i);
            hn::StoreU(hn::Sub(hn::Mul(a, c), hn::Mul(b, s)), tag, head + i);
            hn::StoreU(hn::MulAdd(b, c, hn::Mul(a, s)), tag, head + half + i);
        },
        [&](int64_t i) {
            const float a = head[i], b = head[half + i];
            head[i] = a * cosines[i] - b * sines[i];
            head[half + i] = b * cosines[i] + a * sines[i];
        });
}

/// exp(scores * scale - largest) in place; returns the sum. Entries beyond `count` up to the block end are ignored.
float softmaxInPlace(float* scores, int64_t count, float scale)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag)), padded = (count + lanes - 1) / lanes * lanes;
    for (int64_t i = count; i < padded; ++i)
        scores[i] = -1e30f;
    const Vector scales = hn::Set(tag, scale);
    Vector top = hn::Set(tag, -1e30f);
    for (int64_t i = 0; i < padded; i += lanes) {
        const Vector v = hn::Mul(hn::LoadU(tag, scores + i), scales);
        hn::StoreU(v, tag, scores + i);
        top = hn::Max(top, v);
    }
    const Vector largest = hn::MaxOfLanes(tag, top);
    Vector sums = hn::Zero(tag);
    for (int64_t i = 0; i < padded; i += lanes) {
        const Vector e = hn::Exp(tag, hn::Sub(hn::LoadU(tag, scores + i), largest));
        hn::StoreU(e, tag, scores + i);
        sums = hn::Add(sums, e);
    }
    return hn::GetLane(hn::SumOfLanes(tag, sums));
}

/// One query head over positions 0 … count-1, or the last `window` of them.
void attendHead(const float* query, const float* keys, const float* values, int64_t count, int64_t headDim,
    int64_t window, float* scores, float* out)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag)), first = window > 0 ? std::max<int64_t>(0, count - window) : 0,
                  aligned = first / KvCache::kBlock * KvCache::kBlock;
    keys += aligned * headDim; // from the block of the first visible key on
    values += aligned * headDim;
    count -= aligned;
    for (int64_t block = 0; block < count; block += KvCache::kBlock) {
        const float* blockKeys = keys + block * headDim;
        for (int64_t c = 0; c < KvCache::kBlock; c += lanes) {
            Vector even = hn::Zero(tag), odd = hn::Zero(tag);
            int64_t d = 0;
            for (; d + 2 <= headDim; d += 2) {
                even = hn::MulAdd(hn::Set(tag, query[d]), hn::Load(tag, blockKeys + d * KvCache::kBlock + c), even);
                odd = hn::MulAdd(
                    hn::Set(tag, query[d + 1]), hn::Load(tag, blockKeys + (d + 1) * KvCache::kBlock + c), odd);
            }
            hn::StoreU(hn::Add(even, odd), tag, scores + block + c);
        }
    }
    std::fill_n(scores, first - aligned, -1e30f); // weight 0
    const float sum = softmaxInPlace(scores, count, 1.0f / std::sqrt(float(headDim)));
    const float inverse = 1.0f / sum;
    int64_t d = 0;
    for (; d + 2 * lanes <= headDim; d += 2 * lanes) {
        Vector low = hn::Zero(tag), high = hn::Zero(tag);
        for (int64_t t = 0; t < count; ++t) {
            const Vector p = hn::Set(tag, scores[t]);
            low = hn::MulAdd(p, hn::LoadU(tag, values + t * headDim + d), low);
            high = hn::MulAdd(p, hn::LoadU(tag, values + t * headDim + d + lanes), high);
        }
        const Vector scales = hn::Set(tag, inverse);
        hn::StoreU(hn::Mul(low, scales), tag, out + d);
        hn::StoreU(hn::Mul(high, scales), tag, out + d + lanes);
    }
    for (; d < headDim; ++d) {
        float total = 0;
        for (int64_t t = 0; t < count; ++t)
            total += scores[t] * values[t * headDim + d];
        out[d] = total * inverse;
    }
}

void forwardTile(const PackedDecoder& decoder, const TileRow* rows, int count, int firstLogitRow, TileScratch& s)
{
    const ModelConfig& c = decoder.config;
    const int64_t width = c.hiddenSize, stride = (width + 31) / 32 * 32, headDim = c.headDim, half = headDim / 2;
    const int64_t sharing = c.numAttentionHeads / c.numKeyValueHeads;
    for (int r = 0; r < count; ++r)
        std::copy_n(decoder.embedding.data() + rows[r].token * width, width, s.x.data() + r * stride);
    for (size_t l = 0; l < decoder.layers.size(); ++l) {
        const PackedDecoder::Layer& layer = decoder.layers[l];
        for (int r = 0; r < count; ++r)
            rmsNormRow(
                s.x.data() + r * stride, layer.attentionNorm.data(), width, c.rmsNormEps, s.normed.data() + r * stride);
        const int64_t qkvStride = layer.qkv.paddedOutputs(), window = c.windowOf(l);
        multiply(layer.qkv, s.normed.data(), stride, count, s.qkv.data(), qkvStride);
        const int64_t attendedWidth = c.numAttentionHeads * headDim;
        for (int r = 0; r < count; ++r) { // all keys and values first: rows of one prompt see the earlier ones
            float* row = s.qkv.data() + r * qkvStride;
            const int64_t position = rows[r].position;
            if (c.queryKeyValueBias())
                addRow(row, layer.qkvBias.data(), (c.numAttentionHeads + 2 * c.numKeyValueHeads) * headDim);
            if (c.queryKeyNorm())
                for (int64_t h = 0; h < c.numAttentionHeads + c.numKeyValueHeads; ++h)
                    rmsNormRow(row + h * headDim,
                        h < c.numAttentionHeads ? layer.queryNorm.data() : layer.keyNorm.data(), headDim, c.rmsNormEps,
                        row + h * headDim);
            for (int64_t h = 0; h < c.numAttentionHeads + c.numKeyValueHeads; ++h)
                rotateHead(row + h * headDim, decoder.cosines.data() + position * half,
                    decoder.sines.data() + position * half, half);
            KvCache& cache = *rows[r].cache;
            for (int64_t kv = 0; kv < c.numKeyValueHeads; ++kv) {
                const int64_t part = (int64_t(l) * c.numKeyValueHeads + kv) * cache.capacity * headDim;
                const float* key = row + (c.numAttentionHeads + kv) * headDim;
                const float* value = key + c.numKeyValueHeads * headDim;
                float* keys = cache.keys.data() + part + position / KvCache::kBlock * KvCache::kBlock * headDim
                    + position % KvCache::kBlock;
                for (int64_t d = 0; d < headDim; ++d)
                    keys[d * KvCache::kBlock] = key[d];
                std::copy_n(value, headDim, cache.values.data() + part + position * headDim);
            }
        }
        for (int r = 0; r < count; ++r) {
            const KvCache& cache = *rows[r].cache;
            for (int64_t h = 0; h < c.numAttentionHeads; ++h) {
                const int64_t part = (int64_t(l) * c.numKeyValueHeads + h / sharing) * cache.capacity * headDim;
                attendHead(s.qkv.data() + r * qkvStride + h * headDim, cache.keys.data() + part,
                    cache.values.data() + part, rows[r].position + 1, headDim, window, s.scores.data(),
                    s.attended.data() + r * attendedWidth + h * headDim);
            }
        }
        multiply(
            layer.output, s.attended.data(), attendedWidth, count, s.projected.data(), layer.output.paddedOutputs());
        for (int r = 0; r < count; ++r) {
            addRow(s.x.data() + r * stride, s.projected.data() + r * layer.output.paddedOutputs(), width);
            rmsNormRow(
                s.x.data() + r * stride, layer.mlpNorm.data(), width, c.rmsNormEps, s.normed.data() + r * stride);
        }
        const int64_t gate = decoder.paddedGate();
        multiply(layer.gateUp, s.normed.data(), stride, count, s.gateUp.data(), 2 * gate);
        for (int r = 0; r < count; ++r)
            swiGluRow(s.gateUp.data() + r * 2 * gate, s.gateUp.data() + r * 2 * gate + gate, gate,
                s.hidden.data() + r * gate);
        multiply(layer.down, s.hidden.data(), gate, count, s.projected.data(), layer.down.paddedOutputs());
        for (int r = 0; r < count; ++r)
            addRow(s.x.data() + r * stride, s.projected.data() + r * layer.down.paddedOutputs(), width);
    }
    if (firstLogitRow >= count)
        return;
    for (int r = firstLogitRow; r < count; ++r)
        rmsNormRow(
            s.x.data() + r * stride, decoder.finalNorm.data(), width, c.rmsNormEps, s.normed.data() + r * stride);
    multiply(decoder.head, s.normed.data() + firstLogitRow * stride, stride, count - firstLogitRow,
        s.logits.data() + firstLogitRow * decoder.head.paddedOutputs(), decoder.head.paddedOutputs());
}

SoftmaxRow softmaxRow(const float* logits, int64_t vocab, float inverseTemperature, float* exponentials)
{
    const Tag tag;
    const Vector scale = hn::Set(tag, inverseTemperature);
    Vector top = hn::Set(tag, -3e38f);
    float topRest = -3e38f;
    sweep(
        vocab, [&](int64_t i) { top = hn::Max(top, hn::Mul(hn::LoadU(tag, logits + i), scale)); },
        [&](int64_t i) { topRest = std::max(topRest, logits[i] * inverseTemperature); });
    SoftmaxRow row;
    row.largest = std::max(hn::GetLane(hn::MaxOfLanes(tag, top)), topRest);
    const Vector largest = hn::Set(tag, row.largest);
    Vector sums = hn::Zero(tag), weighted = hn::Zero(tag);
    sweep(
        vocab,
        [&](int64_t i) {
            const Vector shifted = hn::Sub(hn::Mul(hn::LoadU(tag, logits + i), scale), largest);
            const Vector e = hn::Exp(tag, shifted);
            hn::StoreU(e, tag, exponentials + i);
            sums = hn::Add(sums, e);
            weighted = hn::MulAdd(e, shifted, weighted);
        },
        [&](int64_t i) {
            const float shifted = logits[i] * inverseTemperature - row.largest;
            exponentials[i] = std::exp(shifted);
            row.sum += exponentials[i];
            row.weighted += exponentials[i] * shifted;
        });
    row.sum += hn::GetLane(hn::SumOfLanes(tag, sums));
    row.weighted += hn::GetLane(hn::SumOfLanes(tag, weighted));
    return row;
}

const char* instructionSet() { return hwy::TargetName(HWY_TARGET); }

} // namespace HWY_NAMESPACE
} // namespace aha
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace aha {

HWY_EXPORT(forwardTile);
HWY_EXPORT(softmaxRow);
HWY_EXPORT(instructionSet);

void forwardTile(const PackedDecoder& decoder, const TileRow* rows, int count, int firstLogitRow, TileScratch& scratch)
{
    HWY_DYNAMIC_DISPATCH(forwardTile)(decoder, rows, count, firstLogitRow, scratch);
}

SoftmaxRow softmaxRow(const float* logits, int64_t vocab, float inverseTemperature, float* exponentials)
{
    return HWY_DYNAMIC_DISPATCH(softmaxRow)(logits, vocab, inverseTemperature, exponentials);
}

const char* decoderInstructionSet() { return HWY_DYNAMIC_DISPATCH(instructionSet)(); }

Result<void> restrictInstructionSet(const std::string& name)
{
    std::string known;
    int64_t better = 0; // the list goes from the best to the plainest
    for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
        if (name == hwy::TargetName(target)) {
            hwy::DisableTargets(better);
            return {};
        }
        better |= target;
        known += std::string(known.empty() ? "" : ", ") + hwy::TargetName(target);
    }
    return Error { "instruction_set_unknown", "This machine or build has no instruction set \"" + name + "\".",
        "There are: " + known + "." };
}

} // namespace aha
#endif
