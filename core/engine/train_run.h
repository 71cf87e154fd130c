#pragma once
// A run from start to end: sample -> verify -> reward -> advantage -> update -> evaluate -> checkpoint.

#include "core/config/run_config.h"
#include "core/protocol/messages.h"
#include "core/store/rows.h"

#include <atomic>
#include <filesystem>
#include <functional>

namespace aha {

/// What the program around the run wants to hear. All called on the training thread; any may be empty.
struct RunObserver {
    std::function<void(const Event&)> progress;
    std::function<void(const StepRow&)> step;
    std::function<void(const EvaluationRow&)> evaluation;
    std::function<void(const std::string&)> note;
    /// Becomes true to end the run after the step in flight, with a checkpoint (SIGTERM, Ctrl+C).
    const std::atomic<bool>* stop = nullptr;
};

/// Makes the paths of a configuration absolute, and validates it. Errors: config_rule, …
Result<RunConfig> resolvedConfig(RunConfig config, const std::filesystem::path& configFolder);

/// Starts a new run in `run` (created; must not hold one). `configFolder`: where relative paths of the configuration
/// may also start. Returns the final state (finished or stopped). Errors: config_*, model_*, tokenizer_*, task_*,
/// run_exists, run_busy, disk_full, not_finite, …; the run directory is left resumable.
Result<RunState> startRun(RunConfig config, const std::filesystem::path& run, const std::filesystem::path& configFolder,
    const RunObserver& observer);

/// Continues from the newest checkpoint. Steps after it that were already committed are computed again and must come
/// out equal (error step_mismatch). A finished run returns Finished at once.
Result<RunState> resumeRun(const std::filesystem::path& run, const RunObserver& observer);

/// Reads a run's stored configuration. Errors: run_missing, config_*.
Result<RunConfig> readRunConfig(const std::filesystem::path& run);

} // namespace aha
