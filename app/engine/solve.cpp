#include "app/engine/verbs.h"

#include "core/engine/engine_context.h"
#include "core/engine/solve.h"
#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace aha {

namespace {

nlohmann::ordered_json rowJson(const SolveRow& row)
{
    using Json = nlohmann::ordered_json;
    const auto share = [](const SolvedShare& s) {
        return Json { { "value", s.value }, { "ci95", { s.low, s.high } } };
    };
    Json accuracy = Json::object();
    for (const auto& [choice, value] : row.accuracy)
        accuracy[choice] = share(value);
    return { { "method", row.method }, { "n", row.n }, { "accuracy", accuracy }, { "any_right", share(row.any) },
        { "solutions", row.solutions }, { "tokens", row.tokens },
        { "seconds", row.seconds > 0 ? Json(row.seconds) : Json(nullptr) } };
}

} // namespace

void addSolve(CLI::App& app, int& status)
{
    struct Options {
        SolveRequest request;
        std::string config, out, aggregation = "last";
        std::vector<std::string> settings;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    SolveRequest& r = o->request;
    CLI::App* verb = app.add_subcommand("solve",
        "More computation at the time of solving, on held-out problems: best-of-N, weighted and majority voting over "
        "samples, and beam search, DVTS and Monte Carlo tree search over steps, at N = 1, 2, 4, …; beside them how "
        "many "
        "problems had any right solution, which no choice can pass.");
    verb->add_option("model", r.model, "Model folder or run")->required();
    verb->add_option("--config", o->config, "Configuration of the task; default: the run's own");
    verb->add_option("--set", o->settings, "Changes a setting: key=value; process.separator ends a step")->take_all();
    auto* reward = verb->add_option("--reward-model", r.rewardModel, "Scorer: a model folder with one output");
    auto* process
        = verb->add_option("--process-model", r.processModel, "Scorer: a model folder with two outputs, for steps");
    auto* oracle = verb->add_flag("--oracle", r.oracle, "Scorer: the task's verifier, an upper bound");
    reward->excludes(process)->excludes(oracle);
    process->excludes(oracle);
    verb->add_option("--methods", r.methods, "sample, beam, dvts, tree; default: all that the scorer allows")
        ->delimiter(',')
        ->check(CLI::IsMember({ "sample", "beam", "dvts", "tree" }));
    verb->add_option("--n", r.samples, "Largest N: solutions, of tree: simulations")->check(CLI::Range(1, 4096));
    verb->add_option("--width", r.width, "M: steps proposed from one place")->check(CLI::Range(1, 256));
    verb->add_option("--max-steps", r.maxSteps, "Rounds of beam and dvts; the last runs to the end")
        ->check(CLI::Range(1, 10000));
    verb->add_option("--look-ahead", r.lookAhead,
            "Of beam and dvts: a step is judged by where its likeliest continuation of so many steps leads; 0: by "
            "itself")
        ->check(CLI::Range(0, 1000));
    verb->add_option("--exploration", r.exploration, "PUCT's constant of tree")->check(CLI::Range(0.0, 1000.0));
    verb->add_option("--aggregation", o->aggregation, "Of a process model's steps: last, least, product or mean")
        ->check(CLI::IsMember({ "last", "least", "product", "mean" }));
    verb->add_option("--problems", r.problems, "Held-out problems")->check(CLI::Range(1, 100000));
    verb->add_option("--seed", r.seed, "Seed");
    verb->add_option("--threads", r.threads, "0 = one per core");
    verb->add_option("--device", r.device, "Of the language model: cpu, cuda or auto")
        ->check(CLI::IsMember({ "cpu", "cuda", "auto" }));
    verb->add_option("--out", o->out, "JSON Lines: every problem of every search, its candidates and its tree");
    verb->add_flag("--json", o->json, "JSON Lines instead of a table");
    verb->callback([o, &status] {
        status = runVerb([&] {
            SolveRequest request = o->request;
            std::error_code ignored;
            const std::filesystem::path model = resolvePath(request.model);
            if (!o->config.empty()) {
                request.config = givenConfig(o->config, o->settings);
            } else {
                if (std::filesystem::exists(model / run_folder::kDatabase, ignored))
                    request.config = orThrow(readRunConfig(model));
                for (const std::string& setting : o->settings)
                    orThrow(applySetting(request.config, setting));
            }
            request.aggregation = o->aggregation == "last" ? StepAggregation::Last
                : o->aggregation == "least"                ? StepAggregation::Least
                : o->aggregation == "product"              ? StepAggregation::Product
                                                           : StepAggregation::Mean;
            std::ofstream out;
            SolveObserver observer;
            if (!o->out.empty()) {
                out.open(o->out);
                if (!out)
                    return reportError(
                        { "file_unwritable", "The file " + o->out + " cannot be written.", "Check the path." });
                observer.problem = [&](const std::string& line) { out << line << '\n'; };
            }
            if (::isatty(STDERR_FILENO) == 1)
                observer.begins = [](const std::string& method, int n) {
                    std::fprintf(stderr, "%s, N = %d …\n", method.c_str(), n);
                };
            const SolveReport report = solveHeldOut(request, observer);
            if (out.is_open() && !out.flush())
                return reportError({ "disk_full", "The file " + o->out + " could not be written whole.", "" });
            if (!o->json) {
                std::fputs(solveMarkdown(report).c_str(), stdout);
                return 0;
            }
            for (const SolveRow& row : report.rows)
                std::printf("%s\n", rowJson(row).dump().c_str());
            const nlohmann::ordered_json end { { "problems", report.problems }, { "scorer", report.scorer },
                { "notes", report.notes } };
            std::printf("%s\n", end.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
