#include "core/data/mapping.h"

#include <algorithm>
#include <array>

namespace aha::data {

namespace {

constexpr std::array<const char*, 6> kKinds { "language_modeling", "prompt_only", "prompt_completion", "preference",
    "unpaired_preference", "stepwise_supervision" };
constexpr std::array<const char*, 10> kParts { "system", "prompt", "completion", "chosen", "rejected", "label", "steps",
    "gold", "tools", "pass_rate" };
constexpr std::array<const char*, 13> kReadings { "value", "text", "raw", "joined", "think", "prompt_turns",
    "last_turn", "hash_answer", "boxed_answer", "step_lists", "prm800k", "countdown_prompt", "object" };

template <class Enum, size_t N>
Enum parseName(const std::array<const char*, N>& names, const Row& json, const char* what)
{
    const std::string name = json.get<std::string>();
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        throw Failure({ "mapping_invalid", std::string("\"") + name + "\" is no " + what + ".", "" });
    return Enum(at - names.begin());
}

std::vector<Part> needed(Kind kind)
{
    switch (kind) {
    case Kind::LanguageModeling:
        return { Part::Completion };
    case Kind::PromptOnly:
        return { Part::Prompt };
    case Kind::PromptCompletion:
        return { Part::Prompt, Part::Completion };
    case Kind::Preference:
        return { Part::Chosen, Part::Rejected };
    case Kind::UnpairedPreference:
        return { Part::Prompt, Part::Completion, Part::Label };
    case Kind::Stepwise:
        return { Part::Prompt, Part::Steps };
    }
    return {};
}

size_t columnsOf(Reading reading)
{
    return reading == Reading::Think || reading == Reading::StepLists || reading == Reading::CountdownPrompt ? 2 : 1;
}

} // namespace

const char* nameOf(Kind kind) { return kKinds[size_t(kind)]; }
const char* nameOf(Part part) { return kParts[size_t(part)]; }
const char* nameOf(Reading reading) { return kReadings[size_t(reading)]; }

const Assignment* Mapping::find(Part part) const
{
    for (const Assignment& a : assignments)
        if (a.part == part)
            return &a;
    return nullptr;
}

void Mapping::assign(Part part, std::vector<std::string> columns, Reading reading)
{
    const auto at
        = std::find_if(assignments.begin(), assignments.end(), [&](const Assignment& a) { return a.part == part; });
    if (columns.empty()) {
        if (at != assignments.end())
            assignments.erase(at);
    } else if (at != assignments.end()) {
        *at = { part, std::move(columns), reading };
    } else {
        assignments.push_back({ part, std::move(columns), reading });
    }
}

Row toJson(const Mapping& mapping)
{
    Row json { { "layout", mapping.layout }, { "title", mapping.title }, { "kind", nameOf(mapping.kind) },
        { "task", mapping.task }, { "parts", Row::object() }, { "thought_tags_to_think", mapping.thoughtTagsToThink },
        { "neutral_steps_are_good", mapping.neutralStepsAreGood }, { "confidence", mapping.confidence },
        { "reasons", mapping.reasons }, { "warnings", mapping.warnings } };
    for (const Assignment& a : mapping.assignments)
        json["parts"][nameOf(a.part)] = { { "columns", a.columns }, { "reading", nameOf(a.reading) } };
    return json;
}

Result<Mapping> mappingFromJson(const Row& json)
{
    try {
        Mapping mapping;
        mapping.layout = json.value("layout", "manual");
        mapping.title = json.value("title", "");
        mapping.kind = parseName<Kind>(kKinds, json.at("kind"), "kind of data set");
        mapping.task = json.value("task", "");
        for (const auto& [part, value] : json.at("parts").items())
            mapping.assign(parseName<Part>(kParts, part, "part of an example"),
                value.at("columns").get<std::vector<std::string>>(),
                parseName<Reading>(kReadings, value.at("reading"), "way to read columns"));
        mapping.thoughtTagsToThink = json.value("thought_tags_to_think", false);
        mapping.neutralStepsAreGood = json.value("neutral_steps_are_good", true);
        mapping.confidence = json.value("confidence", 0.0);
        mapping.reasons = json.value("reasons", std::vector<std::string>());
        mapping.warnings = json.value("warnings", std::vector<std::string>());
        return mapping;
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::exception& error) {
        return Error { "mapping_invalid", std::string("The mapping cannot be read: ") + error.what() + ".", "" };
    }
}

Result<void> validate(const Mapping& mapping, const std::vector<Column>& columns)
{
    for (const Part part : needed(mapping.kind))
        if (!mapping.find(part))
            return Error { "mapping_part",
                std::string("A ") + nameOf(mapping.kind) + " data set needs a column for \"" + nameOf(part) + "\".",
                "Assign one." };
    for (const Assignment& a : mapping.assignments) {
        if (a.columns.size() < columnsOf(a.reading))
            return Error { "mapping_column",
                std::string("\"") + nameOf(a.part) + "\" is read as " + nameOf(a.reading) + " and needs two columns.",
                "Assign both." };
        for (const std::string& path : a.columns) {
            const auto known = [&](const std::string& name) {
                return std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
            };
            bool found = known(path);
            for (size_t dot = path.find('.'); dot != std::string::npos && !found; dot = path.find('.', dot + 1))
                found = known(path.substr(0, dot));
            if (!found)
                return Error { "mapping_column",
                    std::string("\"") + nameOf(a.part) + "\" names the column \"" + path + "\", which is not there.",
                    "Choose an existing column." };
        }
    }
    return {};
}

const Row* valueAt(const Row& row, const std::string& path)
{
    if (!row.is_object())
        return nullptr;
    if (const auto at = row.find(path); at != row.end())
        return &*at;
    for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
        if (const auto at = row.find(path.substr(0, dot)); at != row.end())
            if (const Row* inner = valueAt(*at, path.substr(dot + 1)))
                return inner;
    return nullptr;
}

} // namespace aha::data
