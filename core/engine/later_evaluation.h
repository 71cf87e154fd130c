#pragma once
// The evaluation of a step that was not evaluated while the run trained: from its checkpoint, kept in the run.

#include "core/config/run_config.h"
#include "core/store/rows.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace aha {

/// The model that a run had after `step`: its checkpoint; of step 0, where none is left, the model that the run starts
/// from. Errors: checkpoint_missing (names the steps that have one), checkpoint_invalid.
Result<std::filesystem::path> modelAfterStep(const std::filesystem::path& run, const RunConfig& config, int64_t step);

/// Answers the run's own held-out problems under its own settings, with what was changed on the way, and stores that
/// as training would have: the same problems, random streams and figures. The run may be training meanwhile. The run's
/// own prompts are answered as well. A step keeps what it has of the two, and gets the part that it lacks; where that
/// is the prompts alone, the row returned is theirs (kProbesTask). `step`: none: the newest checkpoint's. Throws
/// Failure: run_missing, run_replica, run_imported, held_out_none, evaluation_exists, evaluation_running (step 0 of a
/// run that begins: one that came out otherwise would end the training), nothing_judged (after the prompts' answers are
/// stored, where these were missing), and those of checkpoints, models, tasks, OwnPrompts and RunWriter.
EvaluationRow evaluateLater(
    const std::filesystem::path& run, std::optional<int64_t> step, const std::function<void(double)>& progress = {});

} // namespace aha
