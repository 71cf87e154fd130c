#include "core/run/estimate.h"

#include "core/card/memory_needs.h"
#include "core/config/batch_arithmetic.h"
#include "core/config/held_out.h"
#include "core/config/model_config.h"
#include "core/config/probe_prompts.h"
#include "core/run/plantext.h"
#include "core/weights/open_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

namespace aha {

namespace {

/// Of a model folder, or of the GGUF file that the engine takes as well.
Result<ModelConfig> modelConfigOf(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored) || path.extension() != ".gguf")
        return readModelConfig(path);
    const Result<std::unique_ptr<WeightSource>> weights = openWeights(path);
    if (!weights)
        return weights.error();
    const Result<nlohmann::ordered_json> json = (*weights)->config();
    return json ? parseModelConfig(json->dump(), path.string()) : Result<ModelConfig>(json.error());
}

/// Of a data set. A pair is two.
double rowsOfStep(const RunConfig& c)
{
    if (stageOf(c.general.kind) == Stage::Preference)
        return double(c.preference.batchSize) * (c.general.kind == "kto" ? 1 : 2);
    if (stageOf(c.general.kind) == Stage::RewardModel)
        return double(c.rewardModel.batchSize) * (c.rewardModel.objective == "pairwise" ? 2 : 1);
    return double(c.sft.batchSize);
}

int64_t longestRow(const RunConfig& c)
{
    switch (stageOf(c.general.kind)) {
    case Stage::Preference:
        return c.preference.maxLength;
    case Stage::RewardModel:
        return c.rewardModel.maxLength;
    default:
        return c.sft.maxLength;
    }
}

/// Full rows when packed; else rows are assumed to be half as long as allowed.
double tokensOfRows(const RunConfig& c)
{
    const bool packed = stageOf(c.general.kind) == Stage::FineTuning && c.sft.packing != "none";
    return rowsOfStep(c) * double(longestRow(c)) * (packed ? 1.0 : 0.5);
}

} // namespace

Result<Estimate> estimateRun(const RunConfig& config, const std::filesystem::path& resourceRoot, int threads)
{
    std::error_code ignored;
    std::filesystem::path folder = config.model.path;
    if (!folder.is_absolute() && !std::filesystem::exists(folder, ignored))
        folder = resourceRoot / folder;
    const Result<ModelConfig> model = modelConfigOf(folder);
    if (!model)
        return model.error();
    const ModelConfig& m = *model;
    const BatchArithmetic batch = batchArithmetic(config, 0);
    Estimate e;
    e.parameters = m.parameterCount();
    e.memoryMb = trainingMemoryMb(config, m, threads);
    if (learnsFromRows(config))
        e.tokensPerStepMax = rowsOfStep(config) * double(longestRow(config));
    else
        e.tokensPerStepMax = double(batch.tokensAtMost * batch.rounds);
    if (stageOf(config.general.kind) == Stage::Distillation)
        if (const Result<ModelConfig> teacher = modelConfigOf(config.distill.teacher))
            e.memoryMb += 4 * double(teacher->parameterCount()) / 1e6;
    return e;
}

TimeEstimate estimateTime(const RunConfig& c, int64_t parameters, int threads, const MeasuredSteps& measured)
{
    TimeEstimate e;
    const double perThread = double(std::max(threads, 1)) / std::max(double(parameters) / 1e6, 0.01);
    const double sampling = kSampledTokensPerSecond * perThread, training = kTrainedTokensPerSecond * perThread;
    const double length = 0.5 * double(c.rollout.maxCompletionLength), steps = double(c.general.maxSteps);
    const double tokens = double(c.rollout.promptsPerStep * c.rollout.numGenerations) * length;
    e.measured = measured.runs > 0;
    e.stepSeconds
        = e.measured ? measured.seconds : tokens / sampling + tokens * double(c.algorithm.numIterations) / training;
    const double between = c.eval.everySteps > 0 ? std::max(std::ceil(steps / double(c.eval.everySteps)) - 1, 0.0) : 0;
    const double completions
        = 2.0 * double(c.eval.finalProblems * c.eval.finalSamples) + between * double(c.eval.problems * c.eval.samples);
    const Result<std::vector<std::string>> own = probePrompts(c.eval); // one answer each at every evaluation
    const double ownSeconds = asksProbes(c) ? double(own->size()) * (2 + between) * length / sampling : 0;
    if (learnsFromRows(c)) {
        if (!e.measured)
            e.stepSeconds = tokensOfRows(c) / training;
        const double evaluations
            = 2 + (c.eval.everySteps > 0 ? std::floor((steps - 1) / double(c.eval.everySteps)) : 0);
        e.trainingSeconds = e.mostTrainingSeconds = steps * e.stepSeconds;
        e.evaluationSeconds = evaluations // a forward pass is a third of a training step
            * (double(c.eval.problems) * 0.5 * double(longestRow(c)) / (3 * training)
                + double(c.sft.evalCompletions) * length / sampling);
        if (solvesHeldOut(c))
            e.evaluationSeconds += completions * length / sampling;
        e.evaluationSeconds += ownSeconds;
        return e;
    }
    e.trainingSeconds = e.mostTrainingSeconds = steps * e.stepSeconds;
    if (!e.measured) // else it is in what was measured
        e.mostTrainingSeconds += steps * double(batchArithmetic(c, 0).rounds - 1) * tokens / sampling;
    e.evaluationSeconds = completions * length / sampling + ownSeconds;
    return e;
}

std::string estimateText(
    const RunConfig& config, const std::filesystem::path& resourceRoot, const MeasuredSteps& measured)
{
    const int threads = config.general.threads > 0 ? int(config.general.threads)
                                                   : int(std::max(1u, std::thread::hardware_concurrency()));
    const Result<Estimate> estimate = estimateRun(config, resourceRoot, threads);
    if (!estimate)
        return estimate.error().sentence();
    const TimeEstimate time = estimateTime(config, estimate->parameters, threads, measured);
    char text[512], basis[256];
    if (time.measured)
        std::snprintf(basis, sizeof basis, "a step took %.2f s in %d earlier run%s of this shape", time.stepSeconds,
            measured.runs, measured.runs == 1 ? "" : "s");
    else
        std::snprintf(basis, sizeof basis,
            "assuming %.1f k sampled and %.1f k trained tokens a second and thread for 1 M parameters, and completions "
            "of half the length",
            kSampledTokensPerSecond / 1e3, kTrainedTokensPerSecond / 1e3);
    const std::string least = durationText(time.trainingSeconds + time.evaluationSeconds),
                      most = durationText(time.mostTrainingSeconds + time.evaluationSeconds);
    const std::string times = "About " + (most == least ? least : least + " to " + most) + " on "
        + std::to_string(threads) + " thread" + (threads == 1 ? "" : "s") + ", of which "
        + durationText(time.evaluationSeconds) + " evaluate (" + basis + ").";
    if (learnsFromRows(config)) {
        std::snprintf(text, sizeof text,
            "Estimated: %.2f M parameters, about %.0f MB of memory; %.0f rows a step, at most %.0f k tokens. ",
            double(estimate->parameters) / 1e6, estimate->memoryMb, rowsOfStep(config),
            estimate->tokensPerStepMax / 1e3);
        return text + times;
    }
    const BatchArithmetic batch = batchArithmetic(config, 0);
    std::string completions = std::to_string(batch.completions);
    if (batch.rounds > 1)
        completions += " to " + std::to_string(batch.completions * batch.rounds);
    std::snprintf(text, sizeof text,
        "Estimated: %.2f M parameters, about %.0f MB of memory; %s completions a step, at most %.0f k tokens. ",
        double(estimate->parameters) / 1e6, estimate->memoryMb, completions.c_str(), estimate->tokensPerStepMax / 1e3);
    return text + times;
}

} // namespace aha
