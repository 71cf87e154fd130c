#pragma once
// Distillation from a teacher model: on completions that the student samples, on those of a data set, or on both.

#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <memory>

namespace aha {

/// As runTrainLoop(), for the stage Distillation. What the student samples is verified and recorded as in
/// reinforcement learning, though no reward trains it.
Result<RunState> runDistillLoop(RunConfig config, const std::filesystem::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer);

} // namespace aha
