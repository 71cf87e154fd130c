#include "core/cuda/plugin_loader.h"

#include <cstdlib>
#include <dlfcn.h>

namespace aha {

namespace {

constexpr const char* kUseCpu = "Set general.device to cpu.";

std::string loadError()
{
    const char* text = dlerror();
    return text ? text : "the loader gave no reason";
}

} // namespace

Result<CudaPlugin> CudaPlugin::open(For purpose)
{
    if (const char* file = std::getenv("AHASCOPE_CUDA_PLUGIN"); file && *file)
        return open(purpose, file);
#ifdef AHASCOPE_CUDA_PLUGIN_FILE
    return open(purpose, AHASCOPE_CUDA_PLUGIN_FILE);
#else
    return Error { "cuda_no_plugin", "This build has no CUDA plug-in: nvcc was not found when it was configured.",
        std::string("Install the CUDA 13 toolkit and build again, or stay on the CPU. ") + kUseCpu };
#endif
}

Result<CudaPlugin> CudaPlugin::open(For purpose, const std::filesystem::path& file)
{
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return Error { "cuda_plugin_missing", "The CUDA plug-in " + file.string() + " is not there.",
            std::string("Build again: ./ahascope build. ") + kUseCpu };
    // The plug-in first: without a GPU there is no need to read LibTorch's gigabyte.
    void* plugin = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!plugin)
        return Error { "cuda_plugin_missing", "The CUDA plug-in could not be opened: " + loadError() + ".",
            std::string("Build again: ./ahascope build. ") + kUseCpu };
    auto* entry = reinterpret_cast<CudaInterfaceFunction*>(dlsym(plugin, kCudaInterfaceSymbol));
    const CudaInterface* interface = entry ? entry() : nullptr;
    if (!interface || interface->version != kCudaInterfaceVersion)
        return Error { "cuda_plugin_stale",
            "The CUDA plug-in " + file.string() + " speaks version "
                + (interface ? std::to_string(interface->version) : std::string("0"))
                + " of the interface; this engine needs " + std::to_string(kCudaInterfaceVersion) + ".",
            "Build again: ./ahascope build." };
    if (const std::string problem = interface->problem(); !problem.empty())
        return Error { "cuda_no_device", problem, kUseCpu };
    // By name: the engine's own search path leads to the folder that libtorch_cpu.so came from. Global, so that its
    // operators register with the dispatcher that is already here.
    if (purpose == For::Training && !dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL))
        return Error { "cuda_no_torch",
            "There is a GPU, but LibTorch's CUDA library could not be opened: " + loadError() + ".",
            std::string("./ahascope build fetches it on a machine where nvidia-smi answers. ") + kUseCpu };
    return CudaPlugin(interface);
}

} // namespace aha
