#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/card/memory_needs.h"
#include "core/engine/engine_context.h"
#include "core/engine/run_plan.h"
#include "core/engine/train_run.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

void addPlan(CLI::App& app, int& status)
{
    struct Options {
        std::string config;
        std::vector<std::string> settings;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("plan",
        "Predicts a run's peak memory (the host's, not a GPU's) and the time of a step: loads its model, samples a few "
        "tokens, computes one "
        "update.");
    verb->add_option("config", o->config, "Configuration file")->required();
    verb->add_option("--set", o->settings, "group.key=value over the file");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::filesystem::path file = resolvePath(o->config);
            RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(file, 1 << 20))));
            for (const std::string& setting : o->settings)
                orThrow(applySetting(config, setting));
            const RunPlan p = orThrow(measurePlan(orThrow(resolvedConfig(std::move(config), file.parent_path()))));
            const MachineMemory machine = machineMemory();
            const auto orNull = [](double value) { return value > 0 ? nlohmann::ordered_json(value) : nullptr; };
            const nlohmann::ordered_json json {
                { "measured",
                    { { "seconds", p.seconds }, { "memory_mb", p.measuredMb },
                        { "sampled_tokens_per_second", orNull(p.sampledTokensPerSecond) }, { "rows", p.measuredRows },
                        { "trained_tokens_per_second", p.trainedTokensPerSecond },
                        { "prompt_tokens", orNull(p.promptTokens) } } },
                { "estimated",
                    { { "peak_memory_mb", p.peakMb }, { "step_seconds", p.stepSeconds },
                        { "rollout_seconds", p.rolloutSeconds }, { "training_seconds", p.trainingSeconds },
                        { "assumes", "completions of half the allowed length" } } },
                { "machine", { { "memory_mb", machine.totalMb }, { "available_mb", machine.availableMb } } },
                { "fits", machine.availableMb > 0 ? nlohmann::ordered_json(p.peakMb <= machine.availableMb) : nullptr }
            };
            std::printf("%s\n", json.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
