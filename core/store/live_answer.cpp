#include "core/store/live_answer.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace aha {

namespace {

using Noted = nlohmann::ordered_json;

Noted noteNumber(double value) { return std::isfinite(value) ? Noted(value) : Noted(nullptr); }

std::string noteText(const Noted& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

double noteReal(const Noted& json, const char* key)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<double>() : std::nan("");
}

/// Numbers by name, in their order; null stands for a part that has no value.
std::vector<std::pair<std::string, double>> noteNumbers(const Noted& json, const char* key)
{
    std::vector<std::pair<std::string, double>> numbers;
    if (json.contains(key) && json[key].is_object())
        for (const auto& [name, value] : json[key].items())
            numbers.emplace_back(name, value.is_number() ? value.get<double>() : std::nan(""));
    return numbers;
}

} // namespace

void addToMarker(const LiveAnswer& answer, Noted& data)
{
    if (!answer.question.empty())
        data["question"] = answer.question;
    if (!answer.itemJson.empty())
        data["item"] = answer.itemJson;
    Noted samples = Noted::array();
    for (const CompletionRow& row : answer.samples) {
        Noted one { { "text", row.text }, { "tokens", row.tokens }, { "finish", row.finishReason },
            { "verdict", row.verdict }, { "reason", boundedField(row.reason) },
            { "extracted", boundedField(row.extracted) }, { "correct", row.correct } };
        if (row.reward)
            one["reward"] = noteNumber(*row.reward);
        for (const auto& [name, value] : row.parts)
            one["parts"][name] = noteNumber(value);
        samples.push_back(std::move(one));
    }
    data["samples"] = std::move(samples);
    for (const auto& [name, value] : answer.weights)
        data["weights"][name] = noteNumber(value);
}

LiveAnswer liveAnswerOf(const std::string& dataJson)
{
    LiveAnswer answer;
    const Noted data
        = jsonDepthWithin(dataJson) ? Noted::parse(dataJson, nullptr, /*allow_exceptions=*/false) : Noted();
    if (!data.is_object()) {
        answer.samples.emplace_back(); // whoever shows it finds one
        return answer;
    }
    answer.text = noteText(data, "answer");
    answer.question = noteText(data, "question");
    answer.itemJson = noteText(data, "item");
    answer.weights = noteNumbers(data, "weights");
    if (data.contains("samples") && data["samples"].is_array())
        for (const Noted& one : data["samples"]) {
            if (!one.is_object())
                continue;
            CompletionRow row;
            row.position = int(answer.samples.size());
            row.text = noteText(one, "text");
            row.tokens = one.contains("tokens") && one["tokens"].is_number_integer() ? one["tokens"].get<int>() : 0;
            row.finishReason = noteText(one, "finish");
            row.verdict = noteText(one, "verdict");
            row.reason = boundedField(noteText(one, "reason"));
            row.extracted = boundedField(noteText(one, "extracted"));
            row.correct = one.contains("correct") && one["correct"] == true;
            if (const double reward = noteReal(one, "reward"); std::isfinite(reward))
                row.reward = reward;
            row.parts = noteNumbers(one, "parts");
            answer.samples.push_back(std::move(row));
        }
    if (answer.samples.empty()) {
        CompletionRow row;
        row.text = answer.text;
        answer.samples.push_back(std::move(row));
    }
    return answer;
}

} // namespace aha
