#pragma once
// Opens the CUDA plug-in and, for training, LibTorch's own CUDA library. Whatever is missing becomes one sentence.

#include "core/base/result.h"
#include "core/cuda/plugin_interface.h"

#include <filesystem>
#include <memory>

namespace aha {

/// The plug-in, opened. It stays in the process until the end (CUDA libraries do not unload cleanly), so what it made
/// may outlive this object.
class CudaPlugin {
public:
    enum class For {
        Sampling, ///< our kernels alone
        Training ///< LibTorch's operators on the GPU as well. Must come before the process's first use of LibTorch.
    };
    /// Opens what `purpose` needs. Errors: cuda_no_plugin (not built), cuda_plugin_missing, cuda_plugin_stale,
    /// cuda_no_torch, cuda_no_device.
    static Result<CudaPlugin> open(For purpose);
    /// The same for a file of one's own.
    static Result<CudaPlugin> open(For purpose, const std::filesystem::path& file);

    std::string deviceName() const { return m_interface->deviceName(); }
    std::unique_ptr<RolloutBackend> makeRollout(const ModelConfig& config) const
    {
        return m_interface->makeRollout(config);
    }
    const DeviceOps* deviceOps() const { return m_interface->deviceOps(); }

private:
    explicit CudaPlugin(const CudaInterface* interface)
        : m_interface(interface)
    {
    }
    const CudaInterface* m_interface;
};

} // namespace aha
