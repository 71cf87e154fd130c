#include "app/engine/insight_verbs.h"

#include "core/engine/engine_context.h"
#include "core/foreign/foreign_run.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace aha {

void addImportRun(CLI::App& app, int& status)
{
    struct Options {
        std::string source, out;
        bool follow = false;
        double seconds = 2;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("import-run",
        "A run of another program as a run directory, for the same charts and traces: TRL's completions "
        "(completions_*.parquet, log_completions), verl's rollouts (<step>.jsonl, rollout_data_dir), TensorBoard's "
        "event "
        "files. Prints what was read, and what was renamed, assumed or left out.");
    verb->add_option("source", o->source, "A file, or the folder that holds them")->required();
    verb->add_option("--out", o->out, "Run directory to make, or to go on with")->required();
    verb->add_flag("--follow", o->follow, "Go on while the other program writes, until Ctrl+C");
    verb->add_option("--every", o->seconds, "With --follow: look again after so many seconds")
        ->check(CLI::Range(0.05, 3600.0));
    verb->callback([o, &status] {
        status = runVerb([&] {
            using foreign::ForeignRun;
            const auto run = orThrow(ForeignRun::open(o->source, o->out,
                orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")), o->follow));
            while (o->follow && !stopRequested.load()) {
                if (const int64_t steps = orThrow(run->poll(/*last=*/false)); steps > 0)
                    std::fprintf(stderr, "%lld steps\n", static_cast<long long>(run->report().steps));
                const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(o->seconds);
                while (!stopRequested.load() && std::chrono::steady_clock::now() < until)
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            orThrow(run->poll(/*last=*/!o->follow)); // what may still grow waits for the next time
            orThrow(run->finish(/*ended=*/!o->follow));
            const foreign::ImportReport& r = run->report();
            const nlohmann::ordered_json json { { "run", o->out }, { "files", r.files }, { "steps", r.steps },
                { "completions", r.completions }, { "scalars", r.scalars }, { "notes", r.notes } };
            std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
            return 0;
        });
    });
}

} // namespace aha
