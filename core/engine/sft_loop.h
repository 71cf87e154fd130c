#pragma once
// The outer loop of supervised fine-tuning: batch -> update -> evaluate on held-out rows -> record -> checkpoint.

#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <memory>

namespace aha {

/// As runTrainLoop(). A step is one optimizer update. Held-out loss and accuracy are metrics of the step they were
/// measured after, step 0 included; sampled example completions are that step's groups.
Result<RunState> runSftLoop(RunConfig config, const std::filesystem::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer);

} // namespace aha
