#pragma once
// ggml's quantised blocks to float32, the formulas and the order of operations of ggml's dequantize_row_*: the results
// are equal bit for bit. q are the stored integers, d and m the block's scale and minimum in binary16.
//
//   Q8_0  32 values, d | q8           d * q
//   Q4_0  32 values, d | q4           d * (q - 8)
//   Q4_1  32 values, d m | q4         d * q + m
//   Q5_0  32 values, d | h | q4       d * ((q | h << 4) - 16)
//   Q5_1  32 values, d m | h | q4     d * (q | h << 4) + m
//   Q4_K  256 values, d m | 8 x (6-bit scale, 6-bit minimum) | q4       (d * s) * q - (m * n)
//   Q5_K  256 values, d m | 8 x (scale, minimum) | h | q4               (d * s) * (q | h << 4) - (m * n)
//   Q6_K  256 values, q4 | h (2 bits) | 16 x 8-bit scale | d            d * s * ((q | h << 4) - 32)

#include <cstddef>
#include <cstdint>

namespace aha {

void dequantizeQ8_0(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ4_0(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ4_1(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ5_0(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ5_1(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ4_K(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ5_K(const uint8_t* in, float* out, size_t blocks);
void dequantizeQ6_K(const uint8_t* in, float* out, size_t blocks);

/// 32 values: d = max |x| / 127, q = round(x / d) away from zero, as ggml's quantize_row_q8_0_ref.
void quantizeQ8_0(const float* in, uint8_t* out, size_t blocks);

} // namespace aha
