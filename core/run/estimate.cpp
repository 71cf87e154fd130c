#include "core/run/estimate.h"

#include "core/config/model_config.h"

#include <cstdio>
#include <thread>

namespace aha {

namespace {
constexpr double kDecoderRowsPerThread = 12;    // see core/rollout
constexpr double kTokensPerPass = 768;          // see core/algo
constexpr double kProgramMb = 260;              // LibTorch and the program itself, measured
} // namespace

Result<Estimate> estimateRun(const RunConfig& config, const std::filesystem::path& resourceRoot, int threads)
{
    std::error_code ignored;
    std::filesystem::path folder = config.model.path;
    if (!folder.is_absolute() && !std::filesystem::exists(folder, ignored))
        folder = resourceRoot / folder;
    const Result<ModelConfig> model = readModelConfig(folder);
    if (!model)
        return model.error();
    const ModelConfig& m = *model;
    Estimate e;
    e.parameters = m.parameterCount();
    const double p = double(e.parameters), workers = threads;
    const double weights = 4 * p * (4 + workers) + (config.algorithm.beta != 0 ? 4 * p : 0); // weights, two moments, packed copy; a gradient a worker
    const double kv = 8.0 * double(m.numHiddenLayers * m.numKeyValueHeads * m.headDim) * double(config.rollout.maxCompletionLength + 64) * kDecoderRowsPerThread * workers;
    const double perToken = 4.0 * double(m.numHiddenLayers) * (8.0 * double(m.hiddenSize) + 6.0 * double(m.intermediateSize));
    e.memoryMb = kProgramMb + (weights + kv + perToken * kTokensPerPass * workers) / 1e6;
    e.tokensPerStepMax = double(config.rollout.promptsPerStep * config.rollout.numGenerations * config.rollout.maxCompletionLength);
    return e;
}

std::string estimateText(const RunConfig& config, const std::filesystem::path& resourceRoot)
{
    const int threads = config.general.threads > 0 ? int(config.general.threads) : int(std::max(1u, std::thread::hardware_concurrency()));
    const Result<Estimate> estimate = estimateRun(config, resourceRoot, threads);
    if (!estimate)
        return estimate.error().sentence();
    char text[256];
    std::snprintf(text, sizeof text, "Estimated: %.2f M parameters, about %.0f MB of memory; %lld completions a step, at most %.0f k tokens.",
        double(estimate->parameters) / 1e6, estimate->memoryMb, static_cast<long long>(config.rollout.promptsPerStep * config.rollout.numGenerations),
        estimate->tokensPerStepMax / 1e3);
    return text;
}

} // namespace aha
