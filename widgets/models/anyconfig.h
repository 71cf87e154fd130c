#pragma once
// A configuration out of any file that says one: JSON or YAML of our own, or a recipe that the import understands.

#include "core/config/run_config.h"

#include <QString>

namespace aha {

struct AnyConfig {
    RunConfig config;
    std::string framework; ///< trl | openr1 | verl | openrlhf; empty: our own
};

/// Ends of the names of such files, for a file dialog.
inline constexpr const char* kAnyConfigEndings = "*.json *.yaml *.yml *.py *.sh *.txt";
/// Reads no more than a recipe may have. The error is of the format that the file most likely is.
Result<AnyConfig> readAnyConfig(const QString& file);
/// Our own YAML, that says at least one setting.
Result<RunConfig> ownYaml(const std::string& text);

} // namespace aha
