#pragma once
// A matrix in E4M3 with one float32 scale a block: DeepSeek-V3's fine-grained quantisation (arXiv 2412.19437 §3.3.2:
// weights 128 x 128, activations 1 x 128).
//
//   scale = max(max |x| of the block, 1e-4) / 448,   code = E4M3(x / scale),   x' = code · scale
//
// A block at the lower or right edge may be smaller and has its own maximum.

#include <cstdint>
#include <vector>

namespace aha {

struct Fp8Matrix {
    int64_t rows = 0, columns = 0, blockRows = 128, blockColumns = 128;
    std::vector<uint8_t> codes; ///< [rows][columns]
    std::vector<float> scales; ///< [rows / blockRows, rounded up][columns / blockColumns, rounded up]
};

/// x: [rows][columns]; block sizes > 0.
Fp8Matrix quantizeFp8(
    const std::vector<float>& x, int64_t rows, int64_t columns, int64_t blockRows, int64_t blockColumns);
std::vector<float> dequantizeFp8(const Fp8Matrix& matrix);

} // namespace aha
