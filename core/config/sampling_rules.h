#pragma once
// Rules between fields about rewards and about which problems and completions a step has; a part of validate.cpp.

#include "core/config/run_config.h"

#include <functional>

namespace aha {

using BrokenRule
    = std::function<void(const char* path, const std::string& message, const std::string& hint)>; ///< told of each

/// Of a run of online reinforcement learning.
void checkSampling(const RunConfig& config, const BrokenRule& broken);

} // namespace aha
