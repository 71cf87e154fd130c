#include "core/config/advice_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aha {

std::string adviceNumber(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.3g", value);
    return buffer;
}

namespace {

/// Evaluations, checkpoints: the same for every kind.
void adviseSchedule(const RunConfig& c, const GiveAdvice& give)
{
    const bool samples = stageOf(c.general.kind) == Stage::Online || stageOf(c.general.kind) == Stage::Distillation;
    const int64_t trained = c.rollout.promptsPerStep * c.rollout.numGenerations * c.eval.everySteps;
    const int64_t evaluated = c.eval.problems * c.eval.samples;
    if (samples && c.eval.everySteps > 0 && evaluated > trained)
        give("eval.every_steps",
            "An evaluation samples " + std::to_string(evaluated) + " completions, the "
                + (c.eval.everySteps == 1 ? "step" : std::to_string(c.eval.everySteps) + " steps") + " before it "
                + std::to_string(trained)
                + ": most of the time goes into evaluating. Evaluate more rarely, or fewer problems.",
            Severity::Warning);
    const auto points = [](int64_t problems) {
        return std::to_string(int(std::lround(98.0 / std::sqrt(double(std::max<int64_t>(1, problems))))));
    };
    if (samples && c.eval.problems < 100)
        give("eval.problems",
            "With " + std::to_string(c.eval.problems) + " problems the 95 % interval of pass@1 is up to ±"
                + points(c.eval.problems) + " points wide: smaller gains cannot be seen. 400 give ±5."
                + (c.eval.finalProblems == c.eval.problems
                        ? std::string()
                        : " That is while training; the first and the last evaluation have "
                            + std::to_string(c.eval.finalProblems) + " problems: ±" + points(c.eval.finalProblems)
                            + " points."),
            Severity::Hint);
    if (c.checkpoint.everySteps > c.general.maxSteps)
        give("checkpoint.every_steps",
            "The run has " + std::to_string(c.general.maxSteps) + " steps and saves every "
                + std::to_string(c.checkpoint.everySteps) + ": a crash in between loses everything (Stop saves first).",
            Severity::Hint);
}

} // namespace

std::vector<Advice> advise(const RunConfig& config, const AdviceContext& context)
{
    std::vector<Advice> found;
    const GiveAdvice give = [&found](const char* path, const std::string& sentence, Severity severity) {
        found.push_back({ path, sentence, severity });
    };
    adviseSampling(config, context, give);
    adviseLoss(config, give);
    adviseRewards(config, give);
    adviseOptimizer(config, context, give);
    adviseRows(config, context, give);
    adviseSchedule(config, give);
    // What the run does not read needs no advice, and the order is the form's.
    RunConfig copy = config;
    const std::vector<Field> table = fields(copy);
    const auto placeOf = [&](const Advice& advice) {
        return std::find_if(
            table.begin(), table.end(), [&](const Field& field) { return field.info.path() == advice.path; });
    };
    found.erase(std::remove_if(found.begin(), found.end(),
                    [&](const Advice& advice) {
                        const auto field = placeOf(advice);
                        return field == table.end() || !applies(config, field->info);
                    }),
        found.end());
    std::stable_sort(
        found.begin(), found.end(), [&](const Advice& a, const Advice& b) { return placeOf(a) < placeOf(b); });
    return found;
}

} // namespace aha
