#pragma once
// The training loops on the GPU.

#include "core/nn/device_ops.h"

namespace aha::cuda {

/// Works on the legacy default stream, which is also LibTorch's current stream unless someone changes it; so the two
/// are ordered without waiting. Head widths up to 256.
const DeviceOps* cudaOps();

} // namespace aha::cuda
