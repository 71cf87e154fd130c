#pragma once
// 16- and 8-bit floating point to float32 and back, in integer arithmetic: exact, the same with and without F16C, and
// not touched by a flush-denormals mode. Loops over these functions vectorise.

#include <cstdint>
#include <cstring>

namespace aha {

inline float floatOfBits(uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}
inline uint32_t bitsOfFloat(float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

/// IEEE binary16, subnormals, infinities and NaN payloads included.
inline float floatOfHalf(uint16_t half)
{
    const uint32_t magnitude = uint32_t(half & 0x7fff) << 13, exponent = magnitude & 0x0f800000;
    uint32_t bits = magnitude + (uint32_t(127 - 15) << 23);
    bits += exponent == 0x0f800000 ? uint32_t(128 - 16) << 23 : 0; // infinity, NaN
    // A subnormal is (1 + fraction) * 2^-14 - 2^-14: both are normal float32 numbers and the difference is exact.
    const uint32_t subnormal = bitsOfFloat(floatOfBits(bits + (1u << 23)) - floatOfBits(113u << 23));
    bits = exponent == 0 ? subnormal : bits;
    return floatOfBits(bits | uint32_t(half & 0x8000) << 16);
}

inline float floatOfBfloat(uint16_t value) { return floatOfBits(uint32_t(value) << 16); }

/// E4M3 with one NaN and no infinity ("fn"): bias 7, largest 448.
inline float floatOfE4m3(uint8_t value)
{
    const uint32_t exponent = (value >> 3) & 15, fraction = value & 7, sign = uint32_t(value & 0x80) << 24;
    if (exponent == 15 && fraction == 7)
        return floatOfBits(sign | 0x7fc00000);
    const float magnitude = exponent == 0 ? float(fraction) * 0x1p-9f // subnormal
                                          : floatOfBits((exponent + 120) << 23 | fraction << 20);
    return floatOfBits(bitsOfFloat(magnitude) | sign);
}

/// Round to nearest even; overflow becomes infinity, a NaN stays one.
inline uint16_t halfOfFloat(float value)
{
    const uint32_t bits = bitsOfFloat(value), sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return uint16_t(sign | 0x7c00 | 0x0200 | ((magnitude >> 13) & 0x1ff));
    if (magnitude >= 0x47800000) // from 2^16 on
        return uint16_t(sign | 0x7c00);
    if (magnitude < 0x38800000) // below 2^-14: adding 0.5 aligns the subnormal's bits and rounds them
        return uint16_t(sign | (bitsOfFloat(floatOfBits(magnitude) + 0.5f) - bitsOfFloat(0.5f)));
    const uint32_t odd = (magnitude >> 13) & 1; // a carry may run into the exponent, up to infinity: that is right
    return uint16_t(sign | ((magnitude - (uint32_t(127 - 15) << 23) + 0xfff + odd) >> 13));
}

/// Round to nearest even, as torch's float8_e4m3fn: does not saturate, so from above 464 (which ties to 448) on, and
/// for infinity, it is NaN.
inline uint8_t e4m3OfFloat(float value)
{
    const uint32_t bits = bitsOfFloat(value), sign = (bits >> 24) & 0x80, magnitude = bits & 0x7fffffff;
    if (magnitude > 0x43e80000) // 464
        return uint8_t(sign | 0x7f);
    if (magnitude < 0x3c800000) // below 2^-6: adding 2^14 aligns the subnormal's bits and rounds them
        return uint8_t(sign | (bitsOfFloat(floatOfBits(magnitude) + 0x1p14f) - bitsOfFloat(0x1p14f)));
    const uint32_t odd = (magnitude >> 20) & 1;
    return uint8_t(sign | ((magnitude - (120u << 23) + 0x7ffff + odd) >> 20));
}

/// Round to nearest even; a NaN stays one.
inline uint16_t bfloatOfFloat(float value)
{
    const uint32_t bits = bitsOfFloat(value);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return uint16_t((bits >> 16) | 0x40);
    return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

} // namespace aha
