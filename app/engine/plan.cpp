#include "app/engine/verbs.h"

#include "core/card/memory_needs.h"
#include "core/engine/run_plan.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

namespace {

/// What the times rest on, in words.
std::string assumption(const RunPlan& p)
{
    if (p.measuredSteps > 0)
        return "every step as the run's own step " + std::to_string(p.measuredSteps)
            + (p.sampledCompletions > 0 ? "; the policy's lengths change while it trains" : "");
    if (p.sampledCompletions == 0)
        return "every row as long as sft.max_length";
    char text[160];
    std::snprintf(text, sizeof text, "lengths of %lld sampled completions, mean %.0f tokens",
        static_cast<long long>(p.sampledCompletions), p.completionTokens);
    std::string all = text;
    if (p.cutCompletions > 0)
        all += " (" + std::to_string(p.cutCompletions) + " cut at the limit)";
    return all + "; the policy's lengths change while it trains";
}

} // namespace

void addPlan(CLI::App& app, int& status)
{
    struct Options {
        std::string config;
        std::vector<std::string> settings;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("plan",
        "Predicts a run's peak memory (the host's, not a GPU's) and the time of a step: loads its model, samples a few "
        "completions, computes one update; of a run with several models, its own first steps.");
    verb->add_option("config", o->config, "Configuration file; - or none: from stdin");
    verb->add_option("--set", o->settings, "group.key=value over the file");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const RunPlan p = orThrow(measurePlan(givenConfig(o->config, o->settings)));
            const MachineMemory machine = machineMemory();
            const auto orNull = [](double value) { return value > 0 ? nlohmann::ordered_json(value) : nullptr; };
            const nlohmann::ordered_json json {
                { "measured",
                    { { "seconds", p.seconds }, { "memory_mb", p.measuredMb },
                        { "sampled_tokens_per_second", orNull(p.sampledTokensPerSecond) }, { "rows", p.measuredRows },
                        { "trained_tokens_per_second", p.trainedTokensPerSecond },
                        { "prompt_tokens", orNull(p.promptTokens) }, { "completions", p.sampledCompletions },
                        { "completion_tokens", orNull(p.completionTokens) }, { "completions_cut", p.cutCompletions },
                        { "steps", p.measuredSteps } } },
                { "estimated",
                    { { "peak_memory_mb", p.peakMb }, { "step_seconds", p.stepSeconds },
                        { "rollout_seconds", p.rolloutSeconds }, { "training_seconds", p.trainingSeconds },
                        { "assumes", assumption(p) } } },
                { "machine", { { "memory_mb", machine.totalMb }, { "available_mb", machine.availableMb } } },
                { "fits", machine.availableMb > 0 ? nlohmann::ordered_json(p.peakMb <= machine.availableMb) : nullptr }
            };
            std::printf("%s\n", json.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
