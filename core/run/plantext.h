#pragma once
// What `ahascope-engine plan` measured, in sentences for the form, and when it no longer holds.

#include "core/config/run_config.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace aha {

/// What was measured, what comes of it for `config`, what is assumed. `plan`: the verb's answer.
std::string planText(const nlohmann::ordered_json& plan, const RunConfig& config);
/// The two figures alone: "peak memory 512 MB, a step 0.85 s".
std::string planFigures(const nlohmann::ordered_json& plan);
/// Paths of the fields that differ and that memory or time of a step depend on.
std::vector<std::string> planChanges(const RunConfig& measured, const RunConfig& now);

/// "90 s", "12 min", "3.4 h".
std::string durationText(double seconds);

} // namespace aha
