#include "core/config/model_config.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kArchitecture = "LlamaForCausalLM";

Error invalid(const std::string& message) { return { "model_config_invalid", message, "Correct config.json." }; }

/// A setting that changes the arithmetic and that this version does not compute must not be passed over in silence.
Result<void> refuseUnread(const Json& json, const std::filesystem::path& path)
{
    const auto refuse = [&](const std::string& what) {
        return Error { "model_architecture_unknown",
            path.string() + " asks for " + what + ", which this version does not compute.",
            std::string("This version reads ") + kArchitecture + " with plain rotary embeddings, SiLU and no biases." };
    };
    for (const char* key : { "attention_bias", "mlp_bias" })
        if (json.contains(key) && json[key] != false && !json[key].is_null())
            return refuse(key);
    for (const char* key : { "hidden_act", "hidden_activation" })
        if (json.contains(key) && json[key] != "silu" && !json[key].is_null())
            return refuse(key + std::string(" ") + json[key].dump());
    if (json.contains("sliding_window") && !json["sliding_window"].is_null())
        return refuse("a sliding window");
    for (const char* key : { "rope_scaling", "rope_parameters" }) {
        if (!json.contains(key) || json[key].is_null())
            continue;
        if (!json[key].is_object())
            return invalid(std::string(key) + " in " + path.string() + " is not an object.");
        for (const char* type : { "rope_type", "type" })
            if (json[key].contains(type) && json[key][type] != "default")
                return refuse("the rotary scaling " + json[key][type].dump());
    }
    return {};
}

} // namespace

int64_t ModelConfig::parameterCount() const
{
    const int64_t attention = hiddenSize * headDim * (2 * numAttentionHeads + 2 * numKeyValueHeads);
    const int64_t mlp = 3 * hiddenSize * intermediateSize;
    const int64_t embeddings = vocabSize * hiddenSize * (tieWordEmbeddings ? 1 : 2);
    return embeddings + numHiddenLayers * (attention + mlp + 2 * hiddenSize) + hiddenSize;
}

Result<void> validate(const ModelConfig& c)
{
    const std::pair<const char*, int64_t> sizes[] = { { "vocab_size", c.vocabSize }, { "hidden_size", c.hiddenSize },
        { "intermediate_size", c.intermediateSize }, { "num_hidden_layers", c.numHiddenLayers },
        { "num_attention_heads", c.numAttentionHeads }, { "num_key_value_heads", c.numKeyValueHeads },
        { "head_dim", c.headDim }, { "max_position_embeddings", c.maxPositionEmbeddings } };
    for (const auto& [name, value] : sizes)
        if (value < 1 || value > (int64_t(1) << 24))
            return invalid(std::string(name) + " is " + std::to_string(value) + "; it must be between 1 and 16777216.");
    if (c.numHiddenLayers > 1024)
        return invalid("num_hidden_layers is " + std::to_string(c.numHiddenLayers) + "; at most 1024 are supported.");
    if (c.numAttentionHeads % c.numKeyValueHeads != 0)
        return invalid("num_attention_heads (" + std::to_string(c.numAttentionHeads)
            + ") is not a multiple of num_key_value_heads (" + std::to_string(c.numKeyValueHeads) + ").");
    if (c.headDim % 2 != 0)
        return invalid("head_dim is " + std::to_string(c.headDim) + "; rotary embeddings need an even number.");
    if (!(c.ropeTheta > 0) || !(c.ropeTheta < 1e12))
        return invalid("rope_theta is " + std::to_string(c.ropeTheta) + "; it must be a positive number.");
    if (!(c.rmsNormEps > 0) || !(c.rmsNormEps < 1))
        return invalid("rms_norm_eps is " + std::to_string(c.rmsNormEps) + "; it must be between 0 and 1.");
    if (c.eosTokenId < 0 || c.eosTokenId >= c.vocabSize)
        return invalid("eos_token_id is " + std::to_string(c.eosTokenId) + ", outside the vocabulary of "
            + std::to_string(c.vocabSize) + ".");
    if (c.bosTokenId >= c.vocabSize)
        return invalid("bos_token_id is " + std::to_string(c.bosTokenId) + ", outside the vocabulary of "
            + std::to_string(c.vocabSize) + ".");
    return {};
}

Result<ModelConfig> readModelConfig(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "config.json";
    Result<std::string> bytes = readFile(path, 1 << 20);
    if (!bytes)
        return Error { "model_config_missing",
            "The model folder " + folder.string() + " has no readable config.json: " + bytes.error().message,
            "Point model.path at a folder with config.json and model.safetensors." };
    const Json json = jsonDepthWithin(*bytes) ? Json::parse(*bytes, nullptr, /*allow_exceptions=*/false) : Json();
    if (!json.is_object())
        return invalid(path.string() + " is not a JSON object.");
    const std::string architecture = json.contains("architectures") && json["architectures"].is_array()
            && !json["architectures"].empty() && json["architectures"][0].is_string()
        ? json["architectures"][0].get<std::string>()
        : "";
    if (architecture != kArchitecture)
        return Error { "model_architecture_unknown",
            path.string() + " names the architecture \"" + architecture + "\".",
            std::string("This version reads ") + kArchitecture
                + " (RMSNorm, RoPE, grouped-query attention, SwiGLU, no biases)." };
    ModelConfig c;
    const auto integer = [&](const char* key, int64_t& out, bool required) -> Result<void> {
        if (!json.contains(key)) {
            if (required)
                return invalid(path.string() + " has no field " + key + ".");
            return {};
        }
        if (!json[key].is_number_integer())
            return invalid(std::string(key) + " in " + path.string() + " is not a whole number.");
        out = json[key].get<int64_t>();
        return {};
    };
    const std::pair<const char*, int64_t*> required[]
        = { { "vocab_size", &c.vocabSize }, { "hidden_size", &c.hiddenSize },
              { "intermediate_size", &c.intermediateSize }, { "num_hidden_layers", &c.numHiddenLayers },
              { "num_attention_heads", &c.numAttentionHeads }, { "num_key_value_heads", &c.numKeyValueHeads },
              { "max_position_embeddings", &c.maxPositionEmbeddings }, { "eos_token_id", &c.eosTokenId } };
    for (const auto& [key, target] : required)
        if (Result<void> r = integer(key, *target, true); !r)
            return r.error();
    c.headDim = c.numAttentionHeads > 0 ? c.hiddenSize / c.numAttentionHeads : 0;
    for (const auto& [key, target] :
        { std::pair<const char*, int64_t*> { "head_dim", &c.headDim }, { "bos_token_id", &c.bosTokenId } })
        if (Result<void> r = integer(key, *target, false); !r)
            return r.error();
    const auto real = [&](const char* key, double& out) -> Result<void> {
        if (json.contains(key) && !json[key].is_number())
            return invalid(std::string(key) + " in " + path.string() + " is not a number.");
        if (json.contains(key))
            out = json[key].get<double>();
        return {};
    };
    if (Result<void> plain = refuseUnread(json, path); !plain)
        return plain.error();
    if (json.contains("rope_parameters")
        && json["rope_parameters"].contains("rope_theta")) { // transformers 5 writes it there
        if (!json["rope_parameters"]["rope_theta"].is_number())
            return invalid("rope_theta in " + path.string() + " is not a number.");
        c.ropeTheta = json["rope_parameters"]["rope_theta"].get<double>();
    }
    for (const auto& [key, target] :
        { std::pair<const char*, double*> { "rope_theta", &c.ropeTheta }, { "rms_norm_eps", &c.rmsNormEps } })
        if (Result<void> r = real(key, *target); !r)
            return r.error();
    if (json.contains("tie_word_embeddings")) {
        if (!json["tie_word_embeddings"].is_boolean())
            return invalid("tie_word_embeddings in " + path.string() + " is not true or false.");
        c.tieWordEmbeddings = json["tie_word_embeddings"].get<bool>();
    }
    if (Result<void> valid = validate(c); !valid)
        return valid.error();
    return c;
}

std::string modelConfigJson(const ModelConfig& c)
{
    Json json;
    json["architectures"] = Json::array({ kArchitecture });
    json["model_type"] = "llama";
    json["vocab_size"] = c.vocabSize;
    json["hidden_size"] = c.hiddenSize;
    json["intermediate_size"] = c.intermediateSize;
    json["num_hidden_layers"] = c.numHiddenLayers;
    json["num_attention_heads"] = c.numAttentionHeads;
    json["num_key_value_heads"] = c.numKeyValueHeads;
    json["head_dim"] = c.headDim;
    json["max_position_embeddings"] = c.maxPositionEmbeddings;
    json["rope_theta"] = c.ropeTheta;
    json["rms_norm_eps"] = c.rmsNormEps;
    json["tie_word_embeddings"] = c.tieWordEmbeddings;
    json["hidden_act"] = "silu";
    json["torch_dtype"] = "float32";
    json["bos_token_id"] = c.bosTokenId;
    json["eos_token_id"] = c.eosTokenId;
    return json.dump(2) + "\n";
}

} // namespace aha
