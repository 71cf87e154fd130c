#pragma once
// verl's settings by subject; import_verl.cpp puts them together. Each function adds its rules to the dialect; those of
// recipes go first, before what verl's own trainer means by the same names.

#include "core/recipes/recipe_import.h"

namespace aha {

/// PRIME (recipe/prime: main_prime).
void addVerlPrime(RecipeDialect& dialect);
/// On-policy distillation (recipe/gkd: main_gkd).
void addVerlTeaching(RecipeDialect& dialect);
/// Asynchronous training with partial rollouts (fully_async_policy), and samplers of one's own.
void addVerlOrder(RecipeDialect& dialect);

} // namespace aha
