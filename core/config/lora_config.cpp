#include "core/config/lora_config.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Error invalid(const std::string& message) { return { "lora_config_invalid", message, "Correct adapter_config.json." }; }

/// Every name that a target can have, in the order in which a file lists them.
std::vector<std::string> knownTargets()
{
    std::vector<std::string> names(std::begin(kLoraTargets), std::end(kLoraTargets));
    names.insert(names.end(), std::begin(kLatentLoraTargets), std::end(kLatentLoraTargets));
    return names;
}

/// Fields of PEFT that change what is computed: anything but these values is refused by name.
Result<void> refuseUnread(const Json& json)
{
    const std::pair<const char*, Json> plain[] = { { "bias", "none" }, { "use_dora", false }, { "use_qalora", false },
        { "lora_bias", false }, { "fan_in_fan_out", false }, { "rank_pattern", Json::object() },
        { "alpha_pattern", Json::object() }, { "modules_to_save", Json::array() }, { "layers_to_transform", nullptr },
        { "layers_pattern", nullptr }, { "layer_replication", nullptr }, { "exclude_modules", nullptr },
        { "target_parameters", Json::array() }, { "trainable_token_indices", nullptr }, { "arrow_config", nullptr },
        { "alora_invocation_tokens", nullptr } };
    for (const auto& [key, value] : plain)
        if (json.contains(key) && !json[key].is_null() && json[key] != value)
            return Error { "lora_unsupported",
                std::string("The adapter asks for ") + key + " " + json[key].dump().substr(0, 200) + ".",
                "Here an adapter is A and B on whole matrices of all layers. Merge it with PEFT and load the merged "
                "model." };
    return {};
}

} // namespace

double LoraConfig::scale() const { return rankStabilized ? alpha / std::sqrt(double(rank)) : alpha / double(rank); }

bool LoraConfig::adapts(const std::string& target) const
{
    return std::find(targets.begin(), targets.end(), target) != targets.end();
}

Result<void> validate(const LoraConfig& c)
{
    if (c.rank < 1 || c.rank > 4096)
        return invalid("The rank of the adapter is " + std::to_string(c.rank) + "; it must be between 1 and 4096.");
    if (!(c.alpha > 0) || !(c.alpha < 1e6))
        return invalid("lora_alpha is " + std::to_string(c.alpha) + "; it must be positive.");
    if (!(c.dropout >= 0) || !(c.dropout < 1))
        return invalid("lora_dropout is " + std::to_string(c.dropout) + "; it must be from 0 to below 1.");
    if (c.targets.empty())
        return invalid("The adapter names no target modules.");
    const std::vector<std::string> known = knownTargets();
    for (const std::string& target : c.targets)
        if (std::find(known.begin(), known.end(), target) == known.end())
            return Error { "lora_unsupported", "The adapter's target module \"" + target + "\" is not known.",
                "Known are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj; in DeepSeek-V3 q_proj, "
                "q_a_proj, q_b_proj, kv_a_proj_with_mqa, kv_b_proj and o_proj." };
    return {};
}

Result<LoraConfig> parseLoraConfig(const std::string& text)
{
    const Json json = jsonDepthWithin(text) ? Json::parse(text, nullptr, /*allow_exceptions=*/false) : Json();
    if (!json.is_object())
        return invalid("adapter_config.json is not a JSON object.");
    if (!json.contains("peft_type") || json["peft_type"] != "LORA")
        return Error { "lora_unsupported",
            "The adapter is of the kind " + (json.contains("peft_type") ? json["peft_type"].dump() : "unknown") + ".",
            "Only LORA adapters can be read." };
    if (Result<void> plain = refuseUnread(json); !plain)
        return plain.error();
    LoraConfig c;
    if (!json.contains("r") || !json["r"].is_number_integer())
        return invalid("adapter_config.json has no whole number r.");
    c.rank = json["r"].get<int64_t>();
    for (const auto& [key, target] :
        { std::pair<const char*, double*> { "lora_alpha", &c.alpha }, { "lora_dropout", &c.dropout } }) {
        if (!json.contains(key))
            continue;
        if (!json[key].is_number())
            return invalid(std::string(key) + " is " + json[key].dump() + ", not a number.");
        *target = json[key].get<double>();
    }
    if (json.contains("use_rslora") && !json["use_rslora"].is_null() && !json["use_rslora"].is_boolean())
        return invalid("use_rslora is not true or false.");
    c.rankStabilized = json.value("use_rslora", Json()) == true;
    if (json.contains("base_model_name_or_path") && json["base_model_name_or_path"].is_string())
        c.baseModel = json["base_model_name_or_path"].get<std::string>();
    const Json targets = json.value("target_modules", Json());
    if (targets.is_array()) {
        std::vector<std::string> named;
        for (const Json& target : targets) {
            if (!target.is_string())
                return invalid("target_modules holds " + target.dump() + ", not a name.");
            named.push_back(target.get<std::string>());
        }
        c.targets = std::move(named);
    } else if (targets != "all-linear") {
        return Error { "lora_unsupported", "target_modules is " + targets.dump() + ".",
            "Write the modules as a list of names." };
    }
    if (Result<void> valid = validate(c); !valid)
        return valid.error();
    std::vector<std::string> ordered; // the file's order means nothing
    for (const std::string& target : knownTargets())
        if (c.adapts(target))
            ordered.push_back(target);
    c.targets = std::move(ordered);
    return c;
}

std::string loraConfigJson(const LoraConfig& c)
{
    Json json;
    json["peft_type"] = "LORA";
    json["task_type"] = "CAUSAL_LM";
    json["base_model_name_or_path"] = c.baseModel;
    json["r"] = c.rank;
    json["lora_alpha"] = c.alpha;
    json["lora_dropout"] = c.dropout;
    json["use_rslora"] = c.rankStabilized;
    json["target_modules"] = c.targets;
    json["bias"] = "none";
    json["fan_in_fan_out"] = false;
    json["inference_mode"] = true;
    return json.dump(2) + "\n";
}

std::vector<LoraTarget> loraTargets(const ModelConfig& m)
{
    const int64_t d = m.hiddenSize, f = m.intermediateSize, attended = m.attendedWidth();
    if (m.latentAttention()) {
        const LatentAttentionConfig& l = m.latent;
        const int64_t queries = m.numAttentionHeads * l.queryKeyWidth();
        std::vector<LoraTarget> all;
        if (l.queryRank > 0)
            all = { { "q_a_proj", "self_attn", d, l.queryRank }, { "q_b_proj", "self_attn", l.queryRank, queries } };
        else
            all = { { "q_proj", "self_attn", d, queries } };
        all.push_back({ "kv_a_proj_with_mqa", "self_attn", d, l.cachedWidth() });
        all.push_back({ "kv_b_proj", "self_attn", l.latentWidth, m.numAttentionHeads * l.expandedWidth() });
        all.push_back({ "o_proj", "self_attn", attended, d });
        return all;
    }
    const int64_t keys = m.numKeyValueHeads * m.headDim;
    return { { "q_proj", "self_attn", d, attended }, { "k_proj", "self_attn", d, keys },
        { "v_proj", "self_attn", d, keys }, { "o_proj", "self_attn", attended, d }, { "gate_proj", "mlp", d, f },
        { "up_proj", "mlp", d, f }, { "down_proj", "mlp", f, d } };
}

LoraConfig loraConfig(const RunConfig& run, const ModelConfig& model)
{
    const AdapterConfig& a = run.adapter;
    LoraConfig c;
    c.rank = a.rank;
    c.alpha = a.alpha;
    c.dropout = a.dropout;
    c.rankStabilized = a.rankStabilized;
    c.baseModel = run.model.path;
    const std::string block = a.targets == "attention" ? "self_attn" : a.targets == "mlp" ? "mlp" : "";
    c.targets.clear();
    if (a.targets == "query_value" && model.latentAttention())
        c.targets = { model.latent.queryRank > 0 ? "q_b_proj" : "q_proj", "kv_b_proj" };
    else if (a.targets == "query_value")
        c.targets = { "q_proj", "v_proj" };
    else
        for (const LoraTarget& target : loraTargets(model))
            if (block.empty() || block == target.block)
                c.targets.push_back(target.name);
    if (c.targets.empty()) // refused by checkTargets()
        c.targets = { "gate_proj", "up_proj", "down_proj" };
    return c;
}

Result<void> checkTargets(const LoraConfig& config, const ModelConfig& model)
{
    const std::vector<LoraTarget> has = loraTargets(model);
    std::string names;
    for (const LoraTarget& target : has)
        names += std::string(names.empty() ? "" : ", ") + target.name;
    for (const std::string& wanted : config.targets)
        if (std::none_of(has.begin(), has.end(), [&](const LoraTarget& target) { return target.name == wanted; }))
            return Error { "lora_unsupported",
                model.latentAttention() && (wanted == "gate_proj" || wanted == "up_proj" || wanted == "down_proj")
                    ? "The adapter adapts " + wanted + ", which in this model belongs to the experts."
                    : "The adapter adapts " + wanted + ", which this model does not have.",
                "Here an adapter can adapt " + names + "." };
    return {};
}

int64_t parameterCount(const LoraConfig& config, const ModelConfig& model)
{
    int64_t sum = 0;
    for (const LoraTarget& target : loraTargets(model))
        sum += config.adapts(target.name) ? target.inputs + target.outputs : 0;
    return model.numHiddenLayers * config.rank * sum;
}

} // namespace aha
