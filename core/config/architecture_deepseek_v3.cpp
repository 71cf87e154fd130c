// DeepSeek-V3 and R1 (DeepSeek-AI 2024, arXiv 2412.19437): latent attention, mixture of experts, multi-token
// prediction.

#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;
using config_fields::invalid;

namespace {

/// Fields that other models of the family set otherwise, and that would change the arithmetic.
Result<void> refuseOthers(const Json& json)
{
    const std::pair<const char*, Json> computed[]
        = { { "attention_bias", false }, { "topk_method", "noaux_tc" }, { "scoring_func", "sigmoid" },
              { "moe_layer_freq", 1 }, { "quantization_config", nullptr }, { "sliding_window", nullptr } };
    for (const auto& [key, value] : computed)
        if (Result<void> plain = config_fields::only(json, key, value); !plain)
            return plain;
    return {};
}

Result<void> read(const Json& json, ModelConfig& c)
{
    if (Result<void> others = refuseOthers(json); !others)
        return others;
    LatentAttentionConfig& m = c.latent;
    ExpertConfig& e = c.experts;
    if (!json.contains("q_lora_rank")) // null says "none", so a missing field must not
        return invalid("config.json has no field q_lora_rank.");
    const std::pair<const char*, int64_t*> required[] = { { "kv_lora_rank", &m.latentWidth },
        { "qk_nope_head_dim", &m.plainWidth }, { "qk_rope_head_dim", &m.rotaryWidth }, { "v_head_dim", &m.valueWidth },
        { "n_routed_experts", &e.routed }, { "num_experts_per_tok", &e.chosen }, { "moe_intermediate_size", &e.width },
        { "n_group", &e.groups }, { "topk_group", &e.chosenGroups }, { "first_k_dense_replace", &e.firstLayer } };
    for (const auto& [key, target] : required)
        if (!json.contains(key) || json[key].is_null())
            return invalid(std::string("config.json has no field ") + key + ".");
        else if (Result<void> read = config_fields::integer(json, key, *target); !read)
            return read;
    int64_t declaredWidth = m.queryKeyWidth();
    for (const auto& [key, target] :
        { std::pair<const char*, int64_t*> { "q_lora_rank", &m.queryRank }, { "n_shared_experts", &e.shared },
            { "num_nextn_predict_layers", &c.predictLayers }, { "qk_head_dim", &declaredWidth } })
        if (Result<void> read = config_fields::integer(json, key, *target); !read)
            return read;
    if (declaredWidth != m.queryKeyWidth())
        return invalid("qk_head_dim is " + std::to_string(declaredWidth) + ", but qk_nope_head_dim and qk_rope_head_dim"
            + " make " + std::to_string(m.queryKeyWidth()) + ".");
    if (json.contains("q_lora_rank") && !json["q_lora_rank"].is_null() && m.queryRank < 1)
        return invalid("q_lora_rank is " + std::to_string(m.queryRank) + "; it must be at least 1, or null for none.");
    if (Result<void> scaling = config_fields::number(json, "routed_scaling_factor", e.scaling); !scaling)
        return scaling;
    for (const auto& [key, target] :
        { std::pair<const char*, bool*> { "norm_topk_prob", &e.normalise }, { "rope_interleave", &m.neighbourPairs } })
        if (Result<void> read = config_fields::boolean(json, key, *target); !read)
            return read;
    c.headDim = m.rotaryWidth; // transformers writes it there; a file without the field has hidden_size / heads
    return {};
}

void write(const ModelConfig& c, Json& json)
{
    const LatentAttentionConfig& m = c.latent;
    const ExpertConfig& e = c.experts;
    json["attention_bias"] = false;
    json["q_lora_rank"] = m.queryRank > 0 ? Json(m.queryRank) : Json(nullptr);
    json["kv_lora_rank"] = m.latentWidth;
    json["qk_nope_head_dim"] = m.plainWidth;
    json["qk_rope_head_dim"] = m.rotaryWidth;
    json["v_head_dim"] = m.valueWidth;
    json["rope_interleave"] = m.neighbourPairs;
    json["n_routed_experts"] = e.routed;
    json["n_shared_experts"] = e.shared;
    json["num_experts_per_tok"] = e.chosen;
    json["moe_intermediate_size"] = e.width;
    json["first_k_dense_replace"] = e.firstLayer;
    json["n_group"] = e.groups;
    json["topk_group"] = e.chosenGroups;
    json["routed_scaling_factor"] = e.scaling;
    json["norm_topk_prob"] = e.normalise;
    json["topk_method"] = "noaux_tc";
    json["scoring_func"] = "sigmoid";
    json["num_nextn_predict_layers"] = c.predictLayers;
}

Result<void> check(const ModelConfig& c)
{
    const LatentAttentionConfig& m = c.latent;
    const ExpertConfig& e = c.experts;
    constexpr int64_t kLargest = 1 << 20;
    const std::pair<const char*, int64_t> sizes[] = { { "kv_lora_rank", m.latentWidth },
        { "qk_nope_head_dim", m.plainWidth }, { "qk_rope_head_dim", m.rotaryWidth }, { "v_head_dim", m.valueWidth },
        { "n_routed_experts", e.routed }, { "num_experts_per_tok", e.chosen }, { "moe_intermediate_size", e.width },
        { "n_group", e.groups }, { "topk_group", e.chosenGroups } };
    for (const auto& [name, value] : sizes)
        if (value < 1 || value > kLargest)
            return invalid(std::string(name) + " is " + std::to_string(value) + "; it must be between 1 and 1048576.");
    for (const auto& [name, value] : { std::pair<const char*, int64_t> { "q_lora_rank", m.queryRank },
             { "n_shared_experts", e.shared }, { "first_k_dense_replace", e.firstLayer } })
        if (value < 0 || value > kLargest)
            return invalid(std::string(name) + " is " + std::to_string(value) + "; it must be between 0 and 1048576.");
    if (c.numKeyValueHeads != c.numAttentionHeads)
        return invalid("num_key_value_heads is " + std::to_string(c.numKeyValueHeads) + "; latent attention has as many"
            + " as num_attention_heads, " + std::to_string(c.numAttentionHeads) + ".");
    if (c.headDim != m.rotaryWidth || m.rotaryWidth % 2 != 0)
        return invalid(
            "qk_rope_head_dim is " + std::to_string(m.rotaryWidth) + "; rotary embeddings need an even number.");
    if (e.routed % e.groups != 0)
        return invalid("n_routed_experts (" + std::to_string(e.routed) + ") is not a multiple of n_group ("
            + std::to_string(e.groups) + ").");
    if (e.groupSize() < 2) // a group is judged by its two best
        return invalid("n_group is " + std::to_string(e.groups) + ", which leaves groups of "
            + std::to_string(e.groupSize()) + "; a group needs at least 2 experts.");
    if (e.chosenGroups > e.groups || e.chosen > e.chosenGroups * e.groupSize())
        return invalid("num_experts_per_tok (" + std::to_string(e.chosen) + ") and topk_group ("
            + std::to_string(e.chosenGroups) + ") ask for more than " + std::to_string(e.groups) + " groups of "
            + std::to_string(e.groupSize()) + " experts have.");
    if (!(e.scaling > 0) || !std::isfinite(e.scaling))
        return invalid("routed_scaling_factor is " + std::to_string(e.scaling) + "; it must be positive.");
    if (c.predictLayers < 0 || c.predictLayers > 1)
        return Error { "model_architecture_unknown",
            "config.json asks for num_nextn_predict_layers " + std::to_string(c.predictLayers) + ".",
            "This version computes 0 or 1: a prediction of one token more." };
    if (c.rotary.scaling != RotaryConfig::Scaling::None && c.rotary.scaling != RotaryConfig::Scaling::Yarn)
        return Error { "model_architecture_unknown",
            "config.json asks for another rotary scaling than yarn beside latent attention.",
            "This version computes only yarn, or none, there." };
    return {};
}

} // namespace

const ArchitectureRule kDeepSeekV3 { Architecture::DeepSeekV3, "DeepseekV3ForCausalLM", "deepseek_v3", read, write,
    check };

} // namespace aha
