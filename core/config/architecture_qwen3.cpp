// Qwen3, dense (Yang et al. 2025): an RMSNorm over every query and key head before the rotation, no biases.

#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Result<void> read(const Json& json, ModelConfig& c)
{
    if (Result<void> plain = config_fields::only(json, "attention_bias", false); !plain)
        return plain;
    if (!json.contains("head_dim"))
        c.headDim = 128; // not hidden_size / heads, unlike the others
    return config_fields::readQwenWindow(json, c);
}

void write(const ModelConfig& c, Json& json)
{
    json["attention_bias"] = false;
    config_fields::writeQwenWindow(c, json);
}

} // namespace

const ArchitectureRule kQwen3 { Architecture::Qwen3, "Qwen3ForCausalLM", "qwen3", read, write };

} // namespace aha
