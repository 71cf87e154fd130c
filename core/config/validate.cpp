#include "core/config/run_config.h"

#include <nlohmann/json.hpp>

namespace aha {

std::vector<Problem> problems(const RunConfig& config)
{
    std::vector<Problem> found;
    RunConfig copy = config;
    for (Field& field : fields(copy)) // a struct may have been filled by code, past the table's ranges
        if (Result<void> r = field.fromJson(field.toJson()); !r)
            found.push_back({ field.info.path(), r.error() });
    const auto broken = [&](const char* path, const std::string& message, const std::string& hint) {
        found.push_back({ path, Error { "config_rule", message, hint } });
    };
    const auto n = [](int64_t value) { return std::to_string(value); };
    const TaskConfig& t = config.task;
    const RolloutConfig& r = config.rollout;
    const AlgorithmConfig& a = config.algorithm;
    if (config.general.name.empty())
        broken("general.name", "The run has no name.", "Give it one.");
    if (t.numberMin > t.numberMax)
        broken("task.number_max",
            "task.number_max (" + n(t.numberMax) + ") is below task.number_min (" + n(t.numberMin) + ").",
            "Swap them.");
    if (t.targetMin > t.targetMax)
        broken("task.target_max",
            "task.target_max (" + n(t.targetMax) + ") is below task.target_min (" + n(t.targetMin) + ").",
            "Swap them.");
    if (t.valueMin > t.targetMin || t.valueMax < t.targetMax)
        broken("task.value_max",
            "The targets " + n(t.targetMin) + "…" + n(t.targetMax) + " do not lie within the allowed values "
                + n(t.valueMin) + "…" + n(t.valueMax) + ".",
            "Widen task.value_min and task.value_max.");
    const int64_t batch = r.promptsPerStep * r.numGenerations;
    if (a.stepsPerGeneration > 0 && batch % a.stepsPerGeneration != 0)
        broken("algorithm.steps_per_generation",
            "A rollout batch of " + n(r.promptsPerStep) + " prompts x " + n(r.numGenerations) + " completions = "
                + n(batch) + " cannot be cut into " + n(a.stepsPerGeneration) + " equal mini-batches.",
            "Choose a divisor of " + n(batch) + ".");
    if (config.eval.finalProblems > 0 && config.eval.problems > config.eval.finalProblems)
        broken("eval.final_problems",
            "eval.final_problems (" + n(config.eval.finalProblems) + ") is below eval.problems ("
                + n(config.eval.problems) + ").",
            "The first and last evaluation use at least the same problems: raise it.");
    if (config.rewards.accuracy == 0 && config.rewards.format == 0 && config.rewards.language == 0)
        broken("rewards.accuracy", "All reward weights are 0: nothing can be learned.", "Give at least one a weight.");
    if (r.weights != "float32" && config.general.device == "cuda")
        broken("rollout.weights", "rollout.weights is " + r.weights + ", but rollouts on a GPU are float32.",
            "Set rollout.weights to float32, or general.device to cpu.");
    return found;
}

Result<void> validate(const RunConfig& config)
{
    const std::vector<Problem> found = problems(config);
    if (found.empty())
        return {};
    return found.front().error;
}

} // namespace aha
