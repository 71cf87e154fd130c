// A plug-in without CUDA behind it: of another version, or with a GPU that has a problem.

#include "core/cuda/plugin_interface.h"

extern "C" const aha::CudaInterface* ahascopeCudaInterface()
{
#ifdef AHASCOPE_STALE
    static const aha::CudaInterface interface {
        aha::kCudaInterfaceVersion + 1, nullptr, nullptr, nullptr, nullptr
    };
#else
    static const aha::CudaInterface interface {
        aha::kCudaInterfaceVersion, [] { return std::string("The fans are missing."); }, nullptr, nullptr, nullptr
    };
#endif
    return &interface;
}
