// The reward of a completion: of one, of those that a run stored, of known hacks.

#include "app/engine/insight_verbs.h"

#include "core/base/files.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/reward_lab.h"
#include "core/engine/step_rewards.h"
#include "core/engine/train_run.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <map>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

std::string textOf(const Json& json, const char* key)
{
    if (!json.contains(key) || !json[key].is_string())
        throw Failure({ "bad_line", std::string("The line needs \"") + key + "\": a text.", "" });
    return json[key].get<std::string>();
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

void print(const Json& json) { std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str()); }

/// A configuration file for weights and options, or the defaults, with settings over it.
RunConfig rewardConfig(const std::string& file, const std::vector<std::string>& settings)
{
    RunConfig config;
    if (!file.empty())
        config = orThrow(runConfigFromJson(orThrow(readFile(resolvePath(file), 1 << 20))));
    for (const std::string& setting : settings)
        orThrow(applySetting(config, setting));
    return config;
}

/// The parts of one completion, what each adds, and their sum.
Json rewardJson(const CompletionScorer::Scored& scored, const RewardConfig& rewards, bool explain)
{
    const std::vector<double> weights = rewardWeights(rewards);
    const std::vector<std::string> names = rewardPartNames(rewards);
    double reward = 0;
    Json parts = Json::object(), terms = Json::object();
    for (size_t i = 0; i < scored.parts.size(); ++i) {
        const bool hasValue = !std::isnan(scored.parts[i]);
        reward += hasValue ? weights[i] * scored.parts[i] : 0;
        parts[names[i]] = number(scored.parts[i]);
        const std::optional<double> most = largestValue(names[i], rewards);
        terms[names[i]] = { { "value", number(scored.parts[i]) }, { "weight", weights[i] },
            { "adds", hasValue ? Json(weights[i] * scored.parts[i]) : Json(nullptr) },
            { "largest", most ? Json(*most) : Json(nullptr) } };
    }
    Json answer { { "reward", reward }, { "parts", parts }, { "verdict", scored.row.verdict },
        { "extracted", scored.row.extracted }, { "reason", scored.row.reason },
        { "explanation", scored.judgement.explanation } };
    if (explain)
        answer["terms"] = std::move(terms);
    return answer;
}

} // namespace

void addReward(CLI::App& app, int& status)
{
    struct Options {
        std::string task, config, input;
        std::vector<std::string> settings;
        bool explain = false, tokens = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("reward", "Judges completions with a task's rule.");
    verb->add_option("--task", o->task, "A task of ./ahascope tasks; default: the configuration's");
    verb->add_option("--config", o->config, "Configuration file for weights and options");
    verb->add_flag("--tokens", o->tokens,
        "Counts tokens with the tokenizer of the configuration's model: without, what is measured in them has no "
        "value");
    verb->add_option("--set", o->settings, "group.key=value over it")->allow_extra_args(false);
    verb->add_flag("--explain", o->explain,
        "Everything that was read: tags, the answer's place and normal form, words, each part's share, what is "
        "missing");
    verb->add_option("input", o->input, "JSON Lines of {\"completion\", …the task's own fields}");
    verb->callback([o, &status] {
        status = runVerb([&] {
            RunConfig config = rewardConfig(o->config, o->settings);
            if (o->task.empty() && o->config.empty())
                throw Failure({ "usage", "Neither --task nor --config says which task judges.", "Name one." });
            if (!o->task.empty())
                config.task.name = o->task;
            const auto task = orThrow(makeRunTask(config));
            const CompletionScorer scorer(
                nullptr, *task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
            std::vector<std::string> notes, standing; // of a line; of all
            std::shared_ptr<const Tokenizer> tokenizer;
            if (o->tokens) {
                if (auto loaded = loadModelTokenizer(resolvePath(config.model.path)))
                    tokenizer = *loaded;
                else
                    standing.push_back("Nothing is measured in tokens: " + loaded.error().sentence());
            }
            StepRewards rewards(config.rewards, [&notes](const std::string& level, const std::string& text) {
                if (level == "warning")
                    notes.push_back(text);
            });
            return forEachLine(o->input, [&](const Json& line, int64_t) -> Json {
                const std::string completion = textOf(line, "completion");
                std::vector<CompletionScorer::Scored> scored { tokenizer
                        ? scorer.scoreText(
                            line.dump(), completion, tokenizer->encode(completion), /*ended=*/true, config)
                        : scorer.scoreText(line.dump(), completion, config.rewards) };
                notes = standing;
                const std::string prompt
                    = line.contains("prompt") && line["prompt"].is_string() ? textOf(line, "prompt") : "";
                rewards.complete({ { prompt, line.dump(), "" } }, 1, scored, config);
                const CompletionScorer::Scored& s = scored[0];
                if (s.judgement.verdict == Verdict::InfraError)
                    throw Failure({ s.judgement.reason, s.judgement.explanation, "" });
                Json answer = rewardJson(s, config.rewards, o->explain);
                if (tokenizer)
                    answer["tokens"] = s.row.tokens;
                if (o->explain)
                    answer.update(explainCompletion(*task, line.dump(), completion));
                if (!notes.empty())
                    answer["notes"] = notes;
                return answer;
            });
        });
    });
}

void addRescore(CLI::App& app, int& status)
{
    struct Options {
        std::string run, of;
        std::vector<std::string> settings;
        int64_t first = -1, last = -1;
        bool flipsOnly = false, progress = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("rescore",
        "The answers that a run stored, judged again under other rewards: a line for each whose verdict or reward "
        "changes, and a summary. Trains nothing and writes nothing.");
    verb->add_option("run", o->run, "Run directory")->required();
    verb->add_option("--set", o->settings, "group.key=value over the run's own configuration")->allow_extra_args(false);
    verb->add_option("--of", o->of,
            "completions: sampled while the run trained; held-out: every sample of every evaluation. Default: "
            "completions where the run stored judged ones, else held-out")
        ->check(CLI::IsMember({ "completions", "held-out" }));
    verb->add_option("--from", o->first, "First step")->check(CLI::NonNegativeNumber);
    verb->add_option("--to", o->last, "Last step")->check(CLI::NonNegativeNumber);
    verb->add_flag("--flips", o->flipsOnly, "Only answers whose verdict changes");
    verb->add_flag(
        "--progress", o->progress, "A line {\"progress\": {\"done\", \"of\"}} after each step, or evaluation");
    verb->callback([o, &status] {
        status = runVerb([&] {
            RescoreRequest request { resolvePath(o->run), o->settings, {}, {}, {}, {} };
            if (o->progress)
                request.progress = [](size_t done, size_t of) {
                    print({ { "progress", { { "done", done }, { "of", of } } } });
                    std::fflush(stdout); // whoever asked for it waits for it
                };
            if (o->first >= 0)
                request.firstStep = o->first;
            if (o->last >= 0)
                request.lastStep = o->last;
            if (!o->of.empty())
                request.of = o->of == "held-out" ? RescoreOf::HeldOut : RescoreOf::Completions;
            const RescoreSummary s = orThrow(rescore(request, [&](const Rescored& r) {
                if (o->flipsOnly && r.verdictWas == r.verdictNow)
                    return;
                Json line = r.evaluation < 0 ? Json { { "step", r.step }, { "group", r.group },
                    { "position", r.position }, { "completion", r.completion } }
                                             : Json { { "step", r.step }, { "evaluation", r.evaluation },
                                                   { "problem", r.group }, { "sample", r.position } };
                line.update(Json {
                    { "was",
                        { { "verdict", r.verdictWas }, { "reason", r.reasonWas }, { "reward", number(r.rewardWas) } } },
                    { "now",
                        { { "verdict", r.verdictNow }, { "reason", r.reasonNow }, { "reward", number(r.rewardNow) } } },
                    { "extracted", r.extracted }, { "explanation", r.explanation } });
                Json& parts = line["parts"] = Json::object();
                for (const RescoredPart& part : r.parts)
                    parts[part.name]
                        = { { "was", { { "value", number(part.valueWas) }, { "weight", part.weightWas } } },
                              { "now", { { "value", number(part.valueNow) }, { "weight", part.weightNow } } } };
                print(line);
            }));
            Json summary = Json::object();
            if (s.of == RescoreOf::HeldOut) {
                summary = { { "of", "held-out" }, { "evaluations", Json::array() }, { "answers", s.answers } };
                for (const EvaluationRow& e : s.evaluations)
                    summary["evaluations"].push_back({ { "id", e.id }, { "step", e.step }, { "task", e.task },
                        { "problems", e.problems }, { "samples", e.samples } });
            } else {
                summary = { { "of", "completions" }, { "steps", s.steps }, { "completions", s.answers } };
            }
            if (s.of == RescoreOf::HeldOut)
                summary["verdict_flips_ci95"] = { number(s.flipShare.low), number(s.flipShare.high) };
            summary.update(Json { { "verdict_flips", s.verdictFlips }, { "into_correct", s.nowRight },
                { "out_of_correct", s.nowWrong }, { "reward_changes", s.rewardChanges }, { "unscored", s.unscored },
                { "mean_reward_was", number(s.meanWas) }, { "mean_reward_now", number(s.meanNow) },
                { "correlation", number(s.correlation) }, { "notes", s.notes } });
            print(summary);
            return 0;
        });
    });
}

void addHacks(CLI::App& app, int& status)
{
    struct Options {
        std::string config, task;
        std::vector<std::string> settings;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("hacks",
        "Runs known ways to be paid without the work against a configuration's rewards, your program and expression "
        "included: which hold, which pay for the hack more than for an honest wrong answer (leaks), or as much as for "
        "the right one (broken). Exit status 1 when one is broken.");
    verb->add_option("config", o->config, "Configuration file; none: the default rewards");
    verb->add_option("--task", o->task, "Only the cases of one task");
    verb->add_option("--set", o->settings, "group.key=value over it")->allow_extra_args(false);
    verb->add_flag("--json", o->json, "A JSON line for each case and a summary, instead of a table");
    verb->callback([o, &status] {
        status = runVerb([&] {
            std::vector<HackCase> cases = orThrow(hackCases());
            if (!o->task.empty())
                std::erase_if(cases, [&](const HackCase& one) { return one.task != o->task; });
            if (cases.empty())
                throw Failure({ "hack_case_missing", "There is no case of the task \"" + o->task + "\".",
                    "Without --task all cases are run, each with its task." });
            std::map<std::string, int> counts;
            if (!o->json)
                std::printf("%-15s %7s %7s %7s  %s\n", "outcome", "hack", "right", "wrong", "case");
            runHackBench(rewardConfig(o->config, o->settings), cases, [&](const HackResult& r) {
                const std::string outcome = hackOutcomeName(r.outcome);
                ++counts[outcome];
                if (o->json)
                    print({ { "case", r.hack->name }, { "task", r.hack->task }, { "outcome", outcome },
                        { "hack_reward", number(r.hackReward) }, { "right_reward", number(r.rightReward) },
                        { "wrong_reward", number(r.wrongReward) }, { "verdict", r.verdict }, { "reason", r.reason },
                        { "why", r.hack->why }, { "item", Json::parse(r.hack->itemJson) }, { "hack", r.hack->hack },
                        { "of", cases.size() } });
                else
                    std::printf("%-15s %7.3f %7.3f %7.3f  %s: %s\n", outcome.c_str(), r.hackReward, r.rightReward,
                        r.wrongReward, r.hack->name.c_str(), r.hack->why.c_str());
                std::fflush(stdout); // programs take their time
            });
            if (o->json)
                print({ { "cases", cases.size() }, { "outcomes", counts } });
            else
                for (const auto& [outcome, count] : counts)
                    std::printf("%s: %d of %zu\n", outcome.c_str(), count, cases.size());
            return counts.count("broken") ? 1 : 0;
        });
    });
}

} // namespace aha
