#include "core/engine/compute_device.h"

#include "core/rollout/cpu_rollout.h"

#include <ATen/Context.h>

#include <cstdlib>

namespace aha {

namespace {

/// The same run twice gives the same bits on a GPU as well: sums by row without atomics, and workspaces of one size for
/// cuBLAS, which reads that at its first product.
void computeDeterministically()
{
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
    at::globalContext().setDeterministicFillUninitializedMemory(false);
}

} // namespace

Result<ComputeDevice> ComputeDevice::open(const std::string& name, CudaPlugin::For purpose)
{
    ComputeDevice device;
    device.m_automatic = name == "auto";
    if (name == "cpu")
        return device;
    Result<CudaPlugin> plugin = CudaPlugin::open(purpose);
    if (plugin) {
        device.m_plugin = *plugin;
        computeDeterministically();
    } else if (name != "auto")
        return Error { "device_unavailable", "The device \"" + name + "\" is not available. " + plugin.error().message,
            plugin.error().hint };
    return device;
}

Transformer ComputeDevice::place(Transformer model) const
{
    return m_plugin ? model.to(at::Device(at::kCUDA, 0), m_plugin->deviceOps()) : model;
}

Policy ComputeDevice::place(Policy policy) const
{
    return m_plugin ? policy.to(at::Device(at::kCUDA, 0), m_plugin->deviceOps()) : policy;
}

at::Tensor ComputeDevice::place(const at::Tensor& tensor) const
{
    return m_plugin ? tensor.to(at::Device(at::kCUDA, 0)) : tensor;
}

Result<void> ComputeDevice::computes(const ModelConfig& config) const
{
    if (m_plugin && config.latentAttention())
        return Error { "cuda_unsupported", "The GPU's kernels do not cover latent attention and experts (DeepSeek-V3).",
            "Set general.device to cpu." };
    return {};
}

std::unique_ptr<RolloutBackend> ComputeDevice::makeRollout(
    const ModelConfig& config, Workers& workers, const std::string& weights) const
{
    const Result<void> able = computes(config);
    if (!able && !m_automatic)
        throw Failure(able.error());
    const std::optional<WeightFormat> format = weightFormatNamed(weights);
    const bool onGpu = m_plugin && able;
    if (!format || (onGpu && *format != WeightFormat::Float32))
        throw Failure(
            { "weights_unsupported", "Rollouts with weights in \"" + weights + "\" do not exist on this device.",
                onGpu ? "On a GPU they are float32." : "There are float32, bfloat16 and int8." });
    if (onGpu)
        return m_plugin->makeRollout(config);
    return makeCpuRollout(config, workers, *format);
}

std::string cudaState()
{
    const Result<CudaPlugin> plugin = CudaPlugin::open(CudaPlugin::For::Training);
    return plugin ? "on: " + plugin->deviceName() : "off: " + plugin.error().message;
}

} // namespace aha
