#include "core/engine/solve.h"

#include "core/base/statistics.h"
#include "core/engine/compute_device.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/engine/model_steps.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/reward_model_source.h"
#include "core/search/answer_choice.h"
#include "core/search/best_of_n.h"
#include "core/search/diverse_tree_search.h"
#include "core/search/value_tree_search.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Judged {
    size_t node = 0;
    AnsweredSolution solution;
    bool right = false;
    int tokens = 0;
    std::string text;
};
using JudgedProblems = std::vector<std::vector<Judged>>;

struct Choice {
    const char* name;
    AnswerChoice choice;
    bool needsScores;
};
constexpr Choice kChoices[] = { { "best", AnswerChoice::Best, true }, { "weighted", AnswerChoice::Weighted, true },
    { "majority", AnswerChoice::Majority, false } };

/// Of one share a problem: Wilson's interval where each is 0 or 1, else the problems' own spread.
SolvedShare shareOf(const std::vector<double>& rates)
{
    const bool yesOrNo = std::all_of(rates.begin(), rates.end(), [](double r) { return r == 0 || r == 1; });
    const double value = mean(rates);
    const auto [low, high] = yesOrNo ? wilsonInterval(std::llround(value * double(rates.size())), int64_t(rates.size()))
                                     : clusteredInterval(rates);
    return { value, low, high };
}

/// 1 when the chosen one of solutions [from, to) is right.
double chosenIsRight(const std::vector<Judged>& all, size_t from, size_t to, AnswerChoice choice)
{
    std::vector<AnsweredSolution> solutions;
    for (size_t i = from; i < to; ++i)
        solutions.push_back(all[i].solution);
    const std::optional<size_t> chosen = chooseAnswer(solutions, choice);
    return chosen && all[from + *chosen].right ? 1 : 0;
}

/// Of samples: every block of n, so that small n use all of them; "any" of the same blocks, so that nothing passes it.
SolveRow sampleRow(const JudgedProblems& problems, int n, bool scored)
{
    SolveRow row { "sample", n, {}, {}, 0, double(n), 0 };
    for (const Choice& choice : kChoices) {
        if (choice.needsScores && !scored)
            continue;
        std::vector<double> rates;
        for (const std::vector<Judged>& all : problems) {
            double right = 0, blocks = 0;
            for (size_t from = 0; from + size_t(n) <= all.size(); from += size_t(n), ++blocks)
                right += chosenIsRight(all, from, from + size_t(n), choice.choice);
            rates.push_back(right / blocks);
        }
        row.accuracy[choice.name] = shareOf(rates);
    }
    std::vector<double> any;
    double tokens = 0;
    for (const std::vector<Judged>& all : problems) {
        double right = 0, blocks = 0, sum = 0;
        for (size_t from = 0; from + size_t(n) <= all.size(); from += size_t(n), ++blocks)
            right += std::any_of(
                all.begin() + long(from), all.begin() + long(from) + n, [](const Judged& one) { return one.right; });
        for (const Judged& one : all)
            sum += one.tokens;
        any.push_back(right / blocks);
        tokens += sum * n / double(all.size());
    }
    row.any = shareOf(any);
    row.tokens = tokens / double(problems.size());
    return row;
}

SolveRow searchRow(const std::string& method, int n, const JudgedProblems& problems)
{
    SolveRow row { method, n, {}, {}, 0, 0, 0 };
    for (const Choice& choice : kChoices) {
        std::vector<double> rates;
        for (const std::vector<Judged>& all : problems)
            rates.push_back(chosenIsRight(all, 0, all.size(), choice.choice));
        row.accuracy[choice.name] = shareOf(rates);
    }
    std::vector<double> any;
    for (const std::vector<Judged>& all : problems) {
        any.push_back(std::any_of(all.begin(), all.end(), [](const Judged& one) { return one.right; }));
        row.solutions += double(all.size()) / double(problems.size());
    }
    row.any = shareOf(any);
    return row;
}

std::string problemLine(const std::string& method, int n, size_t problem, const TaskItem& item,
    const std::vector<Judged>& judged, const SolutionTree& tree, const Tokenizer& tokenizer)
{
    Json candidates = Json::array(), nodes = Json::array();
    for (const Judged& one : judged)
        candidates.push_back({ { "node", one.node }, { "text", one.text },
            { "answer", one.solution.answer ? Json(*one.solution.answer) : Json(nullptr) }, { "right", one.right },
            { "score", one.solution.score }, { "tokens", one.tokens } });
    for (size_t i = 1; i < tree.size(); ++i) {
        const SolutionNode& node = tree[i];
        Json json { { "node", i }, { "parent", node.parent }, { "text", tokenizer.decode(node.step.ids) },
            { "tokens", node.step.ids.size() }, { "score", node.score }, { "kept", node.kept },
            { "ends", node.step.ends } };
        if (node.ahead)
            json["ahead"] = true;
        if (method == "tree") {
            json["visits"] = node.visits;
            json["value"] = node.value();
            json["prior"] = node.prior;
        }
        nodes.push_back(std::move(json));
    }
    const Json line { { "method", method }, { "n", n }, { "problem", problem }, { "prompt", item.prompt },
        { "item", item.itemJson }, { "candidates", std::move(candidates) }, { "tree", std::move(nodes) } };
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

SolveReport solveHeldOut(const SolveRequest& request, const SolveObserver& observer)
{
    const RunConfig& config = request.config;
    const std::filesystem::path folder = orThrow(resolveModel(request.model));
    const auto workers = makeWorkers(request.threads);
    const Transformer model = orThrow(loadModel(folder));
    const auto tokenizer = orThrow(loadModelTokenizer(folder));
    const auto backend
        = orThrow(ComputeDevice::open(request.device, CudaPlugin::For::Sampling)).makeRollout(model.config(), *workers);
    backend->setWeights(decoderWeights(model));
    const auto task = orThrow(makeRunTask(config));
    const CompletionScorer judge(
        tokenizer, *task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
    const PromptBuilder builder = orThrow(PromptBuilder::open(config.prompt, folder, tokenizer));
    std::vector<TaskItem> items = task->heldOut(request.problems);
    std::vector<std::vector<int32_t>> prompts;
    for (TaskItem& item : items) {
        PromptBuilder::Prompt built = builder.build(item);
        item.prompt = std::move(built.text);
        prompts.push_back(std::move(built.ids));
    }
    SolveReport report;
    report.problems = int(items.size());
    if (items.empty())
        throw Failure({ "task_impossible", "The task has no held-out problems.", "" });

    std::unique_ptr<PathScorer> scorer;
    const std::string& scorerFolder = request.rewardModel.empty() ? request.processModel : request.rewardModel;
    if (!scorerFolder.empty()) {
        const bool process = request.rewardModel.empty();
        Transformer judging = openRewardModel(
            scorerFolder, process ? 2 : 1, process, *tokenizer, process ? "--process-model" : "--reward-model");
        if (process) {
            scorer = processModelScorer(std::move(judging), *workers, tokenizer,
                { config.process.separator, request.aggregation }, model.config().eosTokenIds);
            report.scorer = "process reward model " + scorerFolder;
        } else {
            scorer = rewardModelScorer(std::move(judging), *workers);
            report.scorer = "reward model " + scorerFolder;
        }
    } else if (request.oracle) {
        scorer = oracleScorer(judge, items, config);
        report.scorer = "the task's own verifier";
        report.notes.push_back(
            "The verifier itself chooses: best and weighted are an upper bound that no scorer without "
            "the answers can pass.");
    }
    std::vector<std::string> methods = request.methods;
    const bool judgesParts = scorer && !request.oracle;
    if (methods.empty())
        methods = judgesParts ? std::vector<std::string> { "sample", "beam", "dvts", "tree" }
                              : std::vector<std::string> { "sample" };
    for (const std::string& method : methods)
        if (method != "sample" && !judgesParts)
            throw Failure({ "solve_method",
                "The method " + method + " needs a model that judges unfinished solutions"
                    + (request.oracle ? "; the verifier knows only finished ones." : "."),
                "Give one with --process-model or --reward-model." });

    ModelSteps steps({ *backend, *tokenizer, scorer.get() },
        { samplingParams(config, model.config()), config.process.separator, config.rollout.stop, request.seed },
        prompts);
    const auto judgeAll = [&](const std::string& method, int n, const SearchResult& result) {
        JudgedProblems all(items.size());
        for (size_t p = 0; p < items.size(); ++p) {
            for (const size_t node : result.candidates[p]) {
                const SolutionPath path = steps.path(result.trees, { p, node });
                const CompletionScorer::Scored scored = judgePath(judge, items[p], path, config);
                all[p].push_back({ node,
                    { scored.judgement.extracted.empty() ? std::nullopt : std::optional(scored.judgement.extracted),
                        result.trees[p][node].score },
                    scored.row.correct, scored.row.tokens, scored.row.text });
            }
            if (observer.problem)
                observer.problem(problemLine(method, n, p, items[p], all[p], result.trees[p], *tokenizer));
        }
        return all;
    };
    double depth = 0, finished = 0; // of the searches, to say when the separator never comes
    for (const std::string& method : methods) {
        for (int n = 1; n <= request.samples; n *= 2) {
            if (method == "sample" ? n != 1 : (method != "tree" && n < request.width))
                continue; // samples are drawn once; a beam has at least its width
            const int drawn = method == "sample" ? request.samples : n;
            if (observer.begins)
                observer.begins(method, drawn);
            steps.restart();
            const BeamSettings beams { size_t(n), size_t(request.width), size_t(request.maxSteps),
                size_t(request.lookAhead) };
            const auto begin = std::chrono::steady_clock::now();
            const SearchResult result = method == "sample" ? sampleSolutions(steps, items.size(), size_t(drawn))
                : method == "beam"                         ? beamSearch(steps, items.size(), beams)
                : method == "dvts"
                ? diverseTreeSearch(steps, items.size(), beams)
                : valueTreeSearch(steps, items.size(), { size_t(n), size_t(request.width), request.exploration });
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            const JudgedProblems judged = judgeAll(method, drawn, result);
            if (method == "sample") {
                for (int k = 1; k <= request.samples; k *= 2)
                    report.rows.push_back(sampleRow(judged, k, scorer != nullptr));
                report.rows.back().seconds = report.rows.back().n == drawn ? seconds : 0;
                continue;
            }
            SolveRow row = searchRow(method, n, judged);
            for (size_t p = 0; p < items.size(); ++p) {
                row.tokens += double(result.trees[p].tokens()) / double(items.size());
                for (const size_t node : result.candidates[p]) {
                    depth += double(result.trees[p][node].depth);
                    ++finished;
                }
            }
            row.seconds = seconds;
            report.rows.push_back(std::move(row));
        }
    }
    if (request.lookAhead > 0 && finished > 0)
        report.notes.push_back("beam and dvts judge a step by where its likeliest continuation of up to "
            + std::to_string(request.lookAhead) + (request.lookAhead == 1 ? " step" : " steps")
            + " leads; the tokens count what was looked at.");
    if (finished > 0 && depth == finished)
        report.notes.push_back(
            "No solution had a second step: the model never wrote the separator, so a search over "
            "steps is a choice between whole solutions. Set process.separator to what ends its steps.");
    return report;
}

std::string solveMarkdown(const SolveReport& report)
{
    std::string text = "| method | N | best | weighted | majority | any right | solutions | tokens a problem | s |\n"
                       "|---|---|---|---|---|---|---|---|---|\n";
    const auto share = [](const SolvedShare& s) {
        char out[64];
        std::snprintf(out, sizeof out, "%.1f %% (%.1f to %.1f)", 100 * s.value, 100 * s.low, 100 * s.high);
        return std::string(out);
    };
    for (const SolveRow& row : report.rows) {
        text += "| " + row.method + " | " + std::to_string(row.n);
        for (const Choice& choice : kChoices) {
            const auto found = row.accuracy.find(choice.name);
            text += " | " + (found == row.accuracy.end() ? "–" : share(found->second));
        }
        char end[96], seconds[32] = "–";
        if (row.seconds > 0)
            std::snprintf(seconds, sizeof seconds, "%.1f", row.seconds);
        std::snprintf(end, sizeof end, " | %.1f | %.0f | %s |\n", row.solutions, row.tokens, seconds);
        text += " | " + share(row.any) + end;
    }
    text += "\n" + std::to_string(report.problems) + " held-out problems; 95 % intervals over problems.";
    if (!report.scorer.empty())
        text += " Scores: " + report.scorer + ".";
    text += " N: solutions; of the tree search, simulations. Any right: the limit of every choice.\n";
    for (const std::string& note : report.notes)
        text += note + "\n";
    return text;
}

} // namespace aha
