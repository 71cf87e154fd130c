#pragma once
// A reward model learns from comparisons, grades or labelled steps of a data set.

#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <memory>

namespace aha {

/// As runTrainLoop(), for the stage RewardModel.
Result<RunState> runRewardModelLoop(RunConfig config, const std::filesystem::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer);

} // namespace aha
