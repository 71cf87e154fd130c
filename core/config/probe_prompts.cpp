#include "core/config/probe_prompts.h"

#include "core/base/ascii.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace aha {

namespace {

std::string withoutBlanksAround(const std::string& text)
{
    const auto from = std::find_if_not(text.begin(), text.end(), isSpace);
    const auto to = std::find_if_not(text.rbegin(), text.rend(), isSpace).base();
    return from < to ? std::string(from, to) : std::string();
}

/// As they were given. What only looks like a list ("[INST] …") is a text like any other.
std::vector<std::string> givenProbes(const std::string& text)
{
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& one) { return one.is_string(); }))
        return json.get<std::vector<std::string>>();
    std::vector<std::string> given;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        given.push_back(line);
    return given;
}

} // namespace

Result<std::vector<std::string>> probePrompts(const EvalConfig& eval)
{
    const auto broken = [](const std::string& message, const std::string& hint) {
        return Error { "config_rule", message, hint };
    };
    std::vector<std::string> prompts;
    for (const std::string& given : givenProbes(eval.probes)) {
        std::string prompt = withoutBlanksAround(given);
        if (prompt.empty())
            continue;
        const std::string which = "Prompt " + std::to_string(prompts.size() + 1) + " of eval.probes";
        if (prompt.size() > kMostProbeBytes)
            return broken(which + " has " + std::to_string(prompt.size()) + " bytes.",
                "Shorten it to at most " + std::to_string(kMostProbeBytes) + ".");
        const auto same = std::find(prompts.begin(), prompts.end(), prompt);
        if (same != prompts.end())
            return broken(which + " is the same as prompt " + std::to_string(same - prompts.begin() + 1) + ".",
                "Leave one of them out.");
        prompts.push_back(std::move(prompt));
    }
    if (prompts.size() > kMostProbes)
        return broken("eval.probes has " + std::to_string(prompts.size()) + " prompts.",
            "Leave at most " + std::to_string(kMostProbes) + ": each is answered at every evaluation.");
    return prompts;
}

bool asksProbes(const RunConfig& config)
{
    const Result<std::vector<std::string>> prompts = probePrompts(config.eval);
    return stageOf(config.general.kind) != Stage::RewardModel && prompts && !prompts->empty();
}

} // namespace aha
