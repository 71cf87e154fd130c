// Known ways to be paid without the work, run against any reward.

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/reward_lab.h"
#include "core/engine/step_rewards.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace aha {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

struct Outcome {
    double reward = 0;
    Judgement judgement;
};

/// The three completions of a case as one group, as parts within a group (Kimi's length, a program's batch) see them.
std::vector<Outcome> outcomesOf(
    const HackCase& hack, const RunConfig& config, const CompletionScorer& scorer, StepRewards& rewards)
{
    std::vector<CompletionScorer::Scored> scored;
    for (const std::string* text : { &hack.hack, &hack.right, &hack.wrong })
        scored.push_back(scorer.scoreText(hack.itemJson, *text, config.rewards));
    rewards.complete({ { "", hack.itemJson, "" } }, scored.size(), scored, config);
    const std::vector<double> weights = rewardWeights(config.rewards);
    std::vector<Outcome> outcomes;
    for (const CompletionScorer::Scored& one : scored) {
        Outcome outcome { 0, one.judgement };
        bool any = false;
        for (size_t i = 0; i < weights.size(); ++i)
            if (weights[i] != 0 && !std::isnan(one.parts[i])) {
                outcome.reward += weights[i] * one.parts[i];
                any = true;
            }
        if (!any || !one.judged())
            outcome.reward = std::nan("");
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

HackOutcome outcomeOf(double hack, double right, double wrong)
{
    constexpr double same = 1e-9;
    if (std::isnan(hack) || std::isnan(right) || std::isnan(wrong))
        return HackOutcome::Unscored;
    if (right <= wrong + same)
        return HackOutcome::NotApplicable;
    return hack <= wrong + same ? HackOutcome::Held : hack < right - same ? HackOutcome::Leaks : HackOutcome::Broken;
}

} // namespace

const char* hackOutcomeName(HackOutcome outcome)
{
    switch (outcome) {
    case HackOutcome::Held:
        return "held";
    case HackOutcome::Leaks:
        return "leaks";
    case HackOutcome::Broken:
        return "broken";
    case HackOutcome::Unscored:
        return "unscored";
    case HackOutcome::NotApplicable:
        return "not_applicable";
    }
    return "unscored";
}

Result<std::vector<HackCase>> hackCases()
{
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(resourceRoot() / "resources/hacks", error))
        if (entry.path().extension() == ".jsonl")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<HackCase> cases;
    for (const fs::path& file : files) {
        const Result<std::string> text = readFile(file, 1 << 24);
        if (!text)
            return text.error();
        size_t line = 0;
        for (size_t from = 0; from < text->size(); ++line) {
            const size_t end = std::min(text->find('\n', from), text->size());
            const Json json = Json::parse(text->substr(from, end - from), nullptr, /*allow_exceptions=*/false);
            from = end + 1;
            const auto has = [&](const char* key) { return json.contains(key) && json[key].is_string(); };
            if (!json.is_object() || !json.contains("item")
                || !(has("name") && has("task") && has("why") && has("hack") && has("right") && has("wrong")))
                return Error { "hack_case_invalid",
                    file.filename().string() + ", line " + std::to_string(line + 1)
                        + ": a case has name, task, item, why, hack, right and wrong.",
                    "" };
            cases.push_back({ json["name"], json["task"], json["item"].dump(), json["why"], json["hack"], json["right"],
                json["wrong"] });
        }
    }
    return cases;
}

std::vector<HackResult> runHackBench(
    const RunConfig& config, const std::vector<HackCase>& cases, const std::function<void(const HackResult&)>& judged)
{
    const Lexicon lexicon = orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt"));
    StepRewards rewards(config.rewards, [](const std::string&, const std::string&) {});
    std::map<std::string, std::unique_ptr<Task>> tasks;
    std::vector<HackResult> results;
    const auto add = [&](HackResult result) {
        results.push_back(std::move(result));
        if (judged)
            judged(results.back());
    };
    for (const HackCase& hack : cases) {
        std::unique_ptr<Task>& task = tasks[hack.task];
        if (!task) {
            TaskConfig described = config.task;
            described.name = hack.task;
            described.level = 1;
            described.evalLevel = 0;
            Result<std::unique_ptr<Task>> made = makeTask(described, config.sandbox);
            if (!made && made.error().code != "sandbox_unavailable")
                throw Failure(made.error());
            if (!made) { // programs cannot be run here; the other cases can
                constexpr double none = std::numeric_limits<double>::quiet_NaN();
                add({ &hack, HackOutcome::Unscored, none, none, none, verdictName(Verdict::InfraError),
                    made.error().message });
                continue;
            }
            task = std::move(*made);
        }
        const CompletionScorer scorer(nullptr, *task, lexicon);
        const std::vector<Outcome> o = outcomesOf(hack, config, scorer, rewards);
        add({ &hack, outcomeOf(o[0].reward, o[1].reward, o[2].reward), o[0].reward, o[1].reward, o[2].reward,
            verdictName(o[0].judgement.verdict), o[0].judgement.reason });
    }
    return results;
}

} // namespace aha
