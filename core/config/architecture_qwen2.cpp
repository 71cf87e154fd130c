// Qwen2 and Qwen2.5 (Yang et al. 2024), R1-Distill-Qwen: biases on query, key and value.

#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {
Result<void> read(const Json& json, ModelConfig& c) { return config_fields::readQwenWindow(json, c); }
void write(const ModelConfig& c, Json& json) { config_fields::writeQwenWindow(c, json); }
} // namespace

const ArchitectureRule kQwen2 { Architecture::Qwen2, "Qwen2ForCausalLM", "qwen2", read, write };

} // namespace aha
