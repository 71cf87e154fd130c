#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/engine/decode_benchmark.h"
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
        DecodeBenchOptions decode;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("bench",
        "Times one GRPO step beside the same step in plain LibTorch operators, or the decoding of a real model.");
    verb->add_option("name", o->name, "Benchmark")->check(CLI::IsMember({ "grpo-step", "decode" }));
    verb->add_option("--config", o->config, "Configuration of the step");
    verb->add_option("--model", o->model,
        "Another model: for grpo-step a folder, e.g. a trained checkpoint with longer completions; for decode any "
        "model "
        "(default: what `ahascope fetch smollm2` brought)");
    verb->add_option(
        "--instruction-set", o->instructionSet, "Decode as on a machine without anything better, e.g. AVX2 or SSE4");
    verb->add_option("--repeats", o->repeats, "Rounds after the warm-up")->check(CLI::Range(1, 1000));
    verb->add_option("--weights", o->decode.weights, "decode: precisions of the weights")
        ->delimiter(',')
        ->check(CLI::IsMember({ "float32", "bfloat16", "int8" }));
    verb->add_option("--batch", o->decode.batches, "decode: sequences at once")
        ->delimiter(',')
        ->check(CLI::Range(1, 4096));
    verb->add_option("--new-tokens", o->decode.newTokens, "decode: length of the completions")
        ->check(CLI::Range(1, 1 << 16));
    verb->add_option("--threads", o->decode.threads, "decode: 0 = one per core")->check(CLI::Range(0, 256));
    verb->add_option("--python", o->decode.python, "decode: a Python with transformers, to time beside it");
    verb->add_flag("--json", o->json, "JSON objects only (the default on every terminal)");
    verb->callback([o, &status] {
        status = runVerb([&] {
            if (!o->instructionSet.empty())
                orThrow(restrictInstructionSet(o->instructionSet));
            if (o->name == "decode") {
                o->decode.model
                    = resolvePath(o->model.empty() ? ".deps/models/SmolLM2-135M-Instruct.Q4_1.gguf" : o->model);
                o->decode.repeats = o->repeats;
                o->decode.script = resourceRoot() / "resources/tools/transformers/decode.py";
                benchDecode(o->decode, [](const DecodeFigure& f) {
                    using Json = nlohmann::ordered_json;
                    std::printf("%s\n",
                        Json { { "name", "decode/" + f.name }, { "figure", f.figure }, { "unit", f.unit },
                            { "baseline", f.baseline ? Json(*f.baseline) : Json(nullptr) },
                            { "ratio", f.baseline ? Json(f.figure / *f.baseline) : Json(nullptr) },
                            { "range", { f.low, f.high } }, { "instruction_set", RolloutEngine::instructionSet() } }
                            .dump()
                            .c_str());
                    std::fflush(stdout);
                });
                return 0;
            }
            RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(resolvePath(o->config), 1 << 20))));
            if (!o->model.empty())
                config.model.path = o->model;
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
