#pragma once
// What a recipe of another framework says, before anyone asks what it means: names and values in the order of the text.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// One setting of a recipe. `value` is null, a flag, a number, a text, a list or an object.
struct RecipeSetting {
    std::string key;
    nlohmann::ordered_json value;
    int64_t line = 0; ///< from 1; 0: not in the text, the framework's default
};

enum class RecipeFormat {
    Yaml, ///< key: value
    Keywords, ///< a JSON object, or Python with GRPOConfig(…)
    CommandLine ///< a shell script with a.b=c or --a b
};

struct RecipeText {
    RecipeFormat format = RecipeFormat::Yaml;
    std::string trainer; ///< "GRPOConfig", "verl.trainer.main_ppo", … as the text names it; may be empty
    std::vector<RecipeSetting> settings;
};

/// Longest recipe that is read, most settings of one group, deepest nesting.
inline constexpr size_t kMaxRecipeBytes = 1 << 20;
inline constexpr size_t kMaxRecipeSettings = 1000;
inline constexpr int kMaxRecipeDepth = 16;

/// Finds out which format it is. Errors, each with its line: recipe_syntax, recipe_too_large, recipe_empty.
Result<RecipeText> readRecipeText(const std::string& text);

// The formats. They throw Failure.
RecipeText readYamlRecipe(const std::string& text);
RecipeText readKeywordRecipe(const std::string& text);
RecipeText readCommandLine(const std::string& text);

/// Failure recipe_syntax: "Line 3: <message>".
[[noreturn]] void recipeFailure(int64_t line, const std::string& message, const std::string& hint);
/// A plain word as YAML and Python mean it: None, true, 12, 1e-6; else a text.
nlohmann::ordered_json plainValue(std::string_view word);
/// Short enough for a sentence, valid UTF-8, one line.
std::string shortText(std::string_view text);

} // namespace aha
