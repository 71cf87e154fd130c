#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {
const ArchitectureRule* const kRules[] = { &kLlama, &kMistral, &kQwen2, &kQwen3, &kDeepSeekV3 };
}

const ArchitectureRule* findArchitecture(const std::string& name)
{
    const auto found = std::find_if(
        std::begin(kRules), std::end(kRules), [&](const ArchitectureRule* rule) { return rule->name == name; });
    return found == std::end(kRules) ? nullptr : *found;
}

const ArchitectureRule& ruleOf(Architecture architecture)
{
    return **std::find_if(std::begin(kRules), std::end(kRules),
        [&](const ArchitectureRule* rule) { return rule->architecture == architecture; });
}

std::string knownArchitectures()
{
    std::string names;
    for (const ArchitectureRule* rule : kRules)
        names += std::string(names.empty() ? "" : ", ") + rule->name;
    return names;
}

namespace config_fields {

Error invalid(const std::string& message) { return { "model_config_invalid", message, "Correct config.json." }; }

Result<void> integer(const Json& json, const char* key, int64_t& out)
{
    if (!json.contains(key) || json[key].is_null())
        return {};
    if (!json[key].is_number_integer())
        return invalid(std::string(key) + " in config.json is " + json[key].dump() + ", not a whole number.");
    out = json[key].get<int64_t>();
    return {};
}

Result<void> number(const Json& json, const char* key, double& out)
{
    if (!json.contains(key) || json[key].is_null())
        return {};
    if (!json[key].is_number())
        return invalid(std::string(key) + " in config.json is " + json[key].dump() + ", not a number.");
    out = json[key].get<double>();
    return {};
}

Result<void> boolean(const Json& json, const char* key, bool& out)
{
    if (!json.contains(key) || json[key].is_null())
        return {};
    if (!json[key].is_boolean())
        return invalid(std::string(key) + " in config.json is " + json[key].dump() + ", not true or false.");
    out = json[key].get<bool>();
    return {};
}

Result<void> only(const Json& json, const char* key, const Json& allowed)
{
    if (!json.contains(key) || json[key].is_null() || json[key] == allowed)
        return {};
    return Error { "model_architecture_unknown",
        std::string("config.json asks for ") + key + " " + json[key].dump() + ".",
        "This version computes only " + allowed.dump() + " there." };
}

Result<void> readQwenWindow(const Json& json, ModelConfig& c)
{
    const bool on = json.contains("use_sliding_window") && json["use_sliding_window"] == true;
    int64_t window = 4096, first = 28; // transformers' defaults
    for (const auto& [key, target] :
        { std::pair<const char*, int64_t*> { "sliding_window", &window }, { "max_window_layers", &first } })
        if (Result<void> read = integer(json, key, *target); !read)
            return read;
    if (!on || (json.contains("sliding_window") && json["sliding_window"].is_null()))
        return {};
    if (window < 1)
        return invalid("sliding_window is " + std::to_string(window) + "; it must be at least 1.");
    const int64_t layers = std::clamp<int64_t>(c.numHiddenLayers, 0, 1 << 16); // checked later
    std::vector<bool> windowed;
    if (json.contains("layer_types") && json["layer_types"].is_array()) {
        for (const Json& type : json["layer_types"]) {
            if (type != "full_attention" && type != "sliding_attention")
                return Error { "model_architecture_unknown", "layer_types names " + type.dump() + ".",
                    "Known are full_attention and sliding_attention." };
            windowed.push_back(type == "sliding_attention");
        }
        if (int64_t(windowed.size()) != layers)
            return invalid("layer_types has " + std::to_string(windowed.size()) + " entries for "
                + std::to_string(layers) + " layers.");
    } else {
        for (int64_t layer = 0; layer < layers; ++layer)
            windowed.push_back(layer >= first);
    }
    if (std::find(windowed.begin(), windowed.end(), true) == windowed.end())
        return {};
    c.slidingWindow = window;
    c.windowedLayers = std::move(windowed);
    return {};
}

void writeQwenWindow(const ModelConfig& c, Json& json)
{
    json["use_sliding_window"] = c.slidingWindow > 0;
    if (c.slidingWindow == 0)
        return;
    json["sliding_window"] = c.slidingWindow;
    Json types = Json::array();
    for (size_t layer = 0; layer < size_t(c.numHiddenLayers); ++layer)
        types.push_back(c.windowOf(layer) > 0 ? "sliding_attention" : "full_attention");
    json["layer_types"] = types;
    const auto first = std::find(c.windowedLayers.begin(), c.windowedLayers.end(), true);
    json["max_window_layers"] = first - c.windowedLayers.begin(); // for readers older than layer_types
}

} // namespace config_fields

} // namespace aha
