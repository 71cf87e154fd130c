#include "core/weights/gguf_config.h"

#include "core/weights/gguf_names.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

struct Architecture {
    const char *gguf, *huggingFace, *modelType;
};
constexpr Architecture kArchitectures[]
    = { { "llama", "LlamaForCausalLM", "llama" }, { "llama", "MistralForCausalLM", "mistral" },
          { "qwen2", "Qwen2ForCausalLM", "qwen2" }, { "qwen3", "Qwen3ForCausalLM", "qwen3" } };

[[noreturn]] void fail(const std::string& message)
{
    throw Failure({ "gguf_config", message, "This model needs a version that computes it." });
}

/// A float32 that stands for a decimal number: 9.999999747378752e-06 in the file was 1e-05 in config.json.
double decimal(double value)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, float(value)).ptr;
    double read = value;
    std::from_chars(text, end, read);
    return read;
}

// ---- from GGUF ----------------------------------------------------------------------------------------------------

/// Looks keys of one architecture up.
class Keys {
public:
    Keys(const GgufFile& file, const std::string& architecture)
        : m_file(file)
        , m_prefix(architecture + ".")
    {
    }

    const GgufValue* find(const std::string& key) const { return m_file.find(m_prefix + key); }

    int64_t size(const std::string& key) const
    {
        const GgufValue* value = find(key);
        if (!value)
            fail("The GGUF file has no " + m_prefix + key + ".");
        const std::optional<int64_t> number = value->integer();
        if (!number || *number < 1 || *number > (int64_t(1) << 31))
            fail("The GGUF file's " + m_prefix + key + " is not a whole number between 1 and 2147483648.");
        return *number;
    }
    int64_t size(const std::string& key, int64_t otherwise) const { return find(key) ? size(key) : otherwise; }

    double number(const std::string& key, double otherwise) const
    {
        const GgufValue* value = find(key);
        if (!value)
            return otherwise;
        const std::optional<double> number = value->number();
        if (!number || !std::isfinite(*number))
            fail("The GGUF file's " + m_prefix + key + " is not a number.");
        return value->type == GgufType::F32 ? decimal(*number) : *number;
    }

private:
    const GgufFile& m_file;
    std::string m_prefix;
};

const GgufTensor* tensorOf(const GgufFile& file, std::string_view name)
{
    const auto found = std::find_if(
        file.tensors.begin(), file.tensors.end(), [&](const GgufTensor& tensor) { return tensor.name == name; });
    return found == file.tensors.end() ? nullptr : &*found;
}

Json llama3Scaling(std::span<const float> factors, double theta, int64_t headDim)
{
    if (int64_t(factors.size()) != headDim / 2)
        fail("rope_freqs.weight has " + std::to_string(factors.size()) + " factors; a head needs "
            + std::to_string(headDim / 2) + ".");
    // The factor of the longest waves is the scaling factor; Meta's models share the other parameters.
    const double factor = decimal(*std::max_element(factors.begin(), factors.end()));
    for (const double context : { 8192.0, 4096.0, 16384.0, 32768.0 }) {
        const std::vector<float> made = llama3RopeFactors(theta, headDim, factor, 1, 4, context);
        if (std::equal(made.begin(), made.end(), factors.begin(),
                [](float a, float b) { return std::abs(a - b) <= 1e-4f * std::abs(b); }))
            return { { "rope_type", "llama3" }, { "factor", factor }, { "low_freq_factor", 1.0 },
                { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", int64_t(context) } };
    }
    fail("rope_freqs.weight holds factors that no llama3 scaling with low_freq_factor 1 and high_freq_factor 4 gives.");
}

Json ropeScaling(const Keys& keys)
{
    const GgufValue* type = keys.find("rope.scaling.type");
    const std::string* name = type ? type->string() : nullptr;
    if (type && !name)
        fail("The GGUF file's rope.scaling.type is not text.");
    if (!name || *name == "none")
        return nullptr;
    if (*name != "linear" && *name != "yarn")
        fail("The GGUF file asks for the rotary scaling \"" + *name + "\", which is not known.");
    Json json { { "rope_type", *name }, { "factor", keys.number("rope.scaling.factor", 1) } };
    if (*name == "yarn") {
        if (keys.find("rope.scaling.original_context_length"))
            json["original_max_position_embeddings"] = keys.size("rope.scaling.original_context_length");
        for (const auto& [key, field] : { std::pair("rope.scaling.yarn_beta_fast", "beta_fast"),
                 std::pair("rope.scaling.yarn_beta_slow", "beta_slow"),
                 std::pair("rope.scaling.attn_factor", "attention_factor") })
            if (keys.find(key))
                json[field] = keys.number(key, 0);
    }
    return json;
}

Json configOf(const GgufFile& file, std::span<const float> ropeFactors)
{
    const GgufValue* named = file.find("general.architecture");
    const std::string architecture = named && named->string() ? *named->string() : "";
    if (!isKnownGgufArchitecture(architecture))
        throw Failure({ "gguf_architecture", "The GGUF file has the architecture \"" + architecture + "\".",
            "Known are llama (Llama, Mistral, SmolLM), qwen2 and qwen3." });
    const Keys keys(file, architecture);
    if (keys.find("expert_count") && keys.number("expert_count", 0) > 0)
        fail("The GGUF file is a mixture of experts (" + architecture + ".expert_count), which is not known.");
    const bool window = architecture == "llama" && keys.find("attention.sliding_window");
    const Architecture& entry
        = *std::find_if(std::begin(kArchitectures), std::end(kArchitectures), [&](const Architecture& a) {
              return architecture == a.gguf && (!window || std::string(a.modelType) == "mistral");
          });

    const int64_t width = keys.size("embedding_length"), heads = keys.size("attention.head_count"),
                  headDim = keys.size("attention.key_length", std::max<int64_t>(width / heads, 1));
    const GgufTensor* embedding = tensorOf(file, "token_embd.weight");
    if (!embedding || embedding->shape.size() != 2)
        fail("The GGUF file has no token_embd.weight with two dimensions.");
    if (keys.size("attention.value_length", headDim) != headDim)
        fail("attention.value_length differs from attention.key_length, which is not known.");
    if (keys.size("rope.dimension_count", headDim) != headDim)
        fail("rope.dimension_count is " + std::to_string(keys.size("rope.dimension_count")) + ", but a head has "
            + std::to_string(headDim) + "; rotating a part of a head is not known.");
    if (headDim % 2 != 0)
        fail("A head has " + std::to_string(headDim) + " dimensions; rotary embeddings need an even number.");

    const double theta = keys.number("rope.freq_base", 10000);
    Json json;
    json["architectures"] = Json::array({ entry.huggingFace });
    json["model_type"] = entry.modelType;
    json["vocab_size"] = embedding->shape[0]; // may exceed the tokens: some models pad it
    json["hidden_size"] = width;
    json["intermediate_size"] = keys.size("feed_forward_length");
    json["num_hidden_layers"] = keys.size("block_count");
    json["num_attention_heads"] = heads;
    json["num_key_value_heads"] = keys.size("attention.head_count_kv", heads);
    json["head_dim"] = headDim;
    json["max_position_embeddings"] = keys.size("context_length");
    json["rope_theta"] = theta;
    Json scaling = ropeFactors.empty() ? ropeScaling(keys) : llama3Scaling(ropeFactors, theta, headDim);
    if (!scaling.is_null())
        json["rope_scaling"] = std::move(scaling);
    json["rms_norm_eps"] = keys.number("attention.layer_norm_rms_epsilon", 1e-5);
    json["tie_word_embeddings"] = tensorOf(file, "output.weight") == nullptr;
    json["hidden_act"] = "silu";
    if (architecture == "llama") {
        json["attention_bias"] = tensorOf(file, "blk.0.attn_q.bias") != nullptr;
        json["mlp_bias"] = tensorOf(file, "blk.0.ffn_gate.bias") != nullptr;
    } else if (architecture == "qwen3") {
        json["attention_bias"] = tensorOf(file, "blk.0.attn_q.bias") != nullptr;
    }
    if (window)
        json["sliding_window"] = keys.size("attention.sliding_window");
    json["torch_dtype"] = "float32";
    for (const char* which : { "bos", "eos" }) {
        const GgufValue* id = file.find(std::string("tokenizer.ggml.") + which + "_token_id");
        if (id && id->integer() && *id->integer() >= 0 && *id->integer() < embedding->shape[0])
            json[std::string(which) + "_token_id"] = *id->integer();
    }
    return json;
}

// ---- to GGUF ------------------------------------------------------------------------------------------------------

int64_t sizeOf(const Json& json, const char* key, int64_t otherwise = 0)
{
    const auto found = json.find(key);
    if ((found == json.end() || found->is_null()) && otherwise > 0)
        return otherwise;
    if (found == json.end() || !found->is_number_integer() || found->get<int64_t>() < 1
        || found->get<int64_t>() > INT32_MAX)
        fail(std::string("config.json has no usable ") + key + ".");
    return found->get<int64_t>();
}

double numberOf(const Json& json, const char* key, double otherwise)
{
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return otherwise;
    if (!found->is_number())
        fail(std::string(key) + " in config.json is not a number.");
    return found->get<double>();
}

GgufModelConfig metadataOf(const Json& json)
{
    std::string name;
    if (json.is_object() && json.contains("architectures") && json["architectures"].is_array()
        && !json["architectures"].empty() && json["architectures"][0].is_string())
        name = json["architectures"][0].get<std::string>();
    const auto entry = std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
        [&](const Architecture& a) { return name == a.huggingFace; });
    if (entry == std::end(kArchitectures))
        throw Failure({ "gguf_architecture", "The architecture \"" + name + "\" cannot be written as GGUF.",
            "Known are LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM and Qwen3ForCausalLM." });
    if (json.contains("use_sliding_window") && json["use_sliding_window"] == true)
        fail("config.json sets use_sliding_window, which GGUF's " + std::string(entry->gguf) + " does not have.");

    GgufModelConfig out;
    out.architecture = entry->gguf;
    out.heads = sizeOf(json, "num_attention_heads");
    out.keyValueHeads = sizeOf(json, "num_key_value_heads", out.heads);
    const int64_t width = sizeOf(json, "hidden_size");
    out.headDim = sizeOf(json, "head_dim", std::max<int64_t>(width / out.heads, 1));
    if (out.headDim % 2 != 0)
        fail("head_dim is " + std::to_string(out.headDim) + "; rotary embeddings need an even number.");
    out.metadata.emplace_back("general.architecture", GgufValue::text(out.architecture));
    const auto put = [&](const char* key, GgufValue value) {
        out.metadata.emplace_back(out.architecture + "." + key, std::move(value));
    };
    const auto size = [&](const char* key, int64_t value) { put(key, GgufValue::u32(uint32_t(value))); };
    size("block_count", sizeOf(json, "num_hidden_layers"));
    size("context_length", sizeOf(json, "max_position_embeddings"));
    size("embedding_length", width);
    size("feed_forward_length", sizeOf(json, "intermediate_size"));
    size("attention.head_count", out.heads);
    size("attention.head_count_kv", out.keyValueHeads);
    size("attention.key_length", out.headDim);
    size("attention.value_length", out.headDim);
    size("rope.dimension_count", out.headDim);
    size("vocab_size", sizeOf(json, "vocab_size"));
    put("attention.layer_norm_rms_epsilon", GgufValue::f32(float(numberOf(json, "rms_norm_eps", 1e-6))));
    if (std::string(entry->modelType) == "mistral" && json.contains("sliding_window")
        && !json["sliding_window"].is_null())
        size("attention.sliding_window", sizeOf(json, "sliding_window"));

    // transformers 5 keeps theta and scaling together in rope_parameters.
    const Json none = Json::object();
    const auto object = [&](const char* key) -> const Json& {
        return json.contains(key) && json[key].is_object() ? json[key] : none;
    };
    const Json &parameters = object("rope_parameters"),
               &scaling = parameters.empty() ? object("rope_scaling") : parameters;
    const double theta = numberOf(parameters, "rope_theta", numberOf(json, "rope_theta", 10000));
    put("rope.freq_base", GgufValue::f32(float(theta)));
    std::string type = "default";
    for (const char* key : { "type", "rope_type" })
        if (scaling.contains(key) && scaling[key].is_string())
            type = scaling[key].get<std::string>();
    const double factor = numberOf(scaling, "factor", 1);
    const double original = numberOf(scaling, "original_max_position_embeddings", 0);
    if (type == "llama3") {
        if (!(factor >= 1) || !(original >= 1))
            fail("rope_scaling llama3 in config.json needs factor and original_max_position_embeddings.");
        out.ropeFactors = llama3RopeFactors(theta, out.headDim, factor, numberOf(scaling, "low_freq_factor", 1),
            numberOf(scaling, "high_freq_factor", 4), original);
    } else if (type == "linear" || type == "yarn") {
        put("rope.scaling.type", GgufValue::text(type));
        put("rope.scaling.factor", GgufValue::f32(float(factor)));
        if (type == "yarn" && original >= 1)
            size("rope.scaling.original_context_length", int64_t(original));
        for (const auto& [field, key] : { std::pair("beta_fast", "rope.scaling.yarn_beta_fast"),
                 std::pair("beta_slow", "rope.scaling.yarn_beta_slow"),
                 std::pair("attention_factor", "rope.scaling.attn_factor") })
            if (type == "yarn" && scaling.contains(field) && !scaling[field].is_null())
                put(key, GgufValue::f32(float(numberOf(scaling, field, 0))));
    } else if (type != "default") {
        fail("The rotary scaling \"" + type + "\" of config.json cannot be written as GGUF.");
    }
    return out;
}

} // namespace

std::vector<float> llama3RopeFactors(
    double theta, int64_t headDim, double factor, double lowFactor, double highFactor, double originalContext)
{
    std::vector<float> factors;
    for (int64_t i = 0; i < headDim; i += 2) {
        const double wave = 2 * std::numbers::pi * std::pow(theta, double(i) / double(headDim));
        if (wave < originalContext / highFactor) {
            factors.push_back(1);
        } else if (wave > originalContext / lowFactor) {
            factors.push_back(float(factor));
        } else {
            const double smooth = (originalContext / wave - lowFactor) / (highFactor - lowFactor);
            factors.push_back(float(1 / ((1 - smooth) / factor + smooth)));
        }
    }
    return factors;
}

Result<Json> huggingFaceConfig(const GgufFile& file, std::span<const float> ropeFactors)
{
    try {
        return configOf(file, ropeFactors);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

Result<GgufModelConfig> ggufModelConfig(const Json& config)
{
    try {
        return metadataOf(config);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
