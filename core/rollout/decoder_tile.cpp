// The fused decoder: rows through every layer without leaving this file. Compiled once for each instruction set; the
// best one is chosen at run time. Sums run in one fixed order, so a row's bits depend neither on the rows that share
// its pass nor on the threads that share the work.

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
#include <cstring>

#include "core/rollout/matmul-inl.h"

HWY_BEFORE_NAMESPACE();
namespace aha {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

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

/// One panel of gate and of up.
void swiGluPanel(const float* gate, const float* up, float* y)
{
    const Tag tag;
    const Vector one = hn::Set(tag, 1.0f);
    for (int64_t i = 0; i < PackedMatrix::kPanel; i += int64_t(hn::Lanes(tag))) { // padding is zero and stays zero
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
    for (; d + 4 * lanes <= headDim; d += 4 * lanes) { // four chains hide the latency of the sums
        Vector sums[4];
        for (Vector& v : sums)
            v = hn::Zero(tag);
        for (int64_t t = 0; t < count; ++t) {
            const Vector p = hn::Set(tag, scores[t]);
            for (int i = 0; i < 4; ++i)
                sums[i] = hn::MulAdd(p, hn::LoadU(tag, values + t * headDim + d + i * lanes), sums[i]);
        }
        for (int i = 0; i < 4; ++i)
            hn::StoreU(hn::Mul(sums[i], hn::Set(tag, inverse)), tag, out + d + i * lanes);
    }
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

/// Bias, norms of the heads and rotation of one row's queries and keys; keys and values go to the row's cache.
void prepareAttention(const PackedDecoder& decoder, size_t l, const TileRow& tile, float* row)
{
    const ModelConfig& c = decoder.config;
    const PackedDecoder::Layer& layer = decoder.layers[l];
    const int64_t headDim = c.headDim, half = headDim / 2, position = tile.position;
    if (c.queryKeyValueBias())
        addRow(row, layer.qkvBias.data(), (c.numAttentionHeads + 2 * c.numKeyValueHeads) * headDim);
    if (c.queryKeyNorm())
        for (int64_t h = 0; h < c.numAttentionHeads + c.numKeyValueHeads; ++h)
            rmsNormRow(row + h * headDim, h < c.numAttentionHeads ? layer.queryNorm.data() : layer.keyNorm.data(),
                headDim, c.rmsNormEps, row + h * headDim);
    for (int64_t h = 0; h < c.numAttentionHeads + c.numKeyValueHeads; ++h)
        rotateHead(
            row + h * headDim, decoder.cosines.data() + position * half, decoder.sines.data() + position * half, half);
    KvCache& cache = *tile.cache;
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

void forwardRows(const PackedDecoder& decoder, const TileRow* rows, int count, PassScratch& s, ThreadScratch& own,
    const TeamPlace& place)
{
    const ModelConfig& c = decoder.config;
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    const int64_t width = c.hiddenSize, stride = (width + kPanel - 1) / kPanel * kPanel, headDim = c.headDim;
    const int64_t sharing = c.numAttentionHeads / c.numKeyValueHeads, heads = c.numAttentionHeads;
    const int64_t attendedStride = (heads * headDim + kPanel - 1) / kPanel * kPanel, gate = decoder.paddedGate();
    const bool integers = decoder.format == WeightFormat::Int8;
    const auto inputs = [&](const float* x, int64_t xStride, int rowCount, int64_t used) {
        if (integers)
            quantizeRows(x, xStride, rowCount, used, own.quantized);
        return InputRows { x, xStride, rowCount, &own.quantized };
    };
    /// This thread's panels of a product; to (or, with kAdd, added to) y.
    const auto product = [&](auto add, const PackedMatrix& w, const InputRows& in, float* y, int64_t yStride) {
        const auto [first, last] = place.part(w.panels);
        multiply<add>(w, first, last, in, y + first * kPanel, yStride);
    };
    using Store = std::false_type;
    using Add = std::true_type;
    const auto norm = [&](const float* weight) { // every thread for itself: cheaper than a barrier
        for (int r = 0; r < count; ++r)
            rmsNormRow(s.x.data() + r * stride, weight, width, c.rmsNormEps, own.normed.data() + r * stride);
        return inputs(own.normed.data(), stride, count, width);
    };

    for (auto [r, end] = place.part(count); r < end; ++r)
        decoder.embedding().readRow(rows[r].token, s.x.data() + r * stride);
    place.wait();
    for (size_t l = 0; l < decoder.layers.size(); ++l) {
        const PackedDecoder::Layer& layer = decoder.layers[l];
        const int64_t qkvStride = layer.qkv.paddedOutputs(), window = c.windowOf(l);
        product(Store(), layer.qkv, norm(layer.attentionNorm.data()), s.qkv.data(), qkvStride);
        place.wait();
        for (auto [r, end] = place.part(count); r < end; ++r) // all keys first: rows of one prompt see the earlier ones
            prepareAttention(decoder, l, rows[r], s.qkv.data() + r * qkvStride);
        place.wait();
        for (auto [i, end] = place.part(count * heads); i < end; ++i) {
            const int64_t r = i / heads, h = i % heads;
            const KvCache& cache = *rows[r].cache;
            const int64_t part = (int64_t(l) * c.numKeyValueHeads + h / sharing) * cache.capacity * headDim;
            attendHead(s.qkv.data() + r * qkvStride + h * headDim, cache.keys.data() + part, cache.values.data() + part,
                rows[r].position + 1, headDim, window, own.scores.data(),
                s.attended.data() + r * attendedStride + h * headDim);
        }
        place.wait();
        product(
            Add(), layer.output, inputs(s.attended.data(), attendedStride, count, heads * headDim), s.x.data(), stride);
        place.wait();
        const InputRows normed = norm(layer.mlpNorm.data());
        for (auto [p, end] = place.part(gate / kPanel); p < end; ++p) {
            multiply<false>(layer.gateUp, 2 * p, 2 * p + 2, normed, own.pair.data(), 2 * kPanel);
            for (int r = 0; r < count; ++r)
                swiGluPanel(own.pair.data() + r * 2 * kPanel, own.pair.data() + r * 2 * kPanel + kPanel,
                    s.hidden.data() + r * gate + p * kPanel);
        }
        place.wait();
        product(Add(), layer.down, inputs(s.hidden.data(), gate, count, c.intermediateSize), s.x.data(), stride);
        place.wait();
    }
    int wanted = 0;
    for (int r = 0; r < count; ++r)
        if (rows[r].wantsLogits)
            rmsNormRow(s.x.data() + r * stride, decoder.finalNorm.data(), width, c.rmsNormEps,
                own.normed.data() + wanted++ * stride);
    if (wanted == 0) {
        place.wait(); // nobody starts the next pass before all have read this one's rows
        return;
    }
    product(Store(), decoder.head, inputs(own.normed.data(), stride, wanted, width), s.logits.data(),
        decoder.head.paddedOutputs());
    place.wait();
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

HWY_EXPORT(forwardRows);
HWY_EXPORT(softmaxRow);
HWY_EXPORT(instructionSet);

void forwardRows(const PackedDecoder& decoder, const TileRow* rows, int count, PassScratch& pass, ThreadScratch& own,
    const TeamPlace& place)
{
    HWY_DYNAMIC_DISPATCH(forwardRows)(decoder, rows, count, pass, own, place);
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
