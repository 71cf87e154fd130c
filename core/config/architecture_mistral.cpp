// Mistral 7B (Jiang et al. 2023): Llama whose tokens see a window of the last ones.

#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Result<void> read(const Json& json, ModelConfig& c)
{
    if (!json.contains("sliding_window"))
        c.slidingWindow = 4096; // what transformers takes when the field is missing
    if (Result<void> window = config_fields::integer(json, "sliding_window", c.slidingWindow); !window)
        return window;
    if (c.slidingWindow < 0)
        return config_fields::invalid(
            "sliding_window is " + std::to_string(c.slidingWindow) + "; it must be at least 1, or null for none.");
    return config_fields::only(json, "layer_types", nullptr);
}

void write(const ModelConfig& c, Json& json)
{
    json["sliding_window"] = c.slidingWindow > 0 ? Json(c.slidingWindow) : Json(nullptr);
}

} // namespace

const ArchitectureRule kMistral { Architecture::Mistral, "MistralForCausalLM", "mistral", read, write };

} // namespace aha
