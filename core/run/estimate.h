#pragma once
// What a run will need, before it starts. Estimated, and says so.

#include "core/config/run_config.h"

#include <filesystem>

namespace aha {

struct Estimate {
    int64_t parameters = 0;
    double memoryMb = 0; ///< weights, gradients per thread, moments, packed decoder, key/value caches, activations
    double tokensPerStepMax = 0; ///< if every completion ran to its limit, in every round of sampling
};

/// Errors: those of readModelConfig. `threads`: worker threads that will run.
Result<Estimate> estimateRun(const RunConfig& config, const std::filesystem::path& resourceRoot, int threads);

/// Steps of earlier runs that cost the same (shapeOf() in runlist.h).
struct MeasuredSteps {
    double seconds = 0; ///< median of a step
    int runs = 0; ///< how many runs it comes from; 0 = none
};

struct TimeEstimate {
    double stepSeconds = 0;
    double trainingSeconds = 0; ///< all steps
    double mostTrainingSeconds = 0; ///< with every round of dynamic sampling; the same where steps were measured
    double evaluationSeconds = 0; ///< all evaluations, prompts of one's own among them, at the assumed sampling rate
    bool measured = false; ///< stepSeconds comes from earlier runs; else from the assumption
};

/// What the assumption is: rates on one thread for a model of one million parameters (they fall with its size), and
/// completions half as long as allowed. Seen with the miniature on two AVX2 cores.
inline constexpr double kSampledTokensPerSecond = 19e3, kTrainedTokensPerSecond = 5.3e3;

TimeEstimate estimateTime(const RunConfig& config, int64_t parameters, int threads, const MeasuredSteps& measured);

/// Two sentences for the form: size, and time with where it comes from.
std::string estimateText(
    const RunConfig& config, const std::filesystem::path& resourceRoot, const MeasuredSteps& measured = {});

} // namespace aha
