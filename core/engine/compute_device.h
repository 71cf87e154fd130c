#pragma once
// Where a run computes. Everything that differs between CPU and GPU is decided here, once; the loops do not ask.

#include "core/base/workers.h"
#include "core/cuda/plugin_loader.h"
#include "core/nn/policy.h"
#include "core/rollout/rollout_backend.h"

#include <optional>

namespace aha {

class ComputeDevice {
public:
    /// "cpu", "cuda" or "auto" (the GPU if one can be used). Errors: device_unavailable with the reason.
    static Result<ComputeDevice> open(const std::string& name, CudaPlugin::For purpose);

    /// "cpu" or "cuda": what "auto" came to.
    const char* name() const { return m_plugin ? "cuda" : "cpu"; }
    /// The model, with its adapter, where it computes.
    Transformer place(Transformer model) const;
    Policy place(Policy policy) const;
    at::Tensor place(const at::Tensor& tensor) const;
    /// cuda_unsupported when the plug-in does not compute this architecture; the CPU computes all.
    Result<void> computes(const ModelConfig& config) const;
    /// `weights`: "float32", or "bfloat16" or "int8" on the CPU (Failure weights_unsupported elsewhere). On the CPU as
    /// well where "auto" found a GPU that does not compute this architecture. Throws Failure cuda_unsupported where
    /// "cuda" was asked for.
    std::unique_ptr<RolloutBackend> makeRollout(
        const ModelConfig& config, Workers& workers, const std::string& weights = "float32") const;

private:
    std::optional<CudaPlugin> m_plugin;
    bool m_automatic = false;
};

/// One sentence for people: the GPU's name, or why CUDA is off.
std::string cudaState();

} // namespace aha
