// The plug-in's entry: what plugin_interface.h promises.

#include "core/cuda/cuda_ops.h"
#include "core/cuda/cuda_rollout.h"
#include "core/cuda/device.cuh"
#include "core/cuda/plugin_interface.h"

namespace aha::cuda {

namespace {

std::string problem()
{
    int driver = 0, devices = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
        return "There is no NVIDIA driver on this machine.";
    const cudaError_t status = cudaGetDeviceCount(&devices);
    if (status == cudaErrorInsufficientDriver)
        return "The NVIDIA driver supports CUDA " + std::to_string(driver / 1000) + "."
            + std::to_string(driver % 1000 / 10) + "; this build needs CUDA " + std::to_string(CUDART_VERSION / 1000)
            + " (driver 580 or newer).";
    if (status != cudaSuccess || devices == 0)
        return std::string("The NVIDIA driver finds no GPU: ") + cudaGetErrorString(status) + ".";
    cudaDeviceProp properties {};
    if (const cudaError_t asked = cudaGetDeviceProperties(&properties, 0); asked != cudaSuccess)
        return std::string("The GPU does not answer: ") + cudaGetErrorString(asked) + ".";
    if (properties.major < 8)
        return std::string("The GPU ") + properties.name + " has compute capability " + std::to_string(properties.major)
            + "." + std::to_string(properties.minor) + "; the kernels are compiled for 8.0 and newer.";
    return {};
}

std::string deviceName()
{
    cudaDeviceProp properties {};
    check(cudaGetDeviceProperties(&properties, 0), "Asking for the GPU's name");
    return properties.name;
}

} // namespace

} // namespace aha::cuda

extern "C" {

__attribute__((visibility("default"))) const aha::CudaInterface* ahascopeCudaInterface()
{
    static const aha::CudaInterface interface {
        aha::kCudaInterfaceVersion, aha::cuda::problem, aha::cuda::deviceName, aha::cuda::makeCudaRollout,
            aha::cuda::cudaOps
    };
    return &interface;
}

} // extern "C"
