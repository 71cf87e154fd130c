#pragma once
// Names of TRL's and verl's scalars in our own words, where they mean the same; all others keep theirs under foreign/.

#include <string>

namespace aha::foreign {

/// "train/reward" -> "reward", "timing_s/step" -> "perf/step_seconds", "val-core/x" -> "foreign/val-core/x".
std::string metricName(const std::string& tag);

} // namespace aha::foreign
