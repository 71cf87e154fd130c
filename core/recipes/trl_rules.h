#pragma once
// TRL's settings by subject; import_trl.cpp puts them together. Each function adds its rules to the dialect.

#include "core/recipes/recipe_import.h"

#include <initializer_list>

namespace aha {

/// Batches, epochs, steps and the learning rate, which all count in each other.
void addTrlSchedule(RecipeDialect& dialect);
/// Reward functions, their weights and their parameters (open-r1's names).
void addTrlRewards(RecipeDialect& dialect, bool openR1);

/// Distillation: GKDConfig, DistillationConfig, MiniLLMConfig. Goes first: these rules stand before the others'.
void addTrlDistillation(RecipeDialect& dialect, TrlTrainer trainer);

/// What TRL's batch settings come to.
struct TrlBatch {
    int64_t rows = 0; ///< of one optimizer update
    int64_t prompts = 0, updates = 1; ///< online: of one generation batch
};
TrlBatch trlBatch(const RecipeImport& recipe);

} // namespace aha
