#pragma once
// Our configuration as a launch script for another framework: for who outgrows one machine.

#include "core/config/run_config.h"

#include <string>
#include <vector>

namespace aha {

struct ExportedFile {
    std::string name, text;
    bool executable = false;
};

struct ExportedRecipe {
    std::vector<ExportedFile> files;
    std::vector<std::string> without; ///< what the framework has no counterpart of; the scripts say it too
};

/// `framework`: trl (a Python script) or verl (a shell script for Ray, and a reward function to fill in). What the user
/// must supply raises NotImplementedError there, with a sentence. Errors: recipe_export (no trainer for the kind, or no
/// such loss), and those of validate().
Result<ExportedRecipe> exportRecipe(const RunConfig& config, const std::string& framework);

} // namespace aha
