#include "core/recipes/config_yaml.h"

#include "core/base/ascii.h"
#include "core/recipes/recipe_text.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

std::string toYamlText(const RunConfig& config)
{
    RunConfig copy = config;
    std::string text = "version: " + std::to_string(kConfigVersion) + "\n", group;
    for (const Field& field : fields(copy)) {
        if (field.info.group != group) {
            group = field.info.group;
            text += group + ":\n";
        }
        text += "  " + field.info.key + ": " + field.toJson().dump() + "\n";
    }
    return text;
}

Result<RunConfig> runConfigFromYaml(const std::string& text)
{
    try {
        Json json = Json::object();
        for (const RecipeSetting& setting : readYamlRecipe(text).settings)
            json[setting.key] = setting.value.is_null() ? Json::object() : setting.value;
        return runConfigFromJson(json.dump());
    } catch (const Failure& failure) {
        return failure.error();
    }
}

namespace {

/// Where `name` stands as a key from `from` on: between quotes or alone, a colon after it.
size_t findKey(const std::string& text, const std::string& name, size_t from)
{
    for (size_t at = text.find(name, from); at != std::string::npos; at = text.find(name, at + 1)) {
        size_t end = at + name.size();
        if ((at > 0 && isName(text[at - 1])) || (end < text.size() && isName(text[end])))
            continue;
        if (end < text.size() && text[end] == '"')
            ++end;
        end = text.find_first_not_of(" \t", end);
        if (end != std::string::npos && text[end] == ':')
            return at;
    }
    return std::string::npos;
}

} // namespace

int64_t lineOfSetting(const std::string& text, const std::string& path)
{
    const size_t dot = path.find('.');
    const size_t group = findKey(text, path.substr(0, dot), 0);
    if (group == std::string::npos)
        return 0;
    size_t end = text.find_first_not_of("\" \t", text.find(':', group) + 1);
    if (end != std::string::npos && text[end] == '{') {
        end = text.find('}', end);
    } else { // YAML: up to the next line that is not indented
        end = text.find('\n', group);
        while (end != std::string::npos && end + 1 < text.size() && (text[end + 1] == ' ' || text[end + 1] == '\n'))
            end = text.find('\n', end + 1);
    }
    size_t at = dot == std::string::npos ? group : findKey(text, path.substr(dot + 1), group + 1);
    if (at == std::string::npos || (end != std::string::npos && at > end))
        at = group; // the setting has its default, and the group says so
    return 1 + std::count(text.begin(), text.begin() + long(at), '\n');
}

} // namespace aha
