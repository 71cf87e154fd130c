#pragma once
// What a run will need, before it starts. Estimated, and says so.

#include "core/config/run_config.h"

#include <filesystem>

namespace aha {

struct Estimate {
    int64_t parameters = 0;
    double memoryMb = 0;          ///< weights, gradients per thread, moments, packed decoder, key/value caches, activations
    double tokensPerStepMax = 0;  ///< if every completion ran to its limit
};

/// Errors: those of readModelConfig. `threads`: worker threads that will run.
Result<Estimate> estimateRun(const RunConfig& config, const std::filesystem::path& resourceRoot, int threads);
/// One line for the form.
std::string estimateText(const RunConfig& config, const std::filesystem::path& resourceRoot);

} // namespace aha
