// Products of activation rows with packed weights. Compiled once for each instruction set: include it after
// hwy/highway.h. Every output is one sum over the inputs in order (int8: exact sums of groups, added in order), so a
// row's bits depend neither on the rows beside it nor on who computes which panels.

#if defined(AHA_MATMUL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AHA_MATMUL_INL_H
#undef AHA_MATMUL_INL_H
#else
#define AHA_MATMUL_INL_H
#endif

#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <cstring>
#include <hwy/cache_control.h>
#include <type_traits>

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
#include <immintrin.h>
#endif

HWY_BEFORE_NAMESPACE();
namespace aha {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most 16 lanes: panels and key blocks are multiples of it.
using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;
using WordTag = hn::RebindToUnsigned<Tag>;
using IntTag = hn::RebindToSigned<Tag>;

/// The sums of a block must lie in registers, which takes loops over its rows that are no loops any more.
#undef AHA_UNROLL
#define AHA_UNROLL _Pragma("GCC unroll 16")

/// Rows that one pass over a panel serves: two vectors of sums each must fit the registers.
#if HWY_CAP_GE512
inline constexpr int kFloatRows = 12, kIntRows = 6;
#else
inline constexpr int kFloatRows = 6, kIntRows = 3;
#endif

/// Brings a part of the next panel nearer while a pass over this one computes.
struct Ahead {
    const std::byte* begin = nullptr; ///< null: nothing
    int64_t perInput = 0; ///< bytes
    HWY_INLINE void at(int64_t k) const { hwy::Prefetch(begin + k * perInput); }
};

template <bool kAdd> HWY_INLINE void storeSums(const Vector& sums, float* y)
{
    const Tag tag;
    hn::StoreU(kAdd ? hn::Add(hn::LoadU(tag, y), sums) : sums, tag, y);
}

/// R rows times two vectors of outputs of one panel: those from column c on, and those `apart` further.
template <WeightFormat kFormat, int R, bool kAdd>
HWY_INLINE void floatBlock(const float* HWY_RESTRICT x, int64_t xStride, const std::byte* HWY_RESTRICT panel,
    int64_t inputs, int64_t c, float* HWY_RESTRICT y, int64_t yStride, const Ahead& ahead)
{
    const Tag tag;
    const WordTag words;
    const int64_t lanes = int64_t(hn::Lanes(tag)), half = PackedMatrix::kPanel / 2,
                  apart = kFormat == WeightFormat::Float32 ? lanes : half;
    Vector low[R], high[R];
    AHA_UNROLL for (int r = 0; r < R; ++r) low[r] = high[r] = hn::Zero(tag);
    const auto pass = [&](int64_t k) HWY_ATTR {
        Vector w0, w1;
        if constexpr (kFormat == WeightFormat::Float32) {
            const float* at = reinterpret_cast<const float*>(panel) + k * PackedMatrix::kPanel + c;
            w0 = hn::Load(tag, at);
            w1 = hn::Load(tag, at + lanes);
        } else {
            const auto pair = hn::Load(words, reinterpret_cast<const uint32_t*>(panel) + k * half + c);
            w0 = hn::BitCast(tag, hn::ShiftLeft<16>(pair));
            w1 = hn::BitCast(tag, hn::And(pair, hn::Set(words, 0xffff0000u)));
        }
        AHA_UNROLL for (int r = 0; r < R; ++r)
        {
            const Vector input = hn::Set(tag, x[r * xStride + k]);
            low[r] = hn::MulAdd(input, w0, low[r]);
            high[r] = hn::MulAdd(input, w1, high[r]);
        }
    };
    if (ahead.begin) {
        for (int64_t k = 0; k < inputs; ++k) {
            ahead.at(k);
            pass(k);
        }
    } else {
        for (int64_t k = 0; k < inputs; ++k)
            pass(k);
    }
    AHA_UNROLL for (int r = 0; r < R; ++r)
    {
        storeSums<kAdd>(low[r], y + r * yStride);
        storeSums<kAdd>(high[r], y + r * yStride + apart);
    }
}

/// What the int8 kernels see of R rows: values by row, scale and -128 * sum by row and group.
struct IntRows {
    const int8_t* values;
    const float* scales;
    const int32_t* offsets;
    int64_t stride, groups; ///< between rows
    HWY_INLINE uint32_t quad(int r, int64_t q) const
    {
        uint32_t word;
        std::memcpy(&word, values + r * stride + 4 * q, 4);
        return word;
    }
};

inline constexpr int64_t kQuads = PackedMatrix::kGroup / 4; ///< of a group

/// Sums of one group: R rows, two vectors of outputs from column c on. Any machine: bytes as floats, exactly.
template <int R>
HWY_INLINE void groupSums(
    const IntRows& x, const uint8_t* HWY_RESTRICT weights, int64_t g, int64_t c, Vector* low, Vector* high)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag));
#if HWY_TARGET == HWY_AVX2
    __m256i first[R], second[R];
    AHA_UNROLL for (int r = 0; r < R; ++r) first[r] = second[r] = _mm256_setzero_si256();
    const __m256i flip = _mm256_set1_epi8(char(0x80)), ones = _mm256_set1_epi16(1);
    for (int64_t q = 0; q < kQuads; ++q) {
        const uint8_t* at = weights + (q * PackedMatrix::kPanel + c) * 4;
        const __m256i w0 = _mm256_xor_si256(_mm256_load_si256(reinterpret_cast<const __m256i*>(at)), flip),
                      w1 = _mm256_xor_si256(_mm256_load_si256(reinterpret_cast<const __m256i*>(at + 32)), flip),
                      size0 = _mm256_abs_epi8(w0), size1 = _mm256_abs_epi8(w1);
        AHA_UNROLL for (int r = 0; r < R; ++r)
        {
            const __m256i input = _mm256_set1_epi32(int32_t(x.quad(r, g * kQuads + q)));
            // |w| * (x with w's sign) in pairs of 16 bits: at most 2 * 127 * 127, which fits
            first[r] = _mm256_add_epi32(
                first[r], _mm256_madd_epi16(_mm256_maddubs_epi16(size0, _mm256_sign_epi8(input, w0)), ones));
            second[r] = _mm256_add_epi32(
                second[r], _mm256_madd_epi16(_mm256_maddubs_epi16(size1, _mm256_sign_epi8(input, w1)), ones));
        }
    }
    AHA_UNROLL for (int r = 0; r < R; ++r)
    {
        low[r].raw = _mm256_cvtepi32_ps(first[r]);
        high[r].raw = _mm256_cvtepi32_ps(second[r]);
    }
    (void)lanes;
#else
    const WordTag words;
    const IntTag ints;
    AHA_UNROLL for (int r = 0; r < R; ++r) low[r] = high[r] = hn::Set(tag, float(x.offsets[r * x.groups + g]));
    for (int64_t q = 0; q < kQuads; ++q) {
        const uint32_t* at = reinterpret_cast<const uint32_t*>(weights) + q * PackedMatrix::kPanel + c;
        auto w0 = hn::Load(words, at), w1 = hn::Load(words, at + lanes);
        for (int b = 0; b < 4; ++b) {
            const auto mask = hn::Set(words, 0xffu);
            const Vector f0 = hn::ConvertTo(tag, hn::BitCast(ints, hn::And(w0, mask))),
                         f1 = hn::ConvertTo(tag, hn::BitCast(ints, hn::And(w1, mask)));
            AHA_UNROLL for (int r = 0; r < R; ++r)
            {
                const Vector input = hn::Set(tag, float(x.values[r * x.stride + (g * kQuads + q) * 4 + b]));
                low[r] = hn::MulAdd(input, f0, low[r]);
                high[r] = hn::MulAdd(input, f1, high[r]);
            }
            w0 = hn::ShiftRight<8>(w0);
            w1 = hn::ShiftRight<8>(w1);
        }
    }
#endif
}

template <int R, bool kAdd>
HWY_INLINE void intBlock(const IntRows& x, const std::byte* HWY_RESTRICT panel, const float* HWY_RESTRICT scales,
    int64_t groups, int64_t c, float* HWY_RESTRICT y, int64_t yStride)
{
    const Tag tag;
    const int64_t lanes = int64_t(hn::Lanes(tag));
    Vector low[R], high[R], groupLow[R], groupHigh[R];
    AHA_UNROLL for (int r = 0; r < R; ++r) low[r] = high[r] = hn::Zero(tag);
    for (int64_t g = 0; g < groups; ++g) {
        groupSums<R>(x, reinterpret_cast<const uint8_t*>(panel) + g * PackedMatrix::kGroup * PackedMatrix::kPanel, g, c,
            groupLow, groupHigh);
        const Vector s0 = hn::Load(tag, scales + g * PackedMatrix::kPanel + c),
                     s1 = hn::Load(tag, scales + g * PackedMatrix::kPanel + c + lanes);
        AHA_UNROLL for (int r = 0; r < R; ++r)
        {
            const Vector scale = hn::Set(tag, x.scales[r * x.groups + g]);
            low[r] = hn::MulAdd(groupLow[r], hn::Mul(scale, s0), low[r]);
            high[r] = hn::MulAdd(groupHigh[r], hn::Mul(scale, s1), high[r]);
        }
    }
    AHA_UNROLL for (int r = 0; r < R; ++r)
    {
        storeSums<kAdd>(low[r], y + r * yStride);
        storeSums<kAdd>(high[r], y + r * yStride + lanes);
    }
}

#if HWY_TARGET == HWY_AVX3
/// The same on machines whose AVX-512 has the dot product of bytes, which Highway 1.0.3 has no target for.
template <int R, bool kAdd>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))) void vnniBlock(
    const IntRows& x, const std::byte* panel, const float* scales, int64_t groups, float* y, int64_t yStride)
{
    __m512 low[R], high[R];
    AHA_UNROLL for (int r = 0; r < R; ++r) low[r] = high[r] = _mm512_setzero_ps();
    for (int64_t g = 0; g < groups; ++g) {
        __m512i first[R], second[R];
        AHA_UNROLL for (int r = 0; r < R; ++r) first[r] = second[r] = _mm512_set1_epi32(x.offsets[r * x.groups + g]);
        for (int64_t q = 0; q < kQuads; ++q) {
            const std::byte* at = panel + (g * kQuads + q) * PackedMatrix::kPanel * 4;
            const __m512i w0 = _mm512_load_si512(at), w1 = _mm512_load_si512(at + 64);
            AHA_UNROLL for (int r = 0; r < R; ++r)
            {
                int32_t quad;
                std::memcpy(&quad, x.values + r * x.stride + 4 * (g * kQuads + q), 4);
                const __m512i input = _mm512_set1_epi32(quad);
                first[r] = _mm512_dpbusd_epi32(first[r], w0, input);
                second[r] = _mm512_dpbusd_epi32(second[r], w1, input);
            }
        }
        const __m512 s0 = _mm512_load_ps(scales + g * PackedMatrix::kPanel),
                     s1 = _mm512_load_ps(scales + g * PackedMatrix::kPanel + 16);
        AHA_UNROLL for (int r = 0; r < R; ++r)
        {
            const __m512 scale = _mm512_set1_ps(x.scales[r * x.groups + g]);
            low[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(first[r]), _mm512_mul_ps(scale, s0), low[r]);
            high[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(second[r]), _mm512_mul_ps(scale, s1), high[r]);
        }
    }
    AHA_UNROLL for (int r = 0; r < R; ++r)
    {
        float* to = y + r * yStride;
        if (kAdd) {
            low[r] = _mm512_add_ps(_mm512_loadu_ps(to), low[r]);
            high[r] = _mm512_add_ps(_mm512_loadu_ps(to + 16), high[r]);
        }
        _mm512_storeu_ps(to, low[r]);
        _mm512_storeu_ps(to + 16, high[r]);
    }
}

inline bool hasVnni()
{
    static const bool has = __builtin_cpu_supports("avx512vnni");
    return has;
}
#endif

/// Calls work(integral_constant<rows>) for 1 <= rows <= kMost.
template <int kMost, class Work> HWY_INLINE void withRows(int rows, const Work& work)
{
    if constexpr (kMost > 1)
        if (rows < kMost)
            return withRows<kMost - 1>(rows, work);
    work(std::integral_constant<int, kMost>());
}

/// `count` rows of inputs: floats, and what quantizeRows made of them where the weights are int8.
struct InputRows {
    const float* x;
    int64_t stride;
    int count;
    const QuantizedRows* quantized = nullptr;
};

/// Rounds each group of each row to int8 with its own scale.
inline void quantizeRows(const float* x, int64_t stride, int count, int64_t inputs, QuantizedRows& q)
{
    const Tag tag;
    const IntTag ints;
    const hn::Rebind<int8_t, Tag> bytes;
    const int64_t lanes = int64_t(hn::Lanes(tag)), group = PackedMatrix::kGroup, groups = (inputs + group - 1) / group;
    q.groups = groups;
    q.values.resize(size_t(count * groups * group));
    q.scales.resize(size_t(count * groups));
    q.offsets.resize(size_t(count * groups));
    for (int r = 0; r < count; ++r)
        for (int64_t g = 0; g < groups; ++g) {
            const float* from = x + r * stride + g * group; // rows are padded with zeros to whole groups
            int8_t* to = q.values.data() + (r * groups + g) * group;
            Vector top = hn::Zero(tag);
            for (int64_t i = 0; i < group; i += lanes)
                top = hn::Max(top, hn::Abs(hn::LoadU(tag, from + i)));
            const float largest = hn::GetLane(hn::MaxOfLanes(tag, top));
            const Vector inverse = hn::Set(tag, largest > 0 ? 127.0f / largest : 0.0f);
            auto sums = hn::Zero(ints);
            for (int64_t i = 0; i < group; i += lanes) {
                const auto rounded = hn::NearestInt(hn::Mul(hn::LoadU(tag, from + i), inverse));
                sums = hn::Add(sums, rounded);
                hn::StoreU(hn::DemoteTo(bytes, rounded), bytes, to + i);
            }
            q.scales.data()[r * groups + g] = largest / 127.0f;
            q.offsets.data()[r * groups + g] = -128 * hn::GetLane(hn::SumOfLanes(ints, sums));
        }
}

/// y[row][32 * (panel - first)] = (or +=) x[row] · Wᵀ for panels first … last - 1.
template <bool kAdd>
void multiply(const PackedMatrix& w, int64_t first, int64_t last, const InputRows& in, float* y, int64_t yStride)
{
    const int64_t lanes = int64_t(hn::Lanes(Tag())), full = PackedMatrix::kPanel, half = full / 2;
    const bool integers = w.format == WeightFormat::Int8;
    const int most = integers ? kIntRows : kFloatRows, blocks = (in.count + most - 1) / most,
              each = (in.count + blocks - 1) / blocks; // blocks of nearly the same size
    for (int64_t p = first; p < last; ++p, y += full) {
        const std::byte* panel = w.panel(p);
        for (int b = 0; b < blocks; ++b) {
            const int r = b * each, rows = std::min(each, in.count - r);
            if (rows <= 0)
                break;
            float* out = y + r * yStride;
            if (integers) {
                const QuantizedRows& q = *in.quantized;
                const IntRows x { q.values.data() + r * q.groups * PackedMatrix::kGroup, q.scales.data() + r * q.groups,
                    q.offsets.data() + r * q.groups, q.groups * PackedMatrix::kGroup, q.groups };
                withRows<kIntRows>(rows, [&](auto R) HWY_ATTR {
#if HWY_TARGET == HWY_AVX3
                    if (hasVnni())
                        return vnniBlock<R, kAdd>(x, panel, w.panelScales(p), q.groups, out, yStride);
#endif
                    for (int64_t c = 0; c < full; c += 2 * lanes)
                        intBlock<R, kAdd>(x, panel, w.panelScales(p), q.groups, c, out + c, yStride);
                });
                continue;
            }
            // With several blocks only the first one would wait for memory: each brings its share of the next panel.
            const int64_t share = int64_t(w.panelBytes()) / blocks;
            const Ahead ahead = blocks > 1 && p + 1 < last
                ? Ahead { panel + w.panelBytes() + b * share, share / w.inputs }
                : Ahead {};
            const float* x = in.x + r * in.stride;
            withRows<kFloatRows>(rows, [&](auto R) HWY_ATTR {
                if (w.format == WeightFormat::Float32)
                    for (int64_t c = 0; c < full; c += 2 * lanes)
                        floatBlock<WeightFormat::Float32, R, kAdd>(
                            x, in.stride, panel, w.inputs, c, out + c, yStride, c == 0 ? ahead : Ahead {});
                else
                    for (int64_t c = 0; c < half; c += lanes)
                        floatBlock<WeightFormat::BFloat16, R, kAdd>(
                            x, in.stride, panel, w.inputs, c, out + c, yStride, c == 0 ? ahead : Ahead {});
            });
        }
    }
}

} // namespace HWY_NAMESPACE
} // namespace aha
HWY_AFTER_NAMESPACE();

#endif
