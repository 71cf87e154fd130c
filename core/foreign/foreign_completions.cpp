#include "core/foreign/foreign_completions.h"

#include "core/data/row_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace aha::foreign {

using Json = nlohmann::ordered_json;

namespace {

/// A text, or a conversation as text: its turns with their roles.
std::optional<std::string> textOf(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (!value.is_array())
        return std::nullopt;
    std::string text;
    for (const Json& turn : value) {
        if (!turn.is_object() || !turn.contains("content"))
            return std::nullopt;
        const Json& content = turn["content"];
        const std::string role
            = turn.contains("role") && turn["role"].is_string() ? turn["role"].get<std::string>() : "";
        if (value.size() > 1)
            text += (text.empty() ? "" : "\n") + role + ": ";
        text += content.is_string() ? content.get<std::string>() : content.dump();
    }
    return text;
}

std::optional<double> numberOf(const Json& value)
{
    if (value.is_number())
        return value.get<double>();
    if (value.is_boolean())
        return value.get<bool>() ? 1 : 0;
    if (value.is_null() || value == "NaN" || value == "nan") // a reward function that did not apply
        return std::nan("");
    return std::nullopt;
}

Result<ForeignFile> readRows(
    const std::filesystem::path& file, const std::function<std::optional<std::string>(const Json&, ForeignFile&)>& take)
{
    Result<std::unique_ptr<data::RowReader>> reader = data::openRows(file);
    if (!reader)
        return reader.error();
    ForeignFile out;
    for (int64_t row = 1;; ++row) {
        const Result<data::RowReader::Step> step = (*reader)->next();
        if (!step)
            return step.error();
        if (*step == data::RowReader::Step::End)
            break;
        if (*step == data::RowReader::Step::Bad)
            return (*reader)->bad().toError();
        if (const std::optional<std::string> wrong = take(Json::parse((*reader)->row()), out))
            return Error { "foreign_layout", file.string() + ", row " + std::to_string(row) + ": " + *wrong + ".",
                "Is this file of another program, or of another version of it?" };
    }
    for (ForeignCompletion& completion : out.completions) // a field that is a number in some rows only is none
        std::erase_if(completion.parts, [&](const auto& part) {
            return std::find(out.leftOut.begin(), out.leftOut.end(), part.first) != out.leftOut.end();
        });
    return out;
}

void leaveOut(ForeignFile& file, const std::string& name)
{
    if (std::find(file.leftOut.begin(), file.leftOut.end(), name) == file.leftOut.end())
        file.leftOut.push_back(name);
}

/// Shared by both: the step and the two texts.
std::optional<std::string> takeTexts(
    const Json& row, const char* prompt, const char* completion, ForeignCompletion& out)
{
    for (const char* name : { "step", prompt, completion })
        if (!row.contains(name))
            return std::string("it has no ") + name;
    if (!row["step"].is_number_integer() || row["step"].get<int64_t>() < 0)
        return "its step is " + row["step"].dump() + ", not a whole number from 0";
    const std::optional<std::string> asked = textOf(row[prompt]), answered = textOf(row[completion]);
    if (!asked || !answered)
        return std::string(asked ? completion : prompt) + " is neither a text nor a list of messages";
    out.step = row["step"].get<int64_t>();
    out.prompt = *asked;
    out.completion = *answered;
    return std::nullopt;
}

} // namespace

Result<ForeignFile> readTrlCompletions(const std::filesystem::path& path)
{
    return readRows(path, [](const Json& row, ForeignFile& file) -> std::optional<std::string> {
        ForeignCompletion out;
        if (auto wrong = takeTexts(row, "prompt", "completion", out))
            return wrong;
        for (const auto& [name, value] : row.items()) {
            if (name == "step" || name == "prompt" || name == "completion")
                continue;
            const std::optional<double> number = numberOf(value);
            if (!number)
                leaveOut(file, name);
            else if (name == "advantage")
                out.advantage = std::isnan(*number) ? std::nullopt : number;
            else
                out.parts.emplace_back(name, *number);
        }
        file.completions.push_back(std::move(out));
        return std::nullopt;
    });
}

Result<ForeignFile> readVerlRollouts(const std::filesystem::path& path)
{
    return readRows(path, [](const Json& row, ForeignFile& file) -> std::optional<std::string> {
        ForeignCompletion out;
        if (auto wrong = takeTexts(row, "input", "output", out))
            return wrong;
        if (!row.contains("score") || !row["score"].is_number())
            return "it has no number as its score";
        out.reward = row["score"].get<double>();
        for (const auto& [name, value] : row.items()) {
            if (name == "step" || name == "input" || name == "output" || name == "score")
                continue;
            const std::optional<double> number = numberOf(value);
            if (name == "gts")
                out.gold = value.is_null() ? "" : value.dump(-1, ' ', false, Json::error_handler_t::replace);
            else if (number)
                out.parts.emplace_back(name, *number);
            else
                leaveOut(file, name);
        }
        file.completions.push_back(std::move(out));
        return std::nullopt;
    });
}

} // namespace aha::foreign
