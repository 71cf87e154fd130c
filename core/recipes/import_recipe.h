#pragma once
// Recipes of TRL, open-r1, verl and OpenRLHF as configurations of our own, with an account of every setting.

#include "core/config/run_config.h"

#include <string>
#include <vector>

namespace aha {

enum class RecipeTreatment {
    Taken, ///< as it stands
    Changed, ///< the same meaning in another form; `note` says which
    Default, ///< not in the recipe: what the framework does then, where ours would differ
    NoCounterpart, ///< `note` says why
    Ignored, ///< changes no result: logging, memory, speed
    ToFix ///< the configuration cannot start so; `note` says what to do
};
const char* treatmentName(RecipeTreatment treatment);

/// What became of one setting. A setting that touches several fields has several.
struct RecipeLine {
    int64_t line = 0; ///< of the recipe; 0 = not in it
    std::string key, value;
    RecipeTreatment treatment = RecipeTreatment::Taken;
    std::string field, fieldValue; ///< of ours
    std::string note;
};

struct ImportedRecipe {
    std::string framework; ///< trl | openr1 | verl | openrlhf
    RunConfig config;
    std::vector<RecipeLine> lines; ///< in the order of the recipe, then the framework's defaults, then what to fix

    bool valid() const; ///< nothing to fix
};

struct ImportOptions {
    std::string framework; ///< empty = found out
    std::string kind; ///< empty = found out
    int64_t processes
        = 0; ///< TRL: processes (GPUs) of the launch, which the batch multiplies with; 0 = the recipe's, else 1
    int64_t rows = 0; ///< of the data set, to turn epochs into steps; 0 = unknown
};

/// Errors: those of readRecipeText(), recipe_kind, recipe_framework, recipe_value (line, name and value, and what
/// fits).
Result<ImportedRecipe> importRecipe(const std::string& text, const ImportOptions& options);

/// The account as a table for a terminal.
std::string recipeTable(const ImportedRecipe& recipe);

} // namespace aha
