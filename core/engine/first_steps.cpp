#include "core/engine/first_steps.h"

#include "core/base/process.h"
#include "core/engine/engine_context.h"
#include "core/engine/train_run.h"
#include "core/engine/training_session.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace aha {

namespace {

constexpr int64_t kSteps = 2;
constexpr double kLongSeconds = 20; ///< a first step that takes longer is measurement enough

/// Removed with all that is in it.
class ScratchFolder {
public:
    ScratchFolder()
    {
        const std::string name = "ahascope-plan-";
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::temp_directory_path(), ignored)) {
            const std::string other = entry.path().filename().string();
            const long pid = other.rfind(name, 0) == 0 ? std::atol(other.c_str() + name.size()) : 0;
            if (pid > 1 && !processRuns(pid)) // of a plan that was killed
                std::filesystem::remove_all(entry.path(), ignored);
        }
        std::string pattern
            = (std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()) + "-XXXXXX")).string();
        if (!mkdtemp(pattern.data()))
            throw Failure({ "folder_not_made", "No temporary folder could be made at " + pattern + ".",
                "Set TMPDIR to a folder that can be written." });
        m_path = pattern;
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

double metric(const StepRow& row, const std::string& name)
{
    for (const auto& [key, value] : row.metrics)
        if (key == name)
            return value;
    return std::nan("");
}

} // namespace

Result<RunPlan> measureFirstSteps(RunConfig config)
{
    config.general.maxSteps = kSteps;
    config.eval.everySteps = 0;
    config.eval.problems = 1;
    config.eval.probes.clear(); // what they take is little, and none of the steps'
    const Stage stage = stageOf(config.general.kind);
    if (stage == Stage::Online || stage == Stage::Distillation)
        config.eval.finalProblems = config.eval.samples = config.eval.finalSamples = 1;
    config.checkpoint.everySteps = kSteps;
    RunPlan plan;
    std::atomic<bool> stop = false;
    double tokensBefore = 0, tokens = 0;
    RunObserver observer;
    observer.stop = &stop;
    observer.step = [&](const StepRow& row) {
        if (row.step == 0)
            return; // evaluation before training
        ++plan.measuredSteps;
        plan.stepSeconds = metric(row, "perf/step_seconds");
        plan.trainingSeconds = metric(row, "perf/training_seconds");
        plan.rolloutSeconds = metric(row, "perf/rollout_seconds");
        plan.completionTokens = metric(row, "completions/mean_length");
        plan.sampledTokensPerSecond = metric(row, "perf/rollout_tokens_per_second");
        tokensBefore = tokens;
        tokens = metric(row, "num_tokens");
        stop = plan.stepSeconds > kLongSeconds;
    };
    const ScratchFolder folder;
    const auto begin = std::chrono::steady_clock::now();
    const Result<RunState> ran = startRun(config, folder.path() / "run", folder.path(), observer);
    if (!ran)
        return ran.error();
    if (plan.measuredSteps == 0)
        return Error { "plan_unknown", "The run ended before its first step.", "" };
    plan.seconds = secondsSince(begin);
    for (double* figure : { &plan.rolloutSeconds, &plan.completionTokens, &plan.sampledTokensPerSecond })
        if (std::isnan(*figure))
            *figure = 0;
    plan.trainedTokensPerSecond = (tokens - tokensBefore) / std::max(plan.trainingSeconds, 1e-6);
    if (plan.completionTokens > 0) {
        plan.sampledCompletions = plan.measuredRows = config.rollout.promptsPerStep * config.rollout.numGenerations;
        if (plan.rolloutSeconds == 0)
            plan.rolloutSeconds = std::max(0.0, plan.stepSeconds - plan.trainingSeconds);
    }
    plan.measuredMb = mostResidentMb();
    plan.peakMb = plan.measuredMb;
    return plan;
}

} // namespace aha
