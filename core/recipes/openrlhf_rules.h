#pragma once
// OpenRLHF's settings by trainer; import_openrlhf.cpp puts them together.

#include "core/recipes/recipe_import.h"

namespace aha {

/// Distillation (openrlhf.cli.train_kd). Goes first: these rules stand before those of train_ppo_ray.
void addOpenRlhfTeaching(RecipeDialect& dialect);

} // namespace aha
