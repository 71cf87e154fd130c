#include "core/weights/dequantize.h"

#include "core/weights/float_formats.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

float halfAt(const uint8_t* bytes)
{
    uint16_t value;
    std::memcpy(&value, bytes, 2);
    return floatOfHalf(value);
}

uint32_t wordAt(const uint8_t* bytes)
{
    uint32_t value;
    std::memcpy(&value, bytes, 4);
    return value;
}

/// The eight 6-bit scales and minima of a K block, packed in 12 bytes: the first four whole, the upper bits of the
/// others in the top of the first eight bytes.
struct KScales {
    uint8_t scale[8], minimum[8];

    explicit KScales(const uint8_t* packed)
    {
        for (int i = 0; i < 4; ++i) {
            scale[i] = packed[i] & 63;
            minimum[i] = packed[i + 4] & 63;
            scale[i + 4] = uint8_t((packed[i + 8] & 15) | (packed[i] >> 6) << 4);
            minimum[i + 4] = uint8_t((packed[i + 8] >> 4) | (packed[i + 4] >> 6) << 4);
        }
    }
};

} // namespace

void dequantizeQ8_0(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 34, out += 32) {
        const float d = halfAt(in);
        for (int i = 0; i < 32; ++i)
            out[i] = float(int8_t(in[2 + i])) * d;
    }
}

void dequantizeQ4_0(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 18, out += 32) {
        const float d = halfAt(in);
        const uint8_t* q = in + 2;
        for (int i = 0; i < 16; ++i) {
            out[i] = float(int(q[i] & 15) - 8) * d;
            out[i + 16] = float(int(q[i] >> 4) - 8) * d;
        }
    }
}

void dequantizeQ4_1(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 20, out += 32) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const uint8_t* q = in + 4;
        for (int i = 0; i < 16; ++i) {
            out[i] = float(q[i] & 15) * d + m;
            out[i + 16] = float(q[i] >> 4) * d + m;
        }
    }
}

void dequantizeQ5_0(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 22, out += 32) {
        const float d = halfAt(in);
        const uint32_t h = wordAt(in + 2);
        const uint8_t* q = in + 6;
        for (int i = 0; i < 16; ++i) {
            out[i] = float(int((q[i] & 15) | (((h >> i) & 1) << 4)) - 16) * d;
            out[i + 16] = float(int((q[i] >> 4) | (((h >> (i + 16)) & 1) << 4)) - 16) * d;
        }
    }
}

void dequantizeQ5_1(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 24, out += 32) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const uint32_t h = wordAt(in + 4);
        const uint8_t* q = in + 8;
        for (int i = 0; i < 16; ++i) {
            out[i] = float((q[i] & 15) | (((h >> i) & 1) << 4)) * d + m;
            out[i + 16] = float((q[i] >> 4) | (((h >> (i + 16)) & 1) << 4)) * d + m;
        }
    }
}

void dequantizeQ4_K(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 144, out += 256) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const KScales s(in + 4);
        for (int part = 0; part < 4; ++part) { // 64 values: the low halves of 32 bytes, then the high ones
            const uint8_t* q = in + 16 + 32 * part;
            float* low = out + 64 * part;
            const float d1 = d * float(s.scale[2 * part]), m1 = m * float(s.minimum[2 * part]);
            const float d2 = d * float(s.scale[2 * part + 1]), m2 = m * float(s.minimum[2 * part + 1]);
            for (int i = 0; i < 32; ++i) {
                low[i] = d1 * float(q[i] & 15) - m1;
                low[i + 32] = d2 * float(q[i] >> 4) - m2;
            }
        }
    }
}

void dequantizeQ5_K(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 176, out += 256) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const KScales s(in + 4);
        const uint8_t* h = in + 16;
        for (int part = 0; part < 4; ++part) {
            const uint8_t* q = in + 48 + 32 * part;
            float* low = out + 64 * part;
            const float d1 = d * float(s.scale[2 * part]), m1 = m * float(s.minimum[2 * part]);
            const float d2 = d * float(s.scale[2 * part + 1]), m2 = m * float(s.minimum[2 * part + 1]);
            for (int i = 0; i < 32; ++i) {
                low[i] = d1 * float((q[i] & 15) + (((h[i] >> (2 * part)) & 1) << 4)) - m1;
                low[i + 32] = d2 * float((q[i] >> 4) + (((h[i] >> (2 * part + 1)) & 1) << 4)) - m2;
            }
        }
    }
}

void dequantizeQ6_K(const uint8_t* in, float* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 210, out += 256) {
        const float d = halfAt(in + 208);
        for (int half = 0; half < 2; ++half) { // 128 values each: four runs of 32
            const uint8_t *q = in + 64 * half, *h = in + 128 + 32 * half, *scales = in + 192 + 8 * half;
            float* to = out + 128 * half;
            float s[8];
            for (int i = 0; i < 8; ++i)
                s[i] = d * float(int8_t(scales[i]));
            for (int i = 0; i < 32; ++i) {
                const int group = i / 16;
                to[i] = s[group] * float(int((q[i] & 15) | ((h[i] & 3) << 4)) - 32);
                to[i + 32] = s[group + 2] * float(int((q[i + 32] & 15) | (((h[i] >> 2) & 3) << 4)) - 32);
                to[i + 64] = s[group + 4] * float(int((q[i] >> 4) | (((h[i] >> 4) & 3) << 4)) - 32);
                to[i + 96] = s[group + 6] * float(int((q[i + 32] >> 4) | ((h[i] >> 6) << 4)) - 32);
            }
        }
    }
}

void quantizeQ8_0(const float* in, uint8_t* out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b, in += 32, out += 34) {
        float largest = 0;
        for (int i = 0; i < 32; ++i)
            largest = std::max(largest, std::abs(in[i]));
        const float d = largest / 127, inverse = d != 0 ? 1 / d : 0;
        const uint16_t stored = halfOfFloat(d);
        std::memcpy(out, &stored, 2);
        for (int i = 0; i < 32; ++i) {
            // Away from zero at halves. A NaN or an infinite scale has no integer; 0 keeps the conversion defined.
            const float q = std::round(in[i] * inverse);
            out[2 + i] = uint8_t(int8_t(q >= -127 && q <= 127 ? q : 0));
        }
    }
}

} // namespace aha
