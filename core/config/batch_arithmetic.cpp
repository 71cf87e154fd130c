#include "core/config/batch_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aha {

namespace {

/// 38400 -> "38,400"
std::string grouped(int64_t value)
{
    std::string text = std::to_string(value);
    for (int at = int(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
        text.insert(size_t(at), ",");
    return text;
}

std::string counted(int64_t n, const char* one, const char* many) { return grouped(n) + " " + (n == 1 ? one : many); }

std::string decimal(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, value < 10 ? "%.2f" : "%.0f", value);
    return buffer;
}

/// "pairs", "rows", "examples": what one line of the data set is for this kind.
const char* rowWord(const RunConfig& c)
{
    if (stageOf(c.general.kind) == Stage::Preference)
        return c.general.kind == "kto" ? "examples" : "pairs";
    return stageOf(c.general.kind) == Stage::RewardModel && c.rewardModel.objective == "pairwise" ? "pairs" : "rows";
}

} // namespace

BatchArithmetic batchArithmetic(const RunConfig& c, int64_t dataRows)
{
    BatchArithmetic out;
    const Stage stage = stageOf(c.general.kind);
    if (stage == Stage::Online || stage == Stage::Distillation) {
        out.prompts = c.rollout.promptsPerStep;
        out.completionsPerPrompt = c.rollout.numGenerations;
        out.completions = out.prompts * out.completionsPerPrompt;
        out.tokensAtMost = out.completions * c.rollout.maxCompletionLength;
        if (stage == Stage::Online && c.selection.dynamicSampling)
            out.rounds = std::max<int64_t>(1, c.selection.maxRounds);
        const int64_t slices = stage == Stage::Online ? std::max<int64_t>(1, c.algorithm.stepsPerGeneration) : 1;
        out.updates = slices * (stage == Stage::Online ? std::max<int64_t>(1, c.algorithm.numIterations) : 1);
        out.perUpdate = out.completions / slices;
        const bool fromRows = c.task.name == "dataset" || (stage == Stage::Distillation && c.distill.onPolicyShare < 1);
        out.rows = fromRows ? out.prompts : 0;
    } else {
        out.rows = stage == Stage::FineTuning ? c.sft.batchSize
            : stage == Stage::Preference      ? c.preference.batchSize
                                              : c.rewardModel.batchSize;
        out.perUpdate = out.rows;
    }
    if (out.rows > 0 && dataRows > 0) {
        out.epochs = double(out.rows) * double(c.general.maxSteps) / double(dataRows);
        out.epochSteps = (dataRows + out.rows - 1) / out.rows;
    }
    return out;
}

int64_t updatesOfRun(const RunConfig& config) { return batchArithmetic(config, 0).updates * config.general.maxSteps; }

std::string batchWords(const RunConfig& c, int64_t dataRows)
{
    const BatchArithmetic b = batchArithmetic(c, dataRows);
    const int64_t steps = c.general.maxSteps;
    std::string text;
    if (b.completions > 0) {
        text = "A step: " + counted(b.prompts, "prompt", "prompts") + " × "
            + counted(b.completionsPerPrompt, "completion", "completions") + " = " + grouped(b.completions)
            + " completions of at most " + grouped(c.rollout.maxCompletionLength) + " tokens ("
            + grouped(b.tokensAtMost) + " in all). ";
        if (b.rounds > 1)
            text += "Dynamic sampling takes 1 to " + grouped(b.rounds) + " rounds of them: " + grouped(b.completions)
                + " to " + grouped(b.completions * b.rounds) + " completions. ";
        if (stageOf(c.general.kind) == Stage::Online)
            text += (b.updates == 1 ? (b.rounds > 1 ? "One update on " + grouped(b.completions) + " of them"
                                                    : "One update on all of them")
                                    : grouped(b.updates) + " updates on " + grouped(b.perUpdate) + " each"
                                + (c.algorithm.numIterations > 1
                                        ? " (every completion is used " + grouped(c.algorithm.numIterations) + " times)"
                                        : ""))
                + "; accumulation over passes is automatic and changes no result. ";
        else
            text += "One update on all of them. ";
        text += counted(steps, "step", "steps") + ": " + grouped(b.completions * steps)
            + (b.rounds > 1 ? " to " + grouped(b.completions * b.rounds * steps) : "") + " completions, "
            + counted(updatesOfRun(c), "update", "updates") + ".";
    } else {
        text = "An update: " + grouped(b.rows) + " " + rowWord(c) + ". " + counted(steps, "step", "steps") + ": "
            + grouped(b.rows * steps) + " " + rowWord(c) + " read.";
    }
    if (b.rows > 0)
        text += b.epochSteps > 0 ? " The data set has " + grouped(dataRows) + ": an epoch is "
                + counted(b.epochSteps, "step", "steps") + ", the run is " + decimal(b.epochs) + " epochs."
                                 : " How many epochs that is, the number of rows says.";
    return text;
}

} // namespace aha
