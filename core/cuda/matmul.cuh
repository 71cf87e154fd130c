#pragma once
// y = f(x) · Wᵀ for a decode step, with what comes before and after the product fused into it.
//
// Own kernel rather than cuBLAS for three reasons: every element is one sum in order of k, so a row's bits do not
// depend on how many rows there are (cuBLAS picks its algorithm by shape); the norm and the SwiGLU cost no pass of
// their own; and the plug-in needs no library of 500 MB. Decode products read each weight once for up to 32 rows and
// are bound by that.

#include "core/cuda/device.cuh"

namespace aha::cuda {

enum class Input {
    Plain, ///< x[r][k]
    RmsNorm, ///< x[r][k] / rms(x[r]) * norm[k]
    SwiGlu ///< silu(x[r][k]) * x[r][K + k], rows twice as wide
};

inline constexpr int kTileRows = 32, kTileOutputs = 64, kTileInputs = 32, kTileThreads = 256;

/// x: [rows][K] (SwiGlu: [rows][2K]); w: [outputs][K]; y: [rows][outputs], added to when `add`. Rows from *liveRows on
/// are left alone. Grid: (outputs / kTileOutputs, rows / kTileRows), kTileThreads threads.
template <Input input, bool add>
static __global__ void multiply(const float* x, const float* norm, float eps, const float* w, const int* liveRows,
    int64_t inputs, int64_t outputs, float* y)
{
    __shared__ float xTile[kTileInputs][kTileRows + 1], wTile[kTileInputs][kTileOutputs + 1], inverse[kTileRows];
    const int rows = *liveRows, firstRow = blockIdx.y * kTileRows, thread = threadIdx.x, lane = thread % kWarp,
              warp = thread / kWarp;
    if (firstRow >= rows)
        return;
    const int64_t firstOutput = int64_t(blockIdx.x) * kTileOutputs,
                  stride = input == Input::SwiGlu ? 2 * inputs : inputs;
    if (input == Input::RmsNorm) {
        for (int r = warp; r < kTileRows; r += kTileThreads / kWarp) {
            float sum = 0;
            if (firstRow + r < rows)
                for (int64_t k = lane; k < inputs; k += kWarp) {
                    const float value = x[(firstRow + r) * stride + k];
                    sum += value * value;
                }
            sum = warpSum(sum);
            if (lane == 0)
                inverse[r] = 1.0f / sqrtf(sum / float(inputs) + eps);
        }
        __syncthreads();
    }
    // Each thread makes 4 rows x 2 outputs: outputs lane and lane + 32, rows warp * 4 ….
    float sums[4][2] = {};
    for (int64_t from = 0; from < inputs; from += kTileInputs) {
        const int64_t k = from + lane;
        for (int r = warp; r < kTileRows; r += kTileThreads / kWarp) {
            float value = 0;
            if (firstRow + r < rows && k < inputs) {
                const float* row = x + (firstRow + r) * stride;
                value = row[k];
                if (input == Input::RmsNorm)
                    value = value * inverse[r] * norm[k];
                if (input == Input::SwiGlu)
                    value = value / (1.0f + expf(-value)) * row[inputs + k];
            }
            xTile[lane][r] = value;
        }
        for (int o = warp; o < kTileOutputs; o += kTileThreads / kWarp)
            wTile[lane][o] = firstOutput + o < outputs && k < inputs ? w[(firstOutput + o) * inputs + k] : 0.0f;
        __syncthreads();
        for (int i = 0; i < kTileInputs; ++i) {
            const float low = wTile[i][lane], high = wTile[i][lane + kWarp];
            for (int r = 0; r < 4; ++r) {
                const float value = xTile[i][warp * 4 + r];
                sums[r][0] += value * low;
                sums[r][1] += value * high;
            }
        }
        __syncthreads();
    }
    for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 2; ++c) {
            const int64_t row = firstRow + warp * 4 + r, output = firstOutput + lane + c * kWarp;
            if (row >= rows || output >= outputs)
                continue;
            float& target = y[row * outputs + output];
            target = add ? target + sums[r][c] : sums[r][c];
        }
}

} // namespace aha::cuda
