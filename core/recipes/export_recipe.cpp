#include "core/recipes/export_recipe.h"

#include "core/config/held_out.h"
#include "core/recipes/recipe_export.h"

#include <algorithm>

namespace aha {

void RecipeExport::copy(const std::string& path, const std::string& key)
{
    for (const Field& field : fields(m_config))
        if (field.info.path() == path && readsField(m_config, field.info)) {
            set(key, field.toJson());
            m_told.insert(path);
        }
}

bool RecipeExport::has(const std::string& key) const
{
    return std::any_of(m_settings.begin(), m_settings.end(), [&](const auto& setting) { return setting.first == key; });
}

std::vector<std::string> RecipeExport::without() const
{
    std::vector<std::string> lines = m_notes;
    RunConfig ours = m_config, usual = defaultConfig(m_config.general.kind);
    const std::vector<Field> now = fields(ours), defaults = fields(usual);
    for (size_t i = 0; i < now.size(); ++i)
        if (m_told.count(now[i].info.path()) == 0 && applies(m_config, now[i].info)
            && now[i].toJson() != defaults[i].toJson())
            lines.push_back(onOneLine(now[i].info.path() + " = " + now[i].toText()));
    return lines;
}

std::vector<std::pair<std::string, double>> weightedRewards(const RunConfig& config)
{
    static constexpr const char* kParts[] { "accuracy", "format", "language", "tags", "reasoning", "length", "cosine",
        "repetition", "overlong", "reflection", "expression", "program" };
    RunConfig copy = config;
    std::vector<std::pair<std::string, double>> found;
    for (const Field& field : fields(copy))
        if (field.info.group == "rewards"
            && std::find(std::begin(kParts), std::end(kParts), field.info.key) != std::end(kParts))
            if (const double weight = *std::get<double*>(field.value); weight != 0)
                found.emplace_back(field.info.key, weight);
    return found;
}

std::string onOneLine(const std::string& text)
{
    std::string line = text;
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 32 || c == 127; }, ' ');
    return line;
}

std::string commented(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += "#   " + onOneLine(line) + "\n";
    return text;
}

Result<ExportedRecipe> exportRecipe(const RunConfig& config, const std::string& framework)
{
    if (Result<void> valid = validate(config); !valid)
        return valid.error();
    try {
        if (framework == "trl")
            return exportTrl(config);
        if (framework == "verl")
            return exportVerl(config);
    } catch (const Failure& failure) {
        return failure.error();
    }
    return Error { "recipe_export", "There is no exporter to " + onOneLine(framework) + ".", "Choose trl or verl." };
}

} // namespace aha
