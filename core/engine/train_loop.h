#pragma once
// The outer loop: sample -> verify -> reward -> advantage -> update -> record -> evaluate -> checkpoint.

#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <memory>

namespace aha {

/// Trains the run in `run` until its end, a stop or an error, from the newest checkpoint when `resuming`. The caller
/// has checked the configuration and made lease and writer (train_run.h). Every exception ends here, as an error that
/// the run records.
Result<RunState> runTrainLoop(RunConfig config, const std::filesystem::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer);

} // namespace aha
