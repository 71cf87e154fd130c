#include "core/config/model_config.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/config/architecture.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <string_view>

namespace aha {

using Json = nlohmann::ordered_json;
using config_fields::invalid;

namespace {

/// `eos_token_id`: a number, a list of numbers, null or nothing.
Result<std::vector<int64_t>> endTokens(const Json& json)
{
    std::vector<int64_t> ids;
    if (!json.contains("eos_token_id") || json["eos_token_id"].is_null())
        return ids;
    const Json& given = json["eos_token_id"];
    for (const Json& id : given.is_array() ? given : Json::array({ given })) {
        if (!id.is_number_integer())
            return invalid("eos_token_id in config.json is " + given.dump() + ", not whole numbers.");
        ids.push_back(id.get<int64_t>());
    }
    return ids;
}

Result<void> readSizes(const Json& json, ModelConfig& c)
{
    const std::pair<const char*, int64_t*> required[] = { { "vocab_size", &c.vocabSize },
        { "hidden_size", &c.hiddenSize }, { "intermediate_size", &c.intermediateSize },
        { "num_hidden_layers", &c.numHiddenLayers }, { "num_attention_heads", &c.numAttentionHeads },
        { "max_position_embeddings", &c.maxPositionEmbeddings } };
    for (const auto& [key, target] : required) {
        if (!json.contains(key))
            return invalid(std::string("config.json has no field ") + key + ".");
        if (Result<void> read = config_fields::integer(json, key, *target); !read)
            return read;
    }
    c.numKeyValueHeads = c.numAttentionHeads;
    c.headDim = c.numAttentionHeads > 0 ? c.hiddenSize / c.numAttentionHeads : 0;
    for (const auto& [key, target] : { std::pair<const char*, int64_t*> { "num_key_value_heads", &c.numKeyValueHeads },
             { "head_dim", &c.headDim }, { "bos_token_id", &c.bosTokenId } })
        if (Result<void> read = config_fields::integer(json, key, *target); !read)
            return read;
    return {};
}

} // namespace

namespace {

int64_t attentionParameters(const ModelConfig& c)
{
    const int64_t d = c.hiddenSize, h = c.numAttentionHeads;
    if (c.latentAttention()) {
        const LatentAttentionConfig& m = c.latent;
        const int64_t queries
            = m.queryRank > 0 ? m.queryRank * (d + 1 + h * m.queryKeyWidth()) : h * m.queryKeyWidth() * d;
        return queries + m.cachedWidth() * d + m.latentWidth + h * m.expandedWidth() * m.latentWidth
            + d * c.attendedWidth();
    }
    return d * c.headDim * (2 * h + 2 * c.numKeyValueHeads)
        + (c.queryKeyValueBias() ? c.headDim * (h + 2 * c.numKeyValueHeads) : 0)
        + (c.queryKeyNorm() ? 2 * c.headDim : 0);
}

int64_t layerParameters(const ModelConfig& c, int64_t layer)
{
    const ExpertConfig& e = c.experts;
    const int64_t d = c.hiddenSize;
    const int64_t mlp = c.hasExperts(layer) ? e.routed * d + 3 * d * (e.routed * e.width + e.sharedWidth())
                                            : 3 * d * c.intermediateSize;
    return attentionParameters(c) + mlp + 2 * d;
}

/// Endings of the names under "architectures".
constexpr std::string_view kClassifier = "ForSequenceClassification", kTokenClassifier = "ForTokenClassification";
constexpr const char* kLanguageModel = "ForCausalLM";

} // namespace

int64_t ModelConfig::parameterCount() const
{
    const int64_t head = labels > 0 ? labels : tieWordEmbeddings ? 0 : vocabSize;
    int64_t count = (vocabSize + head) * hiddenSize + hiddenSize + (classifiesTokens ? labels : 0);
    for (int64_t layer = 0; layer < numHiddenLayers; ++layer)
        count += layerParameters(*this, layer);
    if (predictLayers > 0) // three norms and the projection of both inputs
        count += layerParameters(*this, numHiddenLayers) + 3 * hiddenSize + 2 * hiddenSize * hiddenSize;
    return count;
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
    if (Result<void> own = ruleOf(c.architecture).check ? ruleOf(c.architecture).check(c) : Result<void>(); !own)
        return own;
    if (c.headDim % 2 != 0)
        return invalid("head_dim is " + std::to_string(c.headDim) + "; rotary embeddings need an even number.");
    if (!(c.rotary.theta > 1) || !(c.rotary.theta < 1e12))
        return invalid("rope_theta is " + std::to_string(c.rotary.theta) + "; it must be between 1 and 1e12.");
    if (!(c.rmsNormEps > 0) || !(c.rmsNormEps < 1))
        return invalid("rms_norm_eps is " + std::to_string(c.rmsNormEps) + "; it must be between 0 and 1.");
    for (const int64_t id : c.eosTokenIds)
        if (id < 0 || id >= c.vocabSize)
            return invalid("eos_token_id is " + std::to_string(id) + ", outside the vocabulary of "
                + std::to_string(c.vocabSize) + ".");
    if (c.bosTokenId >= c.vocabSize)
        return invalid("bos_token_id is " + std::to_string(c.bosTokenId) + ", outside the vocabulary of "
            + std::to_string(c.vocabSize) + ".");
    return {};
}

Result<ModelConfig> parseModelConfig(const std::string& text, const std::string& source)
{
    const Json json = jsonDepthWithin(text) ? Json::parse(text, nullptr, /*allow_exceptions=*/false) : Json();
    if (!json.is_object())
        return invalid(source + " is not a JSON object.");
    const auto named = [&source](const Error& error) {
        return Error { error.code, source + ": " + error.message, error.hint };
    };
    const std::string name = json.contains("architectures") && json["architectures"].is_array()
            && !json["architectures"].empty() && json["architectures"][0].is_string()
        ? json["architectures"][0].get<std::string>()
        : "";
    const bool tokens = name.ends_with(kTokenClassifier), classifies = tokens || name.ends_with(kClassifier);
    const std::string_view ending = tokens ? kTokenClassifier : kClassifier;
    const ArchitectureRule* rule
        = findArchitecture(classifies ? name.substr(0, name.size() - ending.size()) + kLanguageModel : name);
    if (!rule)
        return Error { "model_architecture_unknown", source + " names the architecture \"" + name + "\".",
            "This version reads " + knownArchitectures() + "." };
    ModelConfig c;
    c.architecture = rule->architecture;
    c.tieWordEmbeddings = false;
    c.classifiesTokens = tokens;
    if (classifies) {
        c.labels = json.contains("id2label") && json["id2label"].is_object() ? int64_t(json["id2label"].size()) : 2;
        if (Result<void> read = config_fields::integer(json, "num_labels", c.labels); !read)
            return named(read.error());
        if (c.labels < 1 || c.labels > 65536)
            return invalid(source + ": the head has " + std::to_string(c.labels) + " labels; it must have 1 to 65536.");
    }
    if (Result<void> read = readSizes(json, c); !read)
        return named(read.error());
    for (const char* key : { "hidden_act", "hidden_activation" })
        if (Result<void> plain = config_fields::only(json, key, "silu"); !plain)
            return named(plain.error());
    if (Result<void> own = rule->read(json, c); !own)
        return named(own.error());
    Result<RotaryConfig> rotary = readRotaryConfig(json);
    if (!rotary)
        return named(rotary.error());
    c.rotary = *rotary;
    if (json.contains("rms_norm_eps")) {
        if (!json["rms_norm_eps"].is_number())
            return invalid(source + ": rms_norm_eps is not a number.");
        c.rmsNormEps = json["rms_norm_eps"].get<double>();
    }
    if (json.contains("tie_word_embeddings")) {
        if (!json["tie_word_embeddings"].is_boolean())
            return invalid(source + ": tie_word_embeddings is not true or false.");
        c.tieWordEmbeddings = json["tie_word_embeddings"].get<bool>();
    }
    Result<std::vector<int64_t>> ends = endTokens(json);
    if (!ends)
        return named(ends.error());
    c.eosTokenIds = std::move(*ends);
    if (Result<void> valid = validate(c); !valid)
        return named(valid.error());
    return c;
}

Result<ModelConfig> readModelConfig(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "config.json";
    const Result<std::string> text = readFile(path, 1 << 20);
    if (!text)
        return Error { "model_config_missing",
            "The model folder " + folder.string() + " has no readable config.json: " + text.error().message,
            "Point model.path at a folder with config.json and model.safetensors." };
    Result<ModelConfig> config = parseModelConfig(*text, path.string());
    if (!config)
        return config;
    // A chat model may end its turns with another token than its texts; only this file names both.
    const std::filesystem::path generation = folder / "generation_config.json";
    if (const Result<std::string> more = readFile(generation, 1 << 20)) {
        const Json json = jsonDepthWithin(*more) ? Json::parse(*more, nullptr, /*allow_exceptions=*/false) : Json();
        if (!json.is_object())
            return invalid(generation.string() + " is not a JSON object.");
        const Result<std::vector<int64_t>> ends = endTokens(json);
        if (!ends)
            return Error { ends.error().code, generation.string() + ": " + ends.error().message, ends.error().hint };
        if (!ends->empty())
            config->eosTokenIds = *ends;
        if (Result<void> valid = validate(*config); !valid)
            return Error { valid.error().code, generation.string() + ": " + valid.error().message, valid.error().hint };
    }
    return config;
}

std::string modelConfigJson(const ModelConfig& c)
{
    const ArchitectureRule& rule = ruleOf(c.architecture);
    Json json;
    std::string name = rule.name;
    if (c.labels > 0)
        name = name.substr(0, name.size() - std::strlen(kLanguageModel))
            + std::string(c.classifiesTokens ? kTokenClassifier : kClassifier);
    json["architectures"] = Json::array({ name });
    json["model_type"] = rule.modelType;
    json["vocab_size"] = c.vocabSize;
    json["hidden_size"] = c.hiddenSize;
    json["intermediate_size"] = c.intermediateSize;
    json["num_hidden_layers"] = c.numHiddenLayers;
    json["num_attention_heads"] = c.numAttentionHeads;
    json["num_key_value_heads"] = c.numKeyValueHeads;
    json["head_dim"] = c.headDim;
    json["max_position_embeddings"] = c.maxPositionEmbeddings;
    writeRotaryConfig(c.rotary, json);
    json["rms_norm_eps"] = c.rmsNormEps;
    json["tie_word_embeddings"] = c.tieWordEmbeddings;
    if (c.labels > 0) // transformers keeps the number of labels as this table
        for (int64_t label = 0; label < c.labels; ++label)
            json["id2label"][std::to_string(label)] = "LABEL_" + std::to_string(label);
    json["hidden_act"] = "silu";
    rule.write(c, json);
    json["torch_dtype"] = "float32";
    if (c.bosTokenId >= 0)
        json["bos_token_id"] = c.bosTokenId;
    if (c.eosTokenIds.size() == 1)
        json["eos_token_id"] = c.eosTokenIds[0];
    else if (!c.eosTokenIds.empty())
        json["eos_token_id"] = c.eosTokenIds;
    return json.dump(2) + "\n";
}

} // namespace aha
