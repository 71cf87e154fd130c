#pragma once
// What sets one architecture apart from the others: the fields of its config.json.

#include "core/config/model_config.h"

#include <nlohmann/json_fwd.hpp>

namespace aha {

/// One row for each `architectures` entry that is known.
struct ArchitectureRule {
    Architecture architecture;
    const char* name; ///< in `architectures`
    const char* modelType;
    /// Defaults and fields of its own, before the shared ones are checked. Fields that change the arithmetic and are
    /// not computed here are refused by name.
    Result<void> (*read)(const nlohmann::ordered_json& json, ModelConfig& config);
    void (*write)(const ModelConfig& config, nlohmann::ordered_json& json);
    /// Rules of its own fields, part of validate(); null when there are none.
    Result<void> (*check)(const ModelConfig& config) = nullptr;
};

extern const ArchitectureRule kLlama, kMistral, kQwen2, kQwen3, kDeepSeekV3;

/// nullptr for a name that is not known.
const ArchitectureRule* findArchitecture(const std::string& name);
const ArchitectureRule& ruleOf(Architecture architecture);
/// "LlamaForCausalLM, MistralForCausalLM, …" for messages.
std::string knownArchitectures();

namespace config_fields {
Error invalid(const std::string& message);
/// A whole number of `json`; absent and null leave `out`.
Result<void> integer(const nlohmann::ordered_json& json, const char* key, int64_t& out);
/// A number, and true or false, in the same way.
Result<void> number(const nlohmann::ordered_json& json, const char* key, double& out);
Result<void> boolean(const nlohmann::ordered_json& json, const char* key, bool& out);
/// model_architecture_unknown when the field is there and neither null nor `allowed`.
Result<void> only(const nlohmann::ordered_json& json, const char* key, const nlohmann::ordered_json& allowed);
/// `sliding_window` when `use_sliding_window`, on the layers from `max_window_layers` on, or where `layer_types` says
/// so: Qwen2 and Qwen3.
Result<void> readQwenWindow(const nlohmann::ordered_json& json, ModelConfig& config);
void writeQwenWindow(const ModelConfig& config, nlohmann::ordered_json& json);
} // namespace config_fields

} // namespace aha
