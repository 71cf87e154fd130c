// Llama 2 and 3.x (Touvron et al. 2023, Dubey et al. 2024), and what shares its form: SmolLM2, R1-Distill-Llama.

#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Result<void> read(const Json& json, ModelConfig&)
{
    for (const char* key : { "attention_bias", "mlp_bias" })
        if (Result<void> plain = config_fields::only(json, key, false); !plain)
            return plain;
    return config_fields::only(json, "sliding_window", nullptr);
}

void write(const ModelConfig&, Json& json)
{
    json["attention_bias"] = false;
    json["mlp_bias"] = false;
}

} // namespace

const ArchitectureRule kLlama { Architecture::Llama, "LlamaForCausalLM", "llama", read, write };

} // namespace aha
