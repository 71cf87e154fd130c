#pragma once
// What libahascope_cuda.so gives the engine. Both sides are built together; the version guards against a stale file.

#include "core/config/model_config.h"
#include "core/nn/device_ops.h"
#include "core/rollout/rollout_backend.h"

#include <cstdint>
#include <memory>
#include <string>

namespace aha {

/// Raise with every change of this struct, of RolloutBackend, of ModelConfig or of DeviceOps.
inline constexpr uint32_t kCudaInterfaceVersion = 5;

struct CudaInterface {
    uint32_t version = kCudaInterfaceVersion;
    /// Why no GPU can be used, as a sentence; empty when one can.
    std::string (*problem)();
    /// Name of the GPU in use.
    std::string (*deviceName)();
    /// Throws Failure: cuda_unsupported (a shape the kernels do not cover), out_of_memory, cuda_failed.
    std::unique_ptr<RolloutBackend> (*makeRollout)(const ModelConfig& config);
    /// For tensors on the GPU; lives as long as the plug-in.
    const DeviceOps* (*deviceOps)();
};

/// The plug-in's one symbol, and its type.
inline constexpr const char* kCudaInterfaceSymbol = "ahascopeCudaInterface";
using CudaInterfaceFunction = const CudaInterface*();

} // namespace aha
