#pragma once
// Learning from preferences: DPO and its relatives, KTO, CPO, ORPO on rows of a data set.

#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <memory>

namespace aha {

/// As runTrainLoop(), for the stage Preference.
Result<RunState> runPreferenceLoop(RunConfig config, const std::filesystem::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer);

} // namespace aha
