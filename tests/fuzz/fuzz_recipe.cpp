// Recipes of any form and framework: a sentence with a line, or a configuration that its own JSON gives back.

#include "core/recipes/import_recipe.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    static constexpr const char* kFrameworks[] { "", "trl", "verl", "openrlhf" };
    aha::ImportOptions options;
    options.framework = kFrameworks[size % 4];
    if (size % 4 == 1)
        options.kind = size % 8 == 1 ? "grpo" : "dpo";
    const auto recipe = aha::importRecipe(text, options);
    if (!recipe) {
        if (recipe.error().message.empty() || recipe.error().message.size() > 1000)
            std::abort();
        return 0;
    }
    const std::string written = aha::toJsonText(recipe->config);
    const auto again = aha::runConfigFromJson(written);
    if (!again || aha::toJsonText(*again) != written || aha::recipeTable(*recipe).empty())
        std::abort();
    return 0;
}
