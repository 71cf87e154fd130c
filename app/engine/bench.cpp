#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/step_benchmark.h"
#include "core/rollout/packed_decoder.h"
#include "core/rollout/rollout_engine.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

void addBench(CLI::App& app, int& status)
{
    struct Options {
        std::string name = "grpo-step", config = "experiments/r1-zero-miniature/config.json", model, instructionSet;
        int repeats = 5;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb
        = app.add_subcommand("bench", "Times one GRPO step beside the same step in plain LibTorch operators.");
    verb->add_option("name", o->name, "Benchmark")->check(CLI::IsMember({ "grpo-step" }));
    verb->add_option("--config", o->config, "Configuration of the step");
    verb->add_option("--model", o->model, "Another model folder, e.g. a trained checkpoint with longer completions");
    verb->add_option(
        "--instruction-set", o->instructionSet, "Decode as on a machine without anything better, e.g. AVX2 or SSE4");
    verb->add_option("--repeats", o->repeats, "Rounds after the warm-up")->check(CLI::Range(1, 1000));
    verb->add_flag("--json", o->json, "JSON objects only (the default on every terminal)");
    verb->callback([o, &status] {
        status = runVerb([&] {
            RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(resolvePath(o->config), 1 << 20))));
            if (!o->model.empty())
                config.model.path = o->model;
            if (!o->instructionSet.empty())
                orThrow(restrictInstructionSet(o->instructionSet));
            for (const BenchFigure& f : benchGrpoStep(config, o->repeats))
                std::printf("%s\n",
                    nlohmann::ordered_json { { "name", "grpo-step/" + f.name }, { "figure", f.figure.median },
                        { "unit", f.unit }, { "baseline", f.baseline.median }, { "ratio", f.ratio },
                        { "n", f.figure.n }, { "range", { f.figure.min, f.figure.max } },
                        { "baseline_range", { f.baseline.min, f.baseline.max } },
                        { "instruction_set", RolloutEngine::instructionSet() } }
                        .dump()
                        .c_str());
            return 0;
        });
    });
}

} // namespace aha
