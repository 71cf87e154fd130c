#include "core/weights/fp8_blocks.h"

#include "core/weights/float_formats.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

int64_t blocksAcross(const Fp8Matrix& m) { return (m.columns + m.blockColumns - 1) / m.blockColumns; }

size_t scaleOf(const Fp8Matrix& m, int64_t row, int64_t column)
{
    return size_t(row / m.blockRows * blocksAcross(m) + column / m.blockColumns);
}

} // namespace

Fp8Matrix quantizeFp8(
    const std::vector<float>& x, int64_t rows, int64_t columns, int64_t blockRows, int64_t blockColumns)
{
    Fp8Matrix m { rows, columns, blockRows, blockColumns, std::vector<uint8_t>(x.size()), {} };
    m.scales.assign(size_t((rows + blockRows - 1) / blockRows * blocksAcross(m)), 1e-4f);
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c) {
            float& largest = m.scales[scaleOf(m, r, c)];
            largest = std::max(largest, std::abs(x[size_t(r * columns + c)]));
        }
    for (float& scale : m.scales)
        scale /= 448.f;
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c) {
            const size_t i = size_t(r * columns + c);
            m.codes[i] = e4m3OfFloat(x[i] / m.scales[scaleOf(m, r, c)]);
        }
    return m;
}

std::vector<float> dequantizeFp8(const Fp8Matrix& m)
{
    std::vector<float> x(m.codes.size());
    for (int64_t r = 0; r < m.rows; ++r)
        for (int64_t c = 0; c < m.columns; ++c) {
            const size_t i = size_t(r * m.columns + c);
            x[i] = floatOfE4m3(m.codes[i]) * m.scales[scaleOf(m, r, c)];
        }
    return x;
}

} // namespace aha
