#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

double metric(const Metrics& metrics, const char* name)
{
    for (const auto& [key, value] : metrics)
        if (key == name)
            return value;
    return std::nan("");
}

/// A progress line on a terminal, JSON Lines in a pipe.
RunObserver makeObserver()
{
    RunObserver observer;
    observer.stop = &stopRequested;
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    if (!terminal) {
        observer.step = [](const StepRow& row) {
            Json json { { "step", row.step } };
            for (const auto& [name, value] : row.metrics)
                json[name] = std::isfinite(value) ? Json(value) : Json(nullptr);
            std::printf("%s\n", json.dump().c_str());
            std::fflush(stdout);
        };
        observer.note = [](const std::string& note) { std::fprintf(stderr, "%s\n", note.c_str()); };
        return observer;
    }
    observer.progress = [](const Event& e) {
        if (e.kind != Event::Kind::Progress)
            return;
        const double whole = e.maxSteps > 0 ? (double(e.step) - 1 + e.fraction) / double(e.maxSteps) : 0;
        std::string bar(size_t(std::max(0.0, std::min(1.0, whole)) * 24), '=');
        bar.resize(24, ' ');
        const std::string at = e.part == StartPart::None ? phaseName(e.phase) : startPartName(e.part);
        std::printf("\r\033[K[%s] step %lld/%lld  %-10s", bar.c_str(), static_cast<long long>(e.step),
            static_cast<long long>(e.maxSteps), at.c_str());
        if (e.etaSeconds > 0) // 0: in what comes after the last step, which no estimate holds
            std::printf("  %d:%02d left ", int(e.etaSeconds) / 60, int(e.etaSeconds) % 60);
        std::fflush(stdout);
    };
    observer.step = [](const StepRow& row) {
        if (const double accuracy = metric(row.metrics, "mean_token_accuracy"); std::isfinite(accuracy)) {
            if (row.step % 10 == 0)
                std::printf("\r\033[Kstep %lld  epoch %.2f  loss %.4f  token accuracy %.3f\n",
                    static_cast<long long>(row.step), metric(row.metrics, "epoch"), metric(row.metrics, "loss"),
                    accuracy);
        } else if (row.step > 0 && row.step % 10 == 0)
            std::printf("\r\033[Kstep %lld  reward %.3f  accuracy %.3f  length %.1f  reflections %.2f  mixed %.3f\n",
                static_cast<long long>(row.step), metric(row.metrics, "reward"), metric(row.metrics, "accuracy"),
                metric(row.metrics, "completions/mean_length"), metric(row.metrics, "reflection/per_response"),
                metric(row.metrics, "language/mixed_share"));
    };
    observer.evaluation = [](const EvaluationRow& row) {
        std::printf("\r\033[Kheld-out at step %lld: pass@1 %.1f %% (95 %% interval %.1f to %.1f, n = %d x %d)",
            static_cast<long long>(row.step), 100 * row.pass1, 100 * row.pass1Low, 100 * row.pass1High, row.problems,
            row.samples);
        if (row.cons)
            std::printf(", pass@%d %.1f %%, cons@%d %.1f %%", row.samples, 100 * row.passK.rbegin()->second,
                row.samples, 100 * *row.cons);
        std::printf("\n");
    };
    observer.note = [](const std::string& note) { std::printf("\r\033[K%s\n", note.c_str()); };
    return observer;
}

int finish(const Result<RunState>& state, const std::string& run)
{
    if (::isatty(STDOUT_FILENO) == 1)
        std::printf("\n");
    if (!state)
        return reportError(state.error());
    if (*state == RunState::Stopped)
        std::fprintf(stderr, "Stopped. Continue with: ahascope resume %s\n", run.c_str());
    return 0;
}

struct TrainOptions {
    std::string config, run;
    std::vector<std::string> settings;
    int64_t maxSteps = 0;
};

} // namespace

void addTrain(CLI::App& app, int& status)
{
    auto options = std::make_shared<TrainOptions>();
    CLI::App* verb = app.add_subcommand("train", "Starts a run from a configuration file.");
    verb->add_option("config", options->config, "Configuration (JSON)")->required();
    verb->add_option("--run-dir", options->run, "Run directory; default runs/<name>-<process>");
    verb->add_option("--set", options->settings, "Changes a setting: key=value")->take_all();
    verb->add_option("--max-steps", options->maxSteps, "Ends after this many steps");
    verb->callback([options, &status] {
        status = runVerb([&] {
            const std::filesystem::path file = resolvePath(options->config);
            RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(file, 1 << 20))));
            for (const std::string& setting : options->settings)
                orThrow(applySetting(config, setting));
            if (options->maxSteps != 0)
                orThrow(applySetting(config, "general.max_steps=" + std::to_string(options->maxSteps)));
            const std::string run = options->run.empty()
                ? "runs/" + runFolderName(config.general.name) + "-" + std::to_string(::getpid())
                : options->run;
            return finish(startRun(config, run, file.parent_path(), makeObserver()), run);
        });
    });
}

void addResume(CLI::App& app, int& status)
{
    auto run = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("resume", "Continues a run from its newest checkpoint.");
    verb->add_option("run", *run, "Run directory")->required();
    verb->callback([run, &status] { status = runVerb([&] { return finish(resumeRun(*run, makeObserver()), *run); }); });
}

} // namespace aha
