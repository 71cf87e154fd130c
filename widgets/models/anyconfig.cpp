#include "widgets/models/anyconfig.h"

#include "core/base/files.h"
#include "core/recipes/config_yaml.h"
#include "core/recipes/import_recipe.h"
#include "core/recipes/recipe_text.h"

#include <sstream>

namespace aha {

namespace {

/// A line that is neither empty nor a comment.
bool saysAnything(const std::string& text)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (const size_t at = line.find_first_not_of(" \t\r"); at != std::string::npos && line[at] != '#')
            return true;
    return false;
}

} // namespace

Result<RunConfig> ownYaml(const std::string& text)
{
    if (!saysAnything(text)) // else nothing at all would be the defaults
        if (const Result<RecipeText> nothing = readRecipeText(text); !nothing)
            return nothing.error();
    return runConfigFromYaml(text);
}

Result<AnyConfig> readAnyConfig(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), kMaxRecipeBytes);
    if (!text)
        return text.error();
    const bool json = file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    const Result<RunConfig> own = json ? runConfigFromJson(*text) : ownYaml(*text);
    if (own)
        return AnyConfig { *own, "" };
    const Result<ImportedRecipe> recipe = importRecipe(*text, {});
    if (recipe)
        return AnyConfig { recipe->config, recipe->framework };
    // A value that does not fit was found in a group and under a name of ours: the file is ours.
    const bool ours = json || own.error().code == "config_range" || own.error().code == "config_choice";
    return ours ? own.error() : recipe.error();
}

} // namespace aha
