#include "core/config/run_config.h"

#include "core/base/json_depth.h"
#include "core/base/utf8.h"
#include "core/config/held_out.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

/// Levenshtein distance, for "did you mean".
size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t above = row[j];
            row[j] = std::min({ row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1) });
            diagonal = above;
        }
    }
    return row[b.size()];
}

Error unknownField(const std::string& given, std::vector<Field>& known)
{
    constexpr size_t kLongest = 100; // keeps the search for the nearest name cheap
    const std::string name = given.size() <= kLongest ? given : given.substr(0, kLongest) + "…";
    std::string nearest;
    size_t best = SIZE_MAX;
    for (const Field& field : known)
        for (const std::string& candidate : { field.info.path(), field.info.key })
            if (const size_t distance = editDistance(name, candidate); distance < best) {
                best = distance;
                nearest = field.info.path();
            }
    return { "config_unknown", "There is no setting called \"" + validUtf8(name) + "\".",
        "Did you mean " + nearest + "?" };
}

} // namespace

Stage stageOf(const std::string& kind)
{
    if (kind == "sft")
        return Stage::FineTuning;
    if (kind == "distill")
        return Stage::Distillation;
    if (kind == "reward_model")
        return Stage::RewardModel;
    const bool preference = kind == "dpo" || kind == "kto" || kind == "cpo" || kind == "orpo";
    return preference ? Stage::Preference : Stage::Online;
}

bool learnsFromRows(const RunConfig& config)
{
    const Stage stage = stageOf(config.general.kind);
    return stage == Stage::FineTuning || stage == Stage::Preference || stage == Stage::RewardModel;
}

RunConfig defaultConfig(const std::string& kind)
{
    RunConfig config;
    config.general.kind = kind;
    AlgorithmConfig& a = config.algorithm;
    switch (stageOf(kind)) {
    case Stage::Online: // the learning rate and what is sampled are the same for all: they are compared
        if (kind != "grpo" && kind != "rft") {
            a.klPlacement = kind == "mirror_descent" ? "loss" : "reward";
            a.klEstimator = "k1";
        }
        if (kind == "rloo")
            a.importanceLevel = "sequence";
        if (kind == "ppo")
            a.numIterations = 1;
        break;
    case Stage::FineTuning: // trl's SFTConfig and transformers' TrainingArguments
        config.optimizer.learningRate = 2e-5;
        config.optimizer.schedule = "linear";
        config.optimizer.beta2 = 0.999;
        break;
    case Stage::Preference: // trl's DPOConfig, KTOConfig, CPOConfig, ORPOConfig
        config.optimizer.learningRate = 1e-6;
        config.optimizer.schedule = "linear";
        config.optimizer.beta2 = 0.999;
        break;
    case Stage::RewardModel: // trl's RewardConfig
        config.optimizer.learningRate = 1e-4;
        config.optimizer.schedule = "linear";
        config.optimizer.beta2 = 0.999;
        break;
    case Stage::Distillation: // trl's DistillationConfig
        config.optimizer.learningRate = 1e-6;
        config.optimizer.schedule = "linear";
        config.optimizer.beta2 = 0.999;
        break;
    }
    return config;
}

std::string toJsonText(const RunConfig& config)
{
    RunConfig copy = config;
    Json json;
    json["version"] = kConfigVersion;
    for (const Field& field : fields(copy))
        json[field.info.group][field.info.key] = field.toJson();
    return json.dump(2) + "\n";
}

Result<RunConfig> runConfigFromJson(const std::string& text)
{
    if (!jsonDepthWithin(text))
        return Error { "config_syntax", "The configuration is nested too deeply.",
            "It must look like {\"general\": {…}, …}." };
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        const size_t at = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
        const auto line = 1 + std::count(text.begin(), text.begin() + long(at), '\n');
        const size_t lineStart = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
        const size_t column = at - (lineStart == std::string::npos ? 0 : lineStart + 1) + 1;
        return Error { "config_syntax",
            "The configuration is not valid JSON at line " + std::to_string(line) + ", column " + std::to_string(column)
                + ".",
            "Correct that place." };
    } catch (const Json::exception&) { // a literal such as 1e999 that no double holds
        return Error { "config_syntax", "The configuration holds a number that is too large.", "Correct it." };
    }
    if (!json.is_object())
        return Error { "config_syntax", "The configuration is not a JSON object.",
            "It must look like {\"general\": {…}, …}." };
    if (json.contains("version")) {
        if (!json["version"].is_number_integer() || json["version"].get<int64_t>() < 1)
            return Error { "config_version", "version is " + json["version"].dump() + ".", "It must be 1." };
        if (json["version"].get<int64_t>() > kConfigVersion)
            return Error { "config_version",
                "The configuration has version " + json["version"].dump() + "; this program reads up to "
                    + std::to_string(kConfigVersion) + ".",
                "Use a newer AhaScope." };
        json.erase("version");
    }
    RunConfig config;
    if (const auto general = json.find("general"); general != json.end() && general->is_object())
        if (const auto kind = general->find("kind"); kind != general->end() && kind->is_string())
            config = defaultConfig(kind->get<std::string>());
    std::vector<Field> known = fields(config);
    for (const auto& [group, members] : json.items()) {
        if (std::none_of(known.begin(), known.end(), [&, g = group](const Field& f) { return f.info.group == g; }))
            return unknownField(group, known);
        if (!members.is_object())
            return Error { "config_type", "\"" + group + "\" is not a group of settings.",
                "It must be an object {…}." };
        for (const auto& [key, value] : members.items()) {
            const std::string path = group + "." + key;
            const auto field
                = std::find_if(known.begin(), known.end(), [&](const Field& f) { return f.info.path() == path; });
            if (field == known.end())
                return unknownField(path, known);
            if (Result<void> r = field->fromJson(value); !r)
                return r.error();
        }
    }
    return config;
}

Result<void> applySetting(RunConfig& config, const std::string& assignment)
{
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
        return Error { "config_syntax", "The setting \"" + validUtf8(assignment) + "\" has no name and value.",
            "Write it as key=value." };
    const std::string name = assignment.substr(0, equals);
    std::vector<Field> known = fields(config);
    std::vector<Field*> matches;
    for (Field& field : known)
        if (field.info.path() == name || field.info.key == name)
            matches.push_back(&field);
    if (matches.empty())
        return unknownField(name, known);
    if (matches.size() > 1) { // the one that the run reads
        std::vector<Field*> read;
        std::copy_if(matches.begin(), matches.end(), std::back_inserter(read),
            [&](const Field* field) { return readsField(config, field->info); });
        if (read.size() == 1)
            matches = read;
    }
    if (matches.size() > 1) {
        std::string list;
        for (const Field* field : matches)
            list += (list.empty() ? "" : " or ") + field->info.path();
        return Error { "config_ambiguous", "\"" + name + "\" names more than one setting.", "Write " + list + "." };
    }
    const std::string value = assignment.substr(equals + 1);
    if (matches[0]->info.path() != "general.kind")
        return matches[0]->fromText(value);
    RunConfig changed = config;
    if (Result<void> r = matches[0]->fromText(value); !r)
        return r;
    changeKind(changed, value);
    config = changed;
    return {};
}

void changeKind(RunConfig& config, const std::string& kind)
{
    RunConfig before = defaultConfig(config.general.kind), after = defaultConfig(kind);
    const std::vector<Field> usual = fields(before), wanted = fields(after);
    std::vector<Field> now = fields(config);
    for (size_t i = 0; i < now.size(); ++i)
        if (now[i].toJson() == usual[i].toJson())
            (void)now[i].fromJson(wanted[i].toJson()); // a default: it fits
    config.general.kind = kind;
}

std::vector<std::string> differences(const RunConfig& a, const RunConfig& b)
{
    RunConfig first = a, second = b;
    const std::vector<Field> left = fields(first), right = fields(second);
    std::vector<std::string> lines;
    for (size_t i = 0; i < left.size(); ++i)
        if (left[i].toJson() != right[i].toJson())
            lines.push_back(left[i].info.path() + ": " + left[i].toText() + " -> " + right[i].toText());
    return lines;
}

std::string jsonSchema()
{
    RunConfig defaults;
    Json schema;
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "AhaScope run configuration";
    schema["type"] = "object";
    schema["additionalProperties"] = false;
    schema["properties"]["version"] = { { "const", kConfigVersion } };
    for (const Field& field : fields(defaults)) {
        const FieldInfo& info = field.info;
        Json& group = schema["properties"][info.group];
        group["type"] = "object";
        group["title"] = groupTitle(info.group);
        group["additionalProperties"] = false;
        Json& entry = group["properties"][info.key];
        entry["title"] = info.label;
        entry["description"] = info.help + (info.unit.empty() ? "" : " Unit: " + info.unit + ".");
        entry["default"] = field.toJson();
        if (std::holds_alternative<bool*>(field.value)) {
            entry["type"] = "boolean";
        } else if (std::holds_alternative<std::string*>(field.value)) {
            entry["type"] = "string";
            if (info.listed) {
                entry["type"] = Json::array({ "string", "array" });
                entry["items"]["type"] = "string";
            }
            if (!info.choices.empty())
                entry["enum"] = info.choices;
        } else {
            entry["type"] = std::holds_alternative<int64_t*>(field.value) ? "integer" : "number";
            if (std::isfinite(info.low))
                entry["minimum"] = info.low;
            if (std::isfinite(info.high))
                entry["maximum"] = info.high;
        }
    }
    return schema.dump(2) + "\n";
}

} // namespace aha
